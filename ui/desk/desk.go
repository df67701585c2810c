// Package desk is the desk: a terminal screen of panes that show an event bus live, with keys to repair what is stuck.
// Package bus talks to Redis, package model defines the data, and packages theme, widget, pane and dialog draw the parts;
// this package joins them. Start reading at [Run], then Desk.
package desk

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus"
	"streamdesk/model/words"
	"streamdesk/model/workflow"
	"streamdesk/ui/desk/layout"
	"streamdesk/ui/desk/looks"
	"streamdesk/ui/desk/notes"
	"streamdesk/ui/desk/pinned"
	"streamdesk/ui/dialog"
	"streamdesk/ui/filterbar"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/past"
	"streamdesk/ui/tty"
)

// Desk is the root model. It routes a key to the top dialog, else to the filter bar, else to the key's action, which may act
// on the focused pane.
type Desk struct {
	options Options
	keys    *keymap
	run     run
	line    line
	own     *live.Data // of the present
	data    *live.Data // what is shown: the own, or that of a moment of the past
	past    past.Cursor
	panes   panes

	tiles    layout.Tiles
	windows  pinned.Windows
	dialogs  dialogs
	pointer  pointer
	filter   filtering
	looks    looks.Looks
	remember remember

	subject subject
	notes   notes.Notes

	now   time.Time // the local time of the newest frame
	drawn drawn
}

// newDesk returns a desk whose feed isn't started yet.
func newDesk(r run, o Options, l looks.Looks, keys *keymap) *Desk {
	d := &Desk{
		options: o, keys: keys, run: r, looks: l,
		line:  newLine(r.base, &o),
		own:   newData(&o),
		panes: newPanes(&o),
		tiles: layout.NewTiles(int(paneCount), workspaces),
		now:   o.Now(),
	}
	d.subject.source = d.tiles.Lower
	d.data = d.own
	d.drawn.all()
	d.filter.Bar = filterbar.New(o.Config.Filters, o.PastFilters)
	if !o.Config.Desk.Follow {
		d.data.Log.Hold()
	}
	return d
}

// newData returns data to which nothing was applied yet.
func newData(o *Options) *live.Data {
	data := live.NewData(o.Config.Desk.KeepEvents)
	data.Limits = o.Config.Alerts.Limits()
	data.Workflows = workflow.NewIndex(o.Config.Workflow.All(), o.Config.Desk.KeepWorkflows)
	data.ChartUpTo(o.Config.Desk.ChartWindow.Std())
	return data
}

// fatalMsg ends the program with an error.
type fatalMsg struct{ err error }

// Init starts the frames, and asks the terminal whether it is dark.
func (d *Desk) Init() tea.Cmd { return tea.Batch(d.nextFrame(), d.askBackground()) }

// Update handles one message, and redraws what it has changed. It does no I/O: what needs the server is returned as a command.
func (d *Desk) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := d.route(msg)
	d.redraw()
	return d, cmd
}

