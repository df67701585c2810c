// Package desk is the desk: a terminal screen of panes that show an event bus live, with keys to repair what is stuck.
// It leaves Redis to package bus, what things are to package model, and the drawing of parts to its own theme, widget,
// pane and dialog packages; here is what joins them. Start reading at [Run], then Desk.
package desk

import (
	"context"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus"
	"streamdesk/model"
	"streamdesk/ui/dialog"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
)

// Desk is the root model. It routes what comes in: to the top dialog, else to the filter bar, else to the action of
// the key, which may act on the focused pane.
type Desk struct {
	options Options
	ctx     context.Context
	theme   *theme.Theme
	dimmed  *theme.Theme // what is drawn while what is shown is stale
	keys    *keymap
	data    *live.Data
	feed    *feed

	streams    *pane.Streams
	groups     *pane.Groups
	pending    *pane.Pending
	throughput *pane.Throughput
	events     *pane.Events
	detail     *pane.Detail
	workflow   *pane.Workflow

	layout       Layout
	focus        PaneID
	upper, lower PaneID // the tabs in front on a small screen
	zoomed       bool
	splits       Splits
	press        press
	windows      []*window // pinned events, the top one last
	onWindow     bool      // keys go to the top window
	mouseOff     bool      // the terminal has the mouse
	dialogs      []dialog.Dialog
	filter       filterBar
	subject      subject
	deferred     deferred
	search       search
	reading      reading
	standing     standing
	opened       string // the workflow that was opened; empty while the pane goes with the event that is shown
	asking       asking
	log          actionLog
	alerts       alerts
	audit        *audit // nil while no file is written
	status       status

	base     context.Context // of the whole run; ctx is the connection's
	line     line
	leaving  *leaving
	onPanic  func(error)
	looks    looks
	remember remember

	now   time.Time // the local clock at the newest frame
	drawn drawn
}

// asking remembers which questions are under way, so that a slow server isn't asked the same twice.
type asking struct {
	pending       bool
	pendingKey    live.GroupKey
	pendingFilter model.PendingFilter
	pendingSize   int
	pendingAt     time.Time // the server's clock of the snapshot that the rows belong to
}

// newDesk makes the desk; the feed is not started yet.
func newDesk(ctx context.Context, o Options, th *theme.Theme, keys *keymap) *Desk {
	prefix := o.Bus.Prefix()
	base := ctx
	ctx, cancel := context.WithCancel(base)
	d := &Desk{
		base: base, line: line{cancel: cancel}, leaving: &leaving{}, onPanic: func(error) {},
		options: o, ctx: ctx, theme: th, dimmed: th.Dimmed(), keys: keys,
		data:       live.NewData(o.Config.Desk.KeepEvents),
		streams:    pane.NewStreams(prefix),
		groups:     pane.NewGroups(prefix),
		pending:    pane.NewPending(),
		throughput: pane.NewThroughput(prefix, o.Config.Desk.ChartWindow.Std()),
		events:     pane.NewEvents(prefix, o.Config.Desk.Follow),
		detail:     pane.NewDetail(),
		workflow:   pane.NewWorkflow(),
		focus:      StreamsPane, upper: StreamsPane, lower: EventsPane,
		now: o.Now(),
	}
	d.detail.PayloadField = o.Config.Envelope.Payload
	d.filter = newFilterBar(&d.options)
	d.data.ChartUpTo(o.Config.Desk.ChartWindow.Std())
	if !o.Config.Desk.Follow {
		d.data.Log.Hold()
	}
	d.feed = &feed{bus: o.Bus, refresh: o.Config.Desk.Refresh.Std(), backlog: backlog}
	return d
}

// backlog is how many entries are read when the desk starts, so that it doesn't start empty: some screens full.
const backlog = 200

// fatalMsg ends the program with an error.
type fatalMsg struct{ err error }

// Init starts the frames, and asks the terminal whether it is dark.
func (d *Desk) Init() tea.Cmd { return tea.Batch(d.nextFrame(), d.askBackground()) }

