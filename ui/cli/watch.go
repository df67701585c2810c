package cli

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"streamdesk/bus/notify"
	"streamdesk/model"
	"streamdesk/model/config"
	"streamdesk/model/words"
	"streamdesk/ui/cli/program"
)

const (
	// watchEvery is the default time between two looks: an alert is told within it.
	watchEvery = "5s"
	// watchLook is the max time of one look; a server that takes longer is away.
	watchLook = 10 * time.Second
	// stormMost is the max of --storm.
	stormMost = 1000
)

// watchFlags are the flags of the watch command.
type watchFlags struct {
	hooks, commands    []string
	form, every, state string
	storm              int
}

func watchCommand(p *program.Program) *cobra.Command {
	var asked watchFlags
	cmd := &cobra.Command{
		Use:   "watch",
		Short: "Tell a webhook or a command of alerts, without a screen, until ctrl+c",
		Long: `watch looks at every consumer group again and again, judges it by the limits of [alerts] in the settings as the desk
does, and tells those of [[watch]] in the settings, or of its flags, when an alert begins and when it ends, each once. That the
server can't be read for 15 seconds is an alert, too.
The forms of a webhook's message are
  json          an object with the list of what began and ended; a command gets it on its stdin
  alertmanager  what Alertmanager takes at /api/v2/alerts; what stands is renewed each minute
  slack         an object with a text, for Slack, Mattermost, Rocket.Chat and others
After --storm messages within a minute, what follows is gathered and told in one. A receiver that fails, hangs or answers other than
2xx is tried again, with pauses of up to five minutes; up to 1,000 alerts wait for it, and what is dropped then is told on stderr,
as is a message that is refused for good (400, 413, 422). What was told is kept in watch-PROFILE.json in state_dir of the settings,
or in --state: after a restart nothing is told twice, and no end is lost; after a crash one message at most comes twice, with the
same id. SIGTERM and ctrl+c tell what waits, for five seconds, and end it with exit code 0.
The secret in a URL is never told; in --webhook it shows to who lists processes, and url_env or url_file of [[watch]] keep it
out of sight. It changes nothing in Redis: it sends SCAN, TIME, XINFO STREAM, XRANGE, GET, PTTL and HGET.`,
		Example: `  streamdesk watch
  streamdesk watch --webhook http://alertmanager:9093/api/v2/alerts --form alertmanager
  streamdesk watch --exec 'jq -r ".notices[].text" | mail -s bus oncall@example.com' --every 10s`,
		Args: program.Arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return watch(cmd.Context(), p, &asked) },

		ValidArgsFunction: cobra.NoFileCompletions,
	}
	var forms []string
	for _, form := range notify.Forms() {
		forms = append(forms, string(form))
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&asked.hooks, "webhook", nil, "tell this `URL`, in place of [[watch]] in the settings")
	flags.StringVar(&asked.form, "form", string(notify.JSON), "`form` of the messages to --webhook: json, alertmanager or slack")
	flags.StringArrayVar(&asked.commands, "exec", nil, "run this `command` by sh, in place of [[watch]] in the settings")
	flags.StringVar(&asked.every, "every", watchEvery, "look every so `long`")
	flags.IntVar(&asked.storm, "storm", notify.DefaultStorm, "tell max `N` messages a minute; what is more comes as one")
	flags.StringVar(&asked.state, "state", "", "keep what was told in this `FILE` (default watch-PROFILE.json in state_dir)")
	program.CompleteFlag(cmd, "form", cobra.FixedCompletions(forms, cobra.ShellCompDirectiveNoFileComp))
	for _, flag := range []string{"webhook", "every", "storm"} {
		program.CompleteFlag(cmd, flag, cobra.NoFileCompletions)
	}
	return cmd
}

