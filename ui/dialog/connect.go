package dialog

import (
	"context"
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model/words"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// ConnectProfile is one line of [Connect].
type ConnectProfile struct {
	Name, Environment, Color, Address string
	Production, Current               bool
}

// Attempt is one attempt to connect to a profile. Giving it up cancels its context.
type Attempt struct {
	Ctx     context.Context
	Profile string

	cancel context.CancelFunc
	since  time.Time
	over   bool
	err    error
}

// Over ends the attempt with its outcome: nil when it is connected.
func (a *Attempt) Over(err error) {
	a.over, a.err = true, err
	a.cancel()
}

// Connect lists the profiles and switches to one. The desk keeps its connection until the other server answers.
type Connect struct {
	ctx      context.Context
	now      func() time.Time
	dial     func(*Attempt) tea.Cmd
	profiles []ConnectProfile
	at       int
	sight    widget.Sight // as last drawn
	attempt  *Attempt     // nil before the first
	seek     seek
	unused
}

// Sizes of the list.
const (
	widestConnect = 88
	// aroundConnect is the number of lines around the rows: the frame, the head, a blank line, two for the progress.
	aroundConnect = 6
	// connectHead is the line of the box in which the rows begin: below its edge and the head.
	connectHead = 2
)

// connectTick is the interval at which the shown duration of an attempt is updated.
const connectTick = 200 * time.Millisecond

// connectTickMsg wakes the dialog while an attempt is under way.
type connectTickMsg struct{ attempt *Attempt }

// NewConnect returns a new dialog. dial returns the command that tries to connect and then calls the attempt's Over.
// now is the local clock.
func NewConnect(ctx context.Context, now func() time.Time, profiles []ConnectProfile, dial func(*Attempt) tea.Cmd) *Connect {
	d := &Connect{ctx: ctx, now: now, dial: dial, profiles: profiles}
	for i, p := range profiles {
		if p.Current {
			d.at = i
		}
	}
	return d
}

// Title implements [Dialog].
func (*Connect) Title() string { return "Connect" }

// trying reports whether an attempt is under way.
func (d *Connect) trying() bool { return d.attempt != nil && !d.attempt.over }

// Update moves the cursor and connects on enter. esc cancels a running attempt, else it closes the dialog.
func (d *Connect) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		if !d.trying() && d.seek.searches(msg, d.rows()) {
			return nil, false
		}
		return d.key(msg.String())
	case tea.MouseMsg:
		Wheeled(msg, d.move)
	case connectTickMsg:
		if d.trying() && msg.attempt == d.attempt {
			return d.tick(), false
		}
	}
	return nil, false
}

func (d *Connect) key(key string) (cmd tea.Cmd, done bool) {
	switch key {
	case "esc", "ctrl+c", "q":
		if d.trying() {
			d.attempt.Over(context.Canceled)
			return nil, false
		}
		return nil, true
	case "up", "k", "shift+tab":
		d.move(-1)
	case "down", "j", "tab":
		d.move(1)
	case "home", "g":
		d.move(-len(d.profiles))
	case "end", "G":
		d.move(len(d.profiles))
	case "enter":
		return d.connect()
	default:
		d.unused.key = key
	}
	return nil, false
}

// rows returns the profiles for a search.
func (d *Connect) rows() pane.Rows {
	return pane.Rows{
		Len: len(d.profiles), At: d.at,
		Text: func(row int) string {
			p := &d.profiles[row]
			return widget.Clean(p.Name) + "\n" + widget.Clean(p.Environment) + "\n" + widget.Clean(p.Address)
		},
		Go: func(row int) { d.move(row - d.at) },
	}
}

// move moves the cursor. During an attempt it does nothing, so that the cursor stays on the profile that is tried.
func (d *Connect) move(by int) {
	if !d.trying() {
		d.at = max(min(d.at+by, len(d.profiles)-1), 0)
		d.attempt = nil
	}
}