// Update takes one message. It does no I/O: what needs the server is returned as a command.
func (d *Desk) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if answer, ok := msg.(interface{ askedOf() *bus.Bus }); ok && answer.askedOf() != d.options.Bus {
		return d, nil
	}
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case frameMsg:
		cmd = tea.Batch(d.frame(), d.nextFrame())
	case backgroundMsg:
		d.gotBackground(msg.dark)
	case waitedMsg:
		d.looks.background.waiting = false
	case fatalMsg:
		d.status.fatal = msg.err
		cmd = tea.Quit
	case tea.WindowSizeMsg:
		d.layout.Width, d.layout.Height = msg.Width, msg.Height
		d.place()
	case tea.KeyMsg:
		d.drawn.all()
		cmd = d.keysOf(msg)
	case tea.MouseMsg:
		cmd = d.mouse(msg)
	case burst:
		cmds := make([]tea.Cmd, len(msg))
		for i := range msg {
			_, cmds[i] = d.Update(msg[i])
		}
		cmd = tea.Batch(cmds...)
	case pendingMsg:
		cmd = d.gotPending(msg)
	case subjectMsg:
		cmd = d.gotSubject(msg)
	case windowMsg:
		d.gotWindow(msg)
	case historyMsg:
		cmd = d.gotPage(msg)
	case pastMsg:
		cmd = d.gotPast(msg)
	case statesMsg:
		cmd = d.gotStates(msg)
	case dialog.Jumped:
		cmd = d.jump(msg.To)
	case dialog.Narrowed:
		cmd = d.narrow(msg.Filter)
	case dialog.Chosen:
		d.drawn.all()
		cmd = d.chosen(msg.Name)
	case openedMsg:
		d.gotConnection(msg)
	case dialog.NextMenu:
		cmd = d.nextMenu(msg.By)
	case dialog.GoTo:
		cmd = d.goTo(msg)
	case dialog.Dismissed:
		d.dismiss(msg.Alert)
	case dialog.Done:
		d.record(msg)
		cmd = tea.Batch(d.toDialog(msg), d.askPending())
	default:
		cmd = d.toDialog(msg)
	}
	return d, cmd
}

// settle brings the panes in line with each other's selections, and asks for what they lack.
func (d *Desk) settle() tea.Cmd {
	stream := d.streams.Selected()
	d.groups.Refresh(d.data, stream)
	group := d.groups.Selected()
	d.throughput.Refresh(stream, group)
	d.pending.Show(live.GroupKey{Stream: stream, Group: group})
	cmd := tea.Batch(d.askPendingIfDue(), d.askSubject(), d.askWindows())
	d.showWorkflow()
	return cmd
}

// place works out the layout anew.
func (d *Desk) place() {
	d.layout = newLayout(d.layout.Width, d.layout.Height, Arrangement{
		Zoomed: d.zoomed, Focus: d.focus, Upper: d.upper, Lower: d.lower, Splits: d.splits,
	})
	d.drawn.all()
}

// focusOn gives a pane the focus, and brings it to the front where panes are tabs.
func (d *Desk) focusOn(id PaneID) tea.Cmd {
	d.focus, d.onWindow = id, false
	if halfOf(id)[0] == upperPanes[0] {
		d.upper = id
	} else {
		d.lower = id
	}
	d.place()
	d.subject.follow(id)
	return d.settle()
}

// open puts a dialog on top.
func (d *Desk) open(dl dialog.Dialog, cmd tea.Cmd) tea.Cmd {
	d.dialogs = append(d.dialogs, dl)
	d.drawn.all()
	return d.audit.watch(cmd)
}

// toDialog gives a message to the dialogs: keys and the mouse to the top one alone, answers to whichever has
// asked.
func (d *Desk) toDialog(msg tea.Msg) tea.Cmd {
	var cmds []tea.Cmd
	isInput := false
	switch msg.(type) {
	case tea.KeyMsg, tea.MouseMsg:
		isInput = true
	}
	for i, dl := range slices.Backward(d.dialogs) {
		cmd, done := dl.Update(msg)
		cmds = append(cmds, d.audit.watch(cmd))
		if done {
			d.dialogs = slices.Concat(d.dialogs[:i], d.dialogs[i+1:])
		}
		d.drawn.all()
		if isInput {
			break
		}
	}
	return tea.Batch(cmds...)
}
