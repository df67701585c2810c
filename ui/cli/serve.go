package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/crypto/ssh"

	"streamdesk/bus"
	"streamdesk/model/config"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/desk"
	"streamdesk/ui/feed"
	"streamdesk/ui/serve"
	"streamdesk/ui/trail"
	"streamdesk/ui/tty"
)

// serveFlags are the flags of the serve command.
type serveFlags struct {
	ssh, keys, hostKey, idle string
	sessions                 int
}

func serveCommand(p *program.Program) *cobra.Command {
	var asked serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Give the desk to a team through SSH, with a role for each key",
		Long: `serve lets people with known keys come in through SSH, and gives each a desk of their own, with their own filters and
arrangement, until ctrl+c. All of them look through one connection: many cost Redis what one does.
--keys is a file as authorized_keys, a public key a line. The comment behind the key is the person's name, unless name="NAME"
stands before it. role="operate" may change things; role="look", the default, may not, whatever happens: its connection to Redis
sends nothing but reads. --read-only makes it everybody's. Changes stand in the audit file under the name. The file is read again when it changes, and
who isn't in it any more has to leave.
There is no password, no forwarding, no command and no file: the editor, saved screens, files of events and other profiles are
out of reach, and the desk says so. What is copied goes to the person's own terminal. The server's key is made once.
Who came, left and was refused is told on stderr.`,
		Example: `  streamdesk serve --ssh :2222 --keys /etc/streamdesk/keys
  ssh -p 2222 desk.example.com`,
		Args: program.Arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			p.OverrideGiven(cmd, "ssh", "serve.ssh", asked.ssh)
			p.OverrideGiven(cmd, "keys", "serve.keys", asked.keys)
			p.OverrideGiven(cmd, "host-key", "serve.host_key", asked.hostKey)
			p.OverrideGiven(cmd, "idle", "serve.idle", asked.idle)
			p.OverrideGiven(cmd, "sessions", "serve.sessions", strconv.Itoa(asked.sessions))
			return serveDesk(cmd.Context(), p)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	flags := cmd.Flags()
	flags.StringVar(&asked.ssh, "ssh", "", "listen on this `host:port`"+program.Variable("serve.ssh"))
	flags.StringVar(&asked.keys, "keys", "", "the `file` of the keys that may come in"+program.Variable("serve.keys"))
	flags.StringVar(&asked.hostKey, "host-key", "", "the `file` of the server's own key, made when it isn't there"+program.Variable("serve.host_key"))
	flags.StringVar(&asked.idle, "idle", "", "end a session when nothing was typed for so `long`; 0s never does (default 12h)"+program.Variable("serve.idle"))
	flags.IntVar(&asked.sessions, "sessions", config.DefaultServeSessions, "`N` sessions may be open at a time"+program.Variable("serve.sessions"))
	for _, flag := range []string{"ssh", "idle", "sessions"} {
		program.CompleteFlag(cmd, flag, cobra.NoFileCompletions)
	}
	p.AddTheme(cmd)
	return cmd
}

// askEvery is how often a desk asks again about what somebody has opened: answers that are shared for a shorter time would be asked for by
// each of many anew.
const askEvery = time.Second

// serveDesk serves until ctx ends, which is the normal end.
func serveDesk(ctx context.Context, p *program.Program) error {
	settings, err := p.Settings()
	if err != nil {
		return err
	}
	server, err := newServer(p, settings)
	if err != nil {
		return err
	}
	var c net.ListenConfig
	listener, err := c.Listen(ctx, "tcp", settings.Serve.SSH)
	if err != nil {
		return fmt.Errorf("--ssh: %w: name another address with --ssh host:port", err)
	}
	defer func() { _ = listener.Close() }() // serving has closed it
	looking := *settings
	profile := looking.Active()
	profile.ReadOnly = true
	looking.Profiles = map[string]config.Profile{looking.Profile: profile}
	end := paceCollections(ctx)
	defer end()
	shown := &served{p: p, settings: settings}
	shared := bus.WithSharedReads(max(settings.Desk.Refresh.Std(), askEvery)) // an answer is hardly older than the rest of the screen then
	err = withSettings(ctx, p, &looking, nil, func(observer *program.Session) error {
		return withSettings(ctx, p, &looking, shared, func(look *program.Session) error {
			if shown.look = look; settings.Active().ReadOnly {
				return shown.run(ctx, server, listener, observer)
			}
			return withSettings(ctx, p, settings, shared, func(operate *program.Session) error {
				shown.operate = operate
				return shown.run(ctx, server, listener, observer)
			})
		})
	})
	if program.InterruptedBy(err) {
		err = nil // ctrl+c is the normal end
	}
	return err
}