// connect tries the profile under the cursor. If the desk is already connected to it, the dialog just closes.
func (d *Connect) connect() (cmd tea.Cmd, done bool) {
	if d.trying() || len(d.profiles) == 0 {
		return nil, false
	}
	p := d.profiles[d.at]
	if p.Current {
		return nil, true
	}
	ctx, cancel := context.WithCancel(d.ctx)
	d.attempt = &Attempt{Ctx: ctx, Profile: p.Name, cancel: cancel, since: d.now()}
	return tea.Batch(d.dial(d.attempt), d.tick()), false
}

func (d *Connect) tick() tea.Cmd {
	attempt := d.attempt
	return tea.Tick(connectTick, func(time.Time) tea.Msg { return connectTickMsg{attempt} })
}

// Click puts the cursor on a profile; a click on the profile under the cursor connects to it.
func (d *Connect) Click(_, y int) (cmd tea.Cmd, done bool) {
	at, ok := d.sight.At(y - connectHead)
	switch {
	case !ok || at >= len(d.profiles) || d.trying():
		return nil, false
	case at == d.at:
		return d.connect()
	default:
		d.move(at - d.at)
		return nil, false
	}
}

var connectColumns = []widget.Column{
	{Title: "PROFILE", Min: 12, Max: 30, Keep: 3},
	{Title: "ENVIRONMENT", Min: 11, Max: 11, Keep: 2},
	{Title: "ADDRESS", Min: 18, Max: 60, Keep: 1},
	{Title: "", Min: 5, Max: 5, Keep: 0}, // a blank before the frame
}

// Draw implements [Dialog].
func (d *Connect) Draw(v View) []string {
	th := v.Theme
	box := widget.Box{
		Width: min(v.Width, widestConnect), Height: min(v.Height, len(d.profiles)+aroundConnect), Title: d.Title(),
		Edge: th.Accent, TitleInk: th.Strong, Footer: th.Dim.Paint("↑↓ choose · enter connect · / search · esc close"),
	}
	if d.trying() {
		box.Footer = th.Dim.Paint("esc give up")
	}
	if box.Height <= aroundConnect {
		return nil
	}
	width, height := box.Inner()
	d.sight.Fit(d.at, len(d.profiles), box.Height-aroundConnect)
	box.Place = d.sight.Place(1)
	table := widget.Table{Columns: connectColumns, Theme: th, Sorted: -1}
	widths := table.Widths(width)
	lines := make([]string, 0, height)
	lines = append(lines, table.Head(widths))
	for i := d.sight.First; i < d.sight.End(); i++ {
		lines = append(lines, table.Line(widths, widget.Row{Cells: d.cells(v, &d.profiles[i]), Current: i == d.at, Focused: true}))
	}
	d.seek.mark(&box, lines, d.rows(), v)
	lines = append(lines, "")
	lines = append(lines, d.progress(v, max(width-4, 1))...)
	return box.Draw(lines)
}

func (d *Connect) cells(v View, p *ConnectProfile) []widget.Cell {
	th := v.Theme
	environment, note := p.Environment, widget.Cell{Ink: th.Text}
	ink := th.Text
	if p.Production {
		environment, ink = environment+" !", th.Bad
	}
	if p.Current {
		note = widget.Cell{Text: "here", Ink: th.Good}
	}
	return []widget.Cell{{Text: p.Name, Ink: th.Strong}, {Text: environment, Ink: ink}, {Text: p.Address, Ink: th.Dim}, note}
}

// progress returns the state of the attempt, in max two lines.
func (d *Connect) progress(v View, width int) []string {
	const most = 2
	text, ink := "", v.Theme.Dim
	switch {
	case d.attempt == nil:
		text = "The desk stays where it is until the other server answers."
	case !d.attempt.over:
		text = "connecting to " + d.attempt.Profile + "… " + words.Age(d.now().Sub(d.attempt.since))
		ink = v.Theme.Accent
	case errors.Is(d.attempt.err, context.Canceled):
		text = "given up; the desk is where it was"
	case d.attempt.err != nil:
		text, ink = "✗ "+d.attempt.err.Error(), v.Theme.Bad
	}
	lines := widget.FoldMost(width, most, text)
	for i := range lines {
		lines[i] = "  " + ink.Paint(lines[i])
	}
	return lines
}
