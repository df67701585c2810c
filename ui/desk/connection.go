package desk

import (
	"context"
	"errors"
	"fmt"
	"sync"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus"
	"streamdesk/bus/fault"
	"streamdesk/ui/dialog"
	"streamdesk/ui/feed"
	"streamdesk/ui/state"
	"streamdesk/ui/trail"
)

// Profile is a server that the desk can be switched to.
type Profile struct {
	// Name is the profile's name; Environment its badge, Color the badge's colour, Address the server as shown.
	Name, Environment, Color, Address string
	Production                        bool
}

// Connection is an open bus and what the desk says of it.
type Connection struct {
	Bus *bus.Bus
	Profile
	// ReadOnly disables every change; ReadOnlyWhy says who asked for that.
	ReadOnly    bool
	ReadOnlyWhy string
	// Close ends the bus and its client; the desk calls it when it leaves the connection.
	Close func() error
}

// run is what goes on from one connection to the next, as long as the desk is shown.
type run struct {
	base    context.Context
	leaving *leaving
	onPanic fault.Func
}

// line is what belongs to the bus that the desk is on, and ends with it.
type line struct {
	ctx    context.Context
	cancel context.CancelFunc
	feed   *feed.Feed
	audit  *audit // nil while no file is written
	// close ends the bus; nil for the one that the desk was started with, which is its caller's.
	close func() error
}

// newLine makes the line; nothing of it has begun yet.
func newLine(ctx context.Context, o *Options) line {
	ctx, cancel := context.WithCancel(ctx)
	return line{ctx: ctx, cancel: cancel, feed: &feed.Feed{Bus: o.Bus, Refresh: o.Config.Desk.Refresh.Std()}}
}

// begin starts what runs beside the loop.
func (l *line) begin(o *Options, onPanic fault.Func) {
	l.feed.OnPanic = onPanic
	l.feed.Start(l.ctx)
	if path := o.Config.Desk.AuditFile; path != "" {
		l.audit = startAudit(&trail.File{Path: path, Profile: o.Profile, Address: o.Address}, onPanic)
	}
}

// end waits for what runs beside the loop and was cancelled, and closes the bus.
func (l *line) end(profile string) error {
	l.feed.Wait()
	err := l.audit.close()
	if l.close == nil {
		return err
	}
	if failed := l.close(); failed != nil {
		err = errors.Join(err, fmt.Errorf("profile %s: %w", profile, failed))
	}
	return err
}

// leaving are connections that were left and still have something to end. It is shared by all of them.
type leaving struct {
	group sync.WaitGroup
	mu    sync.Mutex
	errs  []error
}

// run does what ending takes, beside the loop; whoever waits for the group waits for it.
func (l *leaving) run(work func() error) {
	l.group.Go(func() {
		defer fault.Func(func(p *fault.PanicError) { l.note(p) }).Catch()
		l.note(work())
	})
}

func (l *leaving) note(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		l.errs = append(l.errs, err)
	}
}

// openedMsg is how an attempt to connect came out.
type openedMsg struct {
	attempt    *dialog.Attempt
	connection Connection
	kept       state.State
	keptErr    error
	err        error
}

// asked marks an answer with the bus that was asked: one from a bus that was left means nothing on another.
type asked struct{ of *bus.Bus }

func (a asked) askedOf() *bus.Bus { return a.of }

func needProfiles(d *Desk) string {
	if d.options.Open == nil || len(d.options.Profiles) < 2 {
		return "the settings hold one profile only: add [profiles.NAME] with its redis to the file"
	}
	return ""
}

// openConnect lists the profiles.
func (d *Desk) openConnect() tea.Cmd {
	rows := make([]dialog.ConnectProfile, len(d.options.Profiles))
	for i, p := range d.options.Profiles {
		rows[i] = dialog.ConnectProfile{
			Name: p.Name, Environment: p.Environment, Color: p.Color, Address: p.Address, Production: p.Production,
			Current: p.Name == d.options.Profile,
		}
	}
	return d.open(dialog.NewConnect(d.line.ctx, d.options.Now, rows, d.dial), nil)
}

// dial connects to a profile and reads how its desk was arranged, outside of the loop.
func (d *Desk) dial(attempt *dialog.Attempt) tea.Cmd {
	open, dir := d.options.Open, d.options.Config.Desk.StateDir
	return func() tea.Msg {
		msg := openedMsg{attempt: attempt}
		msg.connection, msg.err = open(attempt.Ctx, attempt.Profile)
		if msg.err == nil && dir != "" {
			msg.kept, msg.keptErr = state.Load(state.Path(dir, attempt.Profile))
		}
		return msg
	}
}

// gotConnection goes over to the connection that was asked for. An attempt that was given up leaves nothing open.
func (d *Desk) gotConnection(msg openedMsg) {
	wanted := msg.attempt.Ctx.Err() == nil
	msg.attempt.Over(msg.err)
	d.drawn.all()
	switch {
	case msg.err != nil:
		return // the dialog says it
	case !wanted:
		d.run.leaving.run(msg.connection.Close)
		return
	}
	d.switchTo(msg.connection, msg.kept)
	d.notes.status.say(levelGood, "connected to "+d.options.Profile+" at "+d.options.Address)
	if msg.keptErr != nil {
		d.notes.status.say(levelWarn, msg.keptErr.Error())
	}
}

// switchTo leaves the connection that the desk is on for another. Everything that came from the old one goes with it,
// pinned events too: an entry's ID means something else on another server. The action log stays.
func (d *Desk) switchTo(c Connection, kept state.State) {
	d.leave()
	o := d.options
	o.Bus, o.Profile, o.Address, o.Environment, o.Color = c.Bus, c.Name, c.Address, c.Environment, c.Color
	o.Production, o.ReadOnly, o.ReadOnlyWhy, o.Embedded = c.Production, c.ReadOnly, c.ReadOnlyWhy, false
	if o.ReadOnlyWhy == "" {
		o.ReadOnlyWhy = readOnlyBySettings
	}
	next := newDesk(d.run, o, d.looks, d.keys)
	next.pointer.off, next.notes.log, next.line.close = d.pointer.off, d.notes.log, c.Close
	next.tiles.Layout.Width, next.tiles.Layout.Height = d.tiles.Layout.Width, d.tiles.Layout.Height
	*d = *next
	d.begin()
	d.place()
	d.looks.chosen = ""
	d.looks.wear()
	d.arrange(kept)
}

// begin starts what runs beside the loop for the connection.
func (d *Desk) begin() {
	d.line.begin(&d.options, d.run.onPanic)
	if dir := d.options.Config.Desk.StateDir; dir != "" {
		d.remember.keeper = state.NewKeeper(state.Path(dir, d.options.Profile), d.run.onPanic)
	}
}

// leave ends what runs for the connection, beside the loop: the last answers and lines may take their time.
func (d *Desk) leave() {
	l, keeper, arranged, profile := d.line, d.remember.keeper, d.arrangement(), d.options.Profile
	l.cancel()
	d.run.leaving.run(func() error {
		return errors.Join(keeper.Close(arranged), l.end(profile))
	})
}