// newServer returns a server by the settings, whose Show isn't set yet. Its errors are wrong use.
func newServer(p *program.Program, settings *config.Settings) (*serve.Server, error) {
	s := &settings.Serve
	if s.SSH == "" {
		return nil, program.WrongUse("it isn't said where to listen: add --ssh :2222, or ssh to [serve] of the settings")
	}
	if s.Keys == "" && len(s.Authorized) == 0 {
		return nil, program.WrongUse("it isn't said who may come in: add --keys FILE with a public key a line, or keys to [serve] of the settings")
	}
	keys, err := serve.OpenKeys(s.Keys, s.Authorized)
	if err != nil {
		return nil, program.WrongUse("%w", err)
	}
	path := s.HostKey
	if path == "" {
		if settings.Desk.StateDir == "" {
			return nil, program.WrongUse("state_dir of the settings is empty: name the file of the server's key with --host-key")
		}
		path = filepath.Join(settings.Desk.StateDir, "ssh_host_ed25519_key")
	}
	host, err := serve.HostKey(path)
	if err != nil {
		return nil, program.WrongUse("the server's key: %w", err)
	}
	return &serve.Server{Host: host, Keys: keys, Sessions: s.Sessions, Idle: s.Idle.Std(), Say: p.Say}, nil
}

// withSettings is [program.Program.With] by settings of their own, with one more option or nil.
func withSettings(ctx context.Context, p *program.Program, settings *config.Settings, option bus.Option, work func(*program.Session) error) error {
	p.Stays = true
	var more []bus.Option
	if option != nil {
		more = append(more, option)
	}
	s, err := p.Connect(ctx, settings, more...)
	if err != nil {
		return err
	}
	p.TellNote(s.Note)
	return p.Explain(errors.Join(work(s), s.End()))
}

// served is what all sessions share.
type served struct {
	p             *program.Program
	settings      *config.Settings
	look, operate *program.Session // operate is nil when nobody may change anything
	hub           *feed.Hub
}

// run observes the bus on a session of its own, and serves until ctx ends.
func (s *served) run(ctx context.Context, server *serve.Server, l net.Listener, on *program.Session) error {
	observing, stop := context.WithCancel(context.WithoutCancel(ctx))
	observer := &feed.Feed{Bus: on.Bus, Refresh: s.settings.Desk.Refresh.Std(), OnPanic: s.p.Crashed(s.settings, "what observes the bus")}
	address := program.ShownAddress(s.settings.Active().Redis)
	if s.settings.Desk.Record {
		observer.Recording = program.Recording(s.settings)
		if path := s.settings.Desk.AuditFile; path != "" {
			observer.Actions = (&trail.Tail{Path: path, Profile: s.settings.Profile, Address: address}).Actions
		}
	}
	s.hub = feed.NewHub(observer, func(err error) { s.p.Say("%v", err) })
	s.hub.Start(observing)
	defer func() { stop(); s.hub.Wait() }()
	server.Show = s.show
	s.p.Say("serving the desk of %s at %s, whose key is %s; keys that may come in: %d; ctrl+c ends", address, l.Addr(),
		ssh.FingerprintSHA256(server.Host.PublicKey()), server.Keys.Len())
	return server.Serve(ctx, l)
}

// show shows a desk to a person.
func (s *served) show(ctx context.Context, person *serve.Session) error {
	session, why := s.look, "your key may only look: role=\"operate\" in the file of keys allows more"
	switch {
	case s.operate == nil:
		why = program.ReadOnlyWhy(s.settings)
	case person.Role == serve.Operate:
		session, why = s.operate, ""
	}
	o := program.DeskOptions(session, program.ShownAddress(s.settings.Active().Redis), why, s.p.Itself())
	o.ReadOnly, o.Record = session == s.look, false
	o.Examine = program.Examine(s.look, s.p.Itself())
	o.Hub, o.User, o.Away = s.hub, person.Name+"@"+person.From, "this desk runs on a server, whose files, editor and profiles are out of reach here"
	o.Input, o.Output, o.Env, o.Sizes, o.Copy = person.In, person.Out, person.Env, person.Sizes, tty.CopyTo(person.Out)
	o.Save = func(string, []byte) error { return errors.New(o.Away) }
	if dir := o.Config.Desk.StateDir; dir != "" {
		o.Config.Desk.StateDir = filepath.Join(dir, "served", person.Name)
	}
	if o.Config.Desk.Glyphs == config.GlyphsAuto && person.Env("LC_ALL")+person.Env("LC_CTYPE")+person.Env("LANG") == "" {
		o.Config.Desk.Glyphs = config.GlyphsUnicode // a client that tells no locale is usual, and a terminal without UTF-8 is not
	}
	err := desk.Run(ctx, o)
	return s.p.Broke(s.settings, err)
}