// route calls the function that handles a message.
func (d *Desk) route(msg tea.Msg) (cmd tea.Cmd) {
	if answer, ok := msg.(interface{ askedOf() *bus.Bus }); ok && answer.askedOf() != d.options.Bus {
		return nil
	}
	switch msg := msg.(type) {
	case frameMsg:
		cmd = tea.Batch(d.frame(), d.nextFrame())
	case backgroundMsg:
		d.gotBackground(msg.dark)
	case waitedMsg:
		d.looks.Waiting = false
	case fatalMsg:
		d.run.fatal = msg.err
		cmd = tea.Quit
	case tea.WindowSizeMsg:
		d.tiles.Layout.Width, d.tiles.Layout.Height = msg.Width, msg.Height
		d.place()
	case tea.KeyMsg:
		d.drawn.all()
		cmd = d.keysOf(msg)
	case tea.MouseMsg:
		cmd = d.mouse(msg)
	case tty.Burst:
		cmds := make([]tea.Cmd, len(msg))
		for i := range msg {
			cmds[i] = d.route(msg[i])
		}
		cmd = tea.Batch(cmds...)
	case answerMsg:
		cmd = d.gotAnswer(msg)
	case subjectMsg:
		cmd = d.gotSubject(msg)
	case windowMsg:
		d.gotWindow(msg)
	case comparedMsg:
		cmd = d.gotPair(msg)
	case walkMsg:
		cmd = d.gotStep(msg)
	case statesMsg:
		cmd = d.gotStates(msg)
	case dialog.Jumped:
		cmd = d.jump(msg.To)
	case dialog.Rewound:
		cmd = d.toPast(msg.To)
	case dialog.Narrowed:
		cmd = d.narrow(msg.Filter)
	case dialog.Chosen:
		d.drawn.all()
		cmd = d.chosen(msg.Name)
	case dialog.Picked:
		d.drawn.all()
		cmd = d.compareWith(d.options.Bus.Reader().Decode(msg.Entry))
	case openedMsg:
		d.gotConnection(msg)
	case dialog.NextMenu:
		cmd = d.nextMenu(msg.By)
	case dialog.GoTo:
		cmd = d.goTo(pane.Place{Scope: pane.Scope{Stream: msg.Stream, Group: msg.Group}, Entry: msg.Entry})
	case dialog.Copy:
		d.drawn.all()
		cmd = d.copied(msg.Text, msg.What)
	case dialog.Saved:
		d.drawn.all()
		d.notes.Say(notes.Good, "the screen is saved in "+msg.Path+" ("+words.Bytes(msg.Bytes)+")")
	case dialog.Dismissed:
		d.dismiss(msg.Alert)
	case dialog.Done:
		d.record(msg)
		cmd = tea.Batch(d.toDialog(msg), d.askAgain())
	default:
		cmd = d.toDialog(msg)
	}
	return cmd
}

// settle updates the panes to each other's selections, and asks for the data that they lack.
func (d *Desk) settle() tea.Cmd {
	d.panes.refresh(d.data, &d.tiles)
	cmd := tea.Batch(d.rescope(), d.askForPanes(), d.askSubject(), d.askWindows())
	if _, id := the[pane.Course](&d.panes); d.panes.course().Accompany(d.subject.record, d.data) {
		d.drawn.pane(id)
	}
	return tea.Batch(cmd, d.walkOn())
}

// place computes the layout again.
func (d *Desk) place() {
	d.tiles.Place()
	d.drawn.all()
}

// known returns the data and the time that the panes work with.
func (d *Desk) known() pane.Known { return pane.Known{Data: d.data, Now: d.data.Now(d.now)} }

// have carries out the effect that a pane asks for.
func (d *Desk) have(e pane.Effect) tea.Cmd {
	var cmds []tea.Cmd
	if e.Warn != "" {
		d.notes.Say(notes.Warn, e.Warn)
	}
	if a := d.keys.named(e.Action); a != nil {
		cmds = append(cmds, d.perform(a))
	}
	if e.Workflow != "" {
		from := d.tiles.Focus
		cmds = append(cmds, d.have(d.panes.course().Open(e.Workflow, nil, d.known())))
		d.tiles.LedFrom(from)
	}
	if e.Filter != nil {
		cmds = append(cmds, d.setFilter(*e.Filter))
	}
	if id, ok := paneCalled(e.Focus); ok {
		cmds = append(cmds, d.focusOn(id))
	}
	if e.To != nil {
		from := d.tiles.Focus
		cmds = append(cmds, d.goTo(*e.To))
		d.tiles.LedFrom(from)
	}
	return tea.Batch(cmds...)
}

// focusOn gives a pane the focus, and brings it to the front where panes are tabs.
func (d *Desk) focusOn(id layout.PaneID) tea.Cmd {
	d.windows.Focused = false
	d.tiles.Front(id)
	d.drawn.all()
	d.takeFrom(id)
	return d.settle()
}
