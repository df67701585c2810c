package desk

import (
	"context"
	"errors"
	"fmt"
	"sync"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus"
	"streamdesk/bus/fault"
	"streamdesk/bus/recording"
	"streamdesk/ui/desk/audit"
	"streamdesk/ui/desk/notes"
	"streamdesk/ui/dialog"
	"streamdesk/ui/feed"
	"streamdesk/ui/state"
	"streamdesk/ui/trail"
)

// Profile is a server that the desk can be switched to.
type Profile struct {
	// Name is the profile's name, Environment its badge, Color the badge's colour, and Address the server's address as shown.
	Name, Environment, Color, Address string
	Production                        bool
}

// Connection is an open bus and what the desk shows about it.
type Connection struct {
	Bus *bus.Bus
	Profile
	// ReadOnly disables every change; ReadOnlyWhy is the reason that the desk shows.
	ReadOnly    bool
	ReadOnlyWhy string
	// Recording is where the bus is recorded, as in [Options].
	Recording recording.File
	// Examine is as in [Options].
	Examine dialog.Examine
	// Close ends the bus and its client; the desk calls it when it leaves the connection.
	Close func() error
}

// run is what all connections of the desk share.
type run struct {
	base    context.Context
	leaving *leaving
	onPanic fault.Func
	fatal   error // what the program ends with
}

// line belongs to the desk's current connection, and ends with it.
type line struct {
	ctx    context.Context
	cancel context.CancelFunc
	feed   *feed.Feed
	audit  *audit.Audit // nil without an audit file
	// close closes the bus; nil for the first bus of the desk, which the caller of [Run] closes.
	close func() error
}

// newLine returns a line that isn't started yet.
func newLine(ctx context.Context, o *Options) line {
	ctx, cancel := context.WithCancel(ctx)
	f := &feed.Feed{Bus: o.Bus, Refresh: o.Config.Desk.Refresh.Std(), Hub: o.Hub}
	if o.Record {
		f.Recording = o.Recording
		if path := o.Config.Desk.AuditFile; path != "" {
			f.Actions = (&trail.Tail{Path: path, Profile: o.Profile, Address: o.Address}).Actions
		}
	}
	return line{ctx: ctx, cancel: cancel, feed: f}
}

// begin starts the feed and the audit, which run beside the loop.
func (l *line) begin(o *Options, onPanic fault.Func) {
	l.feed.OnPanic = onPanic
	l.feed.Start(l.ctx)
	if path := o.Config.Desk.AuditFile; path != "" {
		l.audit = audit.Start(&trail.File{Path: path, Profile: o.Profile, Address: o.Address, User: o.User}, onPanic)
	}
}

// end waits for the cancelled feed, then closes the audit and the bus.
func (l *line) end(profile string) error {
	l.feed.Wait()
	err := l.audit.Close()
	if l.close == nil {
		return err
	}
	if failed := l.close(); failed != nil {
		err = errors.Join(err, fmt.Errorf("profile %s: %w", profile, failed))
	}
	return err
}

// leaving tracks the connections that the desk has left and that are still ending.
type leaving struct {
	group sync.WaitGroup
	mu    sync.Mutex
	errs  []error
}

// run runs work, which ends a connection, beside the loop and in the group.
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

// openedMsg is the outcome of an attempt to connect.
type openedMsg struct {
	attempt    *dialog.Attempt
	connection Connection
	kept       state.State
	keptErr    error
	err        error
}

// asked marks an answer with the bus that was asked: an answer from another bus than the current one is dropped.
type asked struct{ of *bus.Bus }

func (a asked) askedOf() *bus.Bus { return a.of }

func needProfiles(d *Desk) string {
	if why := needHere(d); why != "" {
		return why
	}
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

// dial returns a command that connects to a profile and reads the saved arrangement of its desk.
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

// gotConnection switches to the connection that was asked for, or closes it when the attempt was cancelled.
func (d *Desk) gotConnection(msg openedMsg) {
	wanted := msg.attempt.Ctx.Err() == nil
	msg.attempt.Over(msg.err)
	d.drawn.all()
	switch {
	case msg.err != nil:
		return // the dialog shows the error
	case !wanted:
		d.run.leaving.run(msg.connection.Close)
		return
	}
	d.switchTo(msg.connection, msg.kept)
	d.notes.Say(notes.Good, "connected to "+d.options.Profile+" at "+d.options.Address)
	if msg.keptErr != nil {
		d.notes.Say(notes.Warn, msg.keptErr.Error())
	}
}

// switchTo switches from the current connection to another. Everything from the old one is dropped, pinned events too: an
// entry's ID means something else on another server. The action log remains.
func (d *Desk) switchTo(c Connection, kept state.State) {
	d.leave()
	o := d.options
	o.Bus, o.Profile, o.Address, o.Environment, o.Color = c.Bus, c.Name, c.Address, c.Environment, c.Color
	o.Production, o.ReadOnly, o.ReadOnlyWhy, o.Embedded = c.Production, c.ReadOnly, c.ReadOnlyWhy, false
	o.Recording, o.Examine = c.Recording, c.Examine
	if o.ReadOnlyWhy == "" {
		o.ReadOnlyWhy = readOnlyBySettings
	}
	next := newDesk(d.run, o, d.looks, d.keys)
	next.pointer.off, next.notes.Log, next.line.close = d.pointer.off, d.notes.Log, c.Close
	next.tiles.Layout.Width, next.tiles.Layout.Height = d.tiles.Layout.Width, d.tiles.Layout.Height
	*d = *next
	d.begin()
	d.place()
	d.looks.Chosen = ""
	d.looks.Wear()
	d.arrange(kept)
}

// begin starts what runs beside the loop for the connection.
func (d *Desk) begin() {
	d.line.begin(&d.options, d.run.onPanic)
	if closed := d.options.Closed; !closed.IsZero() {
		_ = d.toPast(closed) // it returns nothing to run
	}
	if dir := d.options.Config.Desk.StateDir; dir != "" {
		d.remember.keeper = state.NewKeeper(state.Path(dir, d.options.Profile), d.run.onPanic)
	}
}

// leave ends what runs for the connection. It does so beside the loop, because the last answers and lines may take a while.
func (d *Desk) leave() {
	l, keeper, arranged, profile := d.line, d.remember.keeper, d.arrangement(), d.options.Profile
	l.cancel()
	d.run.leaving.run(func() error {
		return errors.Join(keeper.Close(arranged), l.end(profile))
	})
}