// watch watches until ctx ends, which is the normal end.
func watch(ctx context.Context, p *program.Program, asked *watchFlags) error {
	every, err := model.ParseAge(asked.every)
	switch {
	case err != nil || every < 10*time.Millisecond || every > time.Hour:
		return program.WrongUse("--every %q: want a length of time from 10ms to 1h, such as 5s", asked.every)
	case asked.storm < 1 || asked.storm > stormMost:
		return program.WrongUse("--storm %d: want a number from 1 to %d", asked.storm, stormMost)
	}
	settings, err := p.Settings()
	if err != nil {
		return err
	}
	receivers, err := asked.receivers(p, settings)
	if err != nil {
		return err
	}
	path, err := watchState(asked.state, settings)
	if err != nil {
		return err
	}
	var one sync.Mutex
	say := func(text string) {
		one.Lock()
		defer one.Unlock()
		p.Say("%s", text)
	}
	profile := settings.Active()
	watcher, err := notify.Start(notify.Options{
		Bus: notify.Bus{
			Profile: settings.Profile, Environment: profile.Environment, Server: program.ShownAddress(profile.Redis) + " " + profile.Prefix + "*",
		},
		Limits: settings.Alerts.Limits(), Path: path, Receivers: receivers, Storm: asked.storm,
		Say: say, Broke: p.Crashed(settings, "what tells of alerts"),
	})
	if err != nil {
		return err
	}
	p.Heeding.Finishes.Store(true)
	names := make([]string, len(receivers))
	for i := range receivers {
		names[i] = receivers[i].String()
	}
	say("watching every " + asked.every + ", telling " + strings.Join(names, ", ") + "; ctrl+c ends")
	err = p.WithLasting(ctx, func(err error) { watcher.Missed(err, time.Now()) }, func(s *program.Session) error {
		watchBus(ctx, s, watcher, every, say)
		return nil
	})
	if program.InterruptedBy(err) {
		err = nil // ctrl+c is the normal end
	}
	left, closed := watcher.Close()
	if left > 0 {
		say(words.Plural(left, "notice") + " could not be told; they are after the next start")
	}
	return errors.Join(err, closed)
}

// watchBus looks until ctx ends.
func watchBus(ctx context.Context, s *program.Session, watcher *notify.Watcher, every time.Duration, say func(string)) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	missed := ""
	for {
		look, cancel := context.WithTimeout(ctx, watchLook)
		snapshot, err := s.Observe(look, "")
		cancel()
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			watcher.Missed(&program.PlainError{Err: err}, time.Now())
			if missed == "" {
				missed = (&program.PlainError{Err: err}).Error()
				say("the server can't be read: " + missed + "; trying again")
			}
		default:
			if missed != "" {
				missed = ""
				say("the server is read again")
			}
			watcher.Saw(&snapshot)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// watchState returns the file that a flag names, or one in the state directory.
func watchState(named string, settings *config.Settings) (string, error) {
	switch {
	case named != "":
		return named, nil
	case settings.Desk.StateDir == "":
		return "", program.WrongUse("state_dir of the settings is empty: name the file for what was told with --state")
	default:
		return filepath.Join(settings.Desk.StateDir, "watch-"+url.PathEscape(settings.Profile)+".json"), nil
	}
}

// receivers returns those of the flags, or else those of the settings.
func (f *watchFlags) receivers(p *program.Program, settings *config.Settings) ([]notify.Receiver, error) {
	var list []notify.Receiver
	switch notify.Form(f.form) {
	case notify.JSON, notify.Alertmanager, notify.Slack:
	default:
		return nil, program.WrongUse("--form %q: write json, alertmanager or slack", f.form)
	}
	for _, hook := range f.hooks {
		r := notify.Receiver{Form: notify.Form(f.form), URL: hook}
		if err := r.Check(); err != nil {
			return nil, program.WrongUse("--webhook: %w", err)
		}
		list = append(list, r)
	}
	for _, line := range f.commands {
		list = append(list, notify.Receiver{Command: []string{"sh", "-c", line}})
	}
	if len(list) > 0 {
		return list, nil
	}
	for i := range settings.Watch {
		w := &settings.Watch[i]
		r := notify.Receiver{Form: notify.Form(cmp.Or(w.Form, string(notify.JSON))), Command: w.Command, Timeout: w.Timeout.Std(), Header: http.Header{}}
		for _, header := range w.Headers {
			name, value, _ := strings.Cut(header, ":")
			r.Header.Add(name, strings.TrimSpace(value))
		}
		var err error
		if r.URL, err = w.Address(p.Env, p.ReadFile); err != nil {
			return nil, program.WrongUse("%w", settings.Explain(config.WatchName(i), err))
		}
		if err := r.Check(); err != nil {
			return nil, program.WrongUse("%s: %w", settings.Named(config.WatchName(i)), err)
		}
		list = append(list, r)
	}
	if len(list) == 0 {
		return nil, program.WrongUse("nobody is to be told: name a receiver with --webhook URL or --exec COMMAND, or with [[watch]] in the settings")
	}
	return list, nil
}
