package dialog

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/model/sorting"
	"streamdesk/model/words"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// GoTo is the message that [Alerts] sends when an alert was chosen: the stream and the group to show, and the pending entry
// that the alert is about, if any.
type GoTo struct {
	Stream, Group string
	Entry         model.Position
}

// Dismissed is the message that [Alerts] sends when an alert was dismissed.
type Dismissed struct{ Alert health.Alert }

// Alerts lists the current alerts, newest first, and below them the ended ones. The cursor stays on its alert when others
// come and go.
type Alerts struct {
	prefix string
	alerts []health.Alert // the current ones, then the ended ones
	stand  int            // the number of current ones
	cursor listing
	unused
}

// Sizes of the list.
const (
	widestAlerts = 110
	// aroundAlerts is the number of lines around the rows: the frame, the head, a blank line, two about the chosen alert.
	aroundAlerts = 6
)

// NewAlerts returns a new dialog. prefix is the beginning of every stream key of the bus; the list leaves it out.
func NewAlerts(prefix string, standing, ended []health.Alert) *Alerts {
	d := &Alerts{prefix: prefix}
	d.Show(standing, ended)
	return d
}

// Show replaces the current alerts and the ended ones.
func (d *Alerts) Show(standing, ended []health.Alert) {
	var chosen *health.Alert
	if d.cursor.at < len(d.alerts) {
		chosen = &d.alerts[d.cursor.at]
	}
	next := slices.Concat(standing, ended)
	sorting.By(next[:len(standing)], func(a, b *health.Alert) int { return b.Since.Compare(a.Since) })
	sorting.By(next[len(standing):], func(a, b *health.Alert) int { return b.Ended.Compare(a.Ended) })
	at := -1
	if chosen != nil && d.cursor.at > 0 { // a cursor at the top stays at the top
		at = slices.IndexFunc(next, func(a health.Alert) bool { return a.Same(chosen) && a.Since.Equal(chosen.Since) })
	}
	d.alerts, d.stand = next, len(standing)
	if at >= 0 {
		d.cursor.at = at
	}
	d.cursor.move(0, len(d.alerts))
}

// Title implements [Dialog].
func (*Alerts) Title() string { return "Alerts" }

// Update moves the cursor, and goes to the alert under it on enter.
func (d *Alerts) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	switch key := d.cursor.handle(msg, d.rows()); key {
	case "esc", "q", "!", "ctrl+c":
		return nil, true
	case "enter":
		return d.open()
	case "d":
		if a := d.current(); a != nil && dismissable(a) {
			dismissed := Dismissed{Alert: *a}
			return func() tea.Msg { return dismissed }, false
		}
	default:
		d.unused.key = key
	}
	return nil, false
}

// rows returns the alerts for a search.
func (d *Alerts) rows() pane.Rows {
	return d.cursor.rows(len(d.alerts), func(row int) string { return widget.Clean(d.alerts[row].Text("") + "\n" + d.alerts[row].Reason()) })
}

func (d *Alerts) current() *health.Alert {
	if d.cursor.at >= len(d.alerts) {
		return nil
	}
	return &d.alerts[d.cursor.at]
}

func (d *Alerts) open() (cmd tea.Cmd, done bool) {
	a := d.current()
	if a == nil {
		return nil, false
	}
	to := GoTo{Stream: a.Stream, Group: a.Group}
	if a.Ended.IsZero() {
		to.Entry = a.Entry // the entry may not be pending any more
	}
	return func() tea.Msg { return to }, true
}

// Click puts the cursor on a row; a click on the row under the cursor opens it.
func (d *Alerts) Click(_, y int) (cmd tea.Cmd, done bool) {
	const head = 2 // the frame's edge and the column titles
	if d.cursor.click(y-head, len(d.alerts)) {
		return d.open()
	}
	return nil, false
}

// alertColumns are the list's columns. A narrow screen drops the start time first, then the duration.
var alertColumns = []widget.Column{
	{Title: "SINCE", Min: 8, Max: 8, Keep: 0},
	{Title: "FOR", Min: 6, Max: 6, Right: true, Keep: 1},
	{Title: "WHAT", Min: 20, Max: 48, Keep: 4},
	{Title: "GROUP", Min: 10, Max: 20, Keep: 3},
	{Title: "STREAM", Min: 10, Max: 32, Keep: 2},
}

// Draw implements [Dialog].
func (d *Alerts) Draw(v View) []string {
	note, keys := "", "enter go there · / search · esc close"
	if a := d.current(); a != nil {
		if note = d.count(); dismissable(a) {
			keys = "enter go there · / search · d dismiss · esc close"
		}
	}
	box := listBox(v, d.Title(), note, keys, widestAlerts, max(len(d.alerts), 1)+aroundAlerts)
	if box.Height <= aroundAlerts {
		return nil
	}
	width, _ := box.Inner()
	if len(d.alerts) == 0 {
		return box.Draw([]string{"", v.Theme.Good.Paint(widget.Cut("  Nothing is wrong, as far as the config's [alerts] go.", width))})
	}
	lines := d.cursor.draw(v, &box, nil, box.Height-aroundAlerts, alertColumns, d.rows(),
		func(row int) []widget.Cell { return d.cells(v, &d.alerts[row]) })
	return box.Draw(append(lines, d.about(v, max(width-4, 0))...))
}

// count returns a note with the number of current alerts and of ended ones.
func (d *Alerts) count() string {
	note := "nothing is wrong now"
	if d.stand > 0 {
		note = words.Grouped(int64(d.stand))
	}
	if ended := len(d.alerts) - d.stand; ended > 0 {
		note += " · " + words.Grouped(int64(ended)) + " ended"
	}
	return note
}

// about returns the lines below the list: the chosen alert in full, because its row may be cut, and what it means.
func (d *Alerts) about(v View, width int) []string {
	a := &d.alerts[d.cursor.at]
	line := func(text string) string { return "  " + v.Theme.Dim.Paint(widget.Cut(widget.Clean(text), width)) }
	what := a.Advice()
	if !a.Ended.IsZero() {
		what = "It ended at " + a.Ended.In(v.Location).Format("15:04:05") + ", after " + words.Age(a.For(v.Now)) + "."
	}
	return []string{"", line(a.Text(d.prefix)), line(what)}
}

func (d *Alerts) cells(v View, a *health.Alert) []widget.Cell {
	th, what := v.Theme, a.What()
	ink, warn := th.Text, th.Warn
	if !a.Ended.IsZero() {
		ink, warn, what = th.Dim, th.Dim, "ended: "+a.Reason()
	}
	return []widget.Cell{
		{Text: a.Began.In(v.Location).Format("15:04:05"), Ink: ink},
		{Text: words.Age(a.For(v.Now)), Ink: th.Dim},
		{Text: what, Ink: warn},
		{Text: a.Group, Ink: ink},
		{Text: strings.TrimPrefix(a.Stream, d.prefix), Ink: ink},
	}
}

// dismissable reports whether an alert is about something that is over, so that the alert never ends automatically.
func dismissable(a *health.Alert) bool {
	return a.Ended.IsZero() && (a.Kind == health.AlertVanished || a.Kind == health.AlertNeverDelivered)
}
