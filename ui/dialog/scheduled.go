package dialog

import (
	"cmp"
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// ListScheduled returns what is scheduled, at most count of it.
type ListScheduled func(ctx context.Context, stream string, count int) (observe.Schedule, error)

// Scheduled lists the events that are scheduled, the first due first, and cancels the one under the cursor.
type Scheduled struct {
	env      Env
	list     ListScheduled
	readOnly string // why nothing can be cancelled; "" when it can
	asked    inquiry[observe.Schedule]
	read     bool
	schedule observe.Schedule
	records  []model.Record // of the schedule's entries
	rows     listing
	above    // the change that was opened from here, or the event
	unused
}

// maxScheduledShown is the max number of events that the list holds; above that it says how many there are.
const maxScheduledShown = 500

// NewScheduled returns a new dialog, and the command that asks the server. readOnly is why nothing can be cancelled, if so.
func NewScheduled(env Env, list ListScheduled, readOnly string) (*Scheduled, tea.Cmd) {
	d := &Scheduled{env: env, list: list, readOnly: readOnly}
	look := d.look()
	return d, look
}

func (d *Scheduled) look() tea.Cmd {
	list := d.list
	return d.asked.ask(&d.env, lookTimeout, func(ctx context.Context) (observe.Schedule, error) { return list(ctx, "", maxScheduledShown) })
}

// take shows the answer. The cursor stays on its event.
func (d *Scheduled) take(schedule observe.Schedule) {
	was, at := d.current(), 0
	d.schedule, d.read, d.records = schedule, true, make([]model.Record, len(schedule.Entries))
	for i := range schedule.Entries {
		e := &schedule.Entries[i]
		d.records[i] = d.env.Op.Decode(e.Entry())
		if was != nil && e.ID == was.ID && e.Stream == was.Stream {
			at = i
		}
	}
	d.rows.at = at
}

// current returns the event under the cursor; nil when there is none.
func (d *Scheduled) current() *model.Scheduled {
	if d.rows.at >= len(d.schedule.Entries) {
		return nil
	}
	e := d.schedule.Entries[d.rows.at]
	return &e
}

// Title returns the title of the dialog, or of the one that was opened from it.
func (d *Scheduled) Title() string { return d.titled("Scheduled") }

// Unused implements [Keyed], of this dialog or of the one that was opened from it.
func (d *Scheduled) Unused() string { return unusedOf(d.over, &d.unused) }

// Update moves the cursor, and takes the server's answers. After a change it looks again.
func (d *Scheduled) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	if a, mine := d.asked.take(msg, "the server doesn't say what is scheduled"); mine {
		if a != nil {
			d.take(a.value)
		}
		return nil, false
	}
	var again tea.Cmd
	if _, acted := msg.(Done); acted {
		again = d.look()
	}
	if cmd, taken := d.update(msg); taken {
		return both(cmd, again), false
	}
	if key := d.rows.handle(msg, d.searched()); key != "" {
		return d.press(key)
	}
	return again, false
}

func (d *Scheduled) press(key string) (cmd tea.Cmd, done bool) {
	at := d.current()
	switch {
	case key == "esc" || key == "q" || key == "ctrl+c":
		return nil, true
	case key == "r" && !d.asked.asking:
		return d.look(), false
	case key == "y" && at != nil:
		text := Copy{Text: at.ID, What: "the event's ID"}
		return func() tea.Msg { return text }, false
	case key == "X" && at != nil && d.readOnly == "": // as it deletes elsewhere on the desk
		d.over, cmd = NewChange(d.env, change.CancelOf(at.ID), Target{Stream: at.Stream}, "")
		return cmd, false
	case key == "enter" && at != nil:
		lines := []string{"due " + at.Due.UTC().Format(time.RFC3339Nano) + " for " + at.Stream}
		for _, f := range at.Fields {
			lines = append(lines, clip(f.Name, maxShown)+"  "+clip(f.Value, maxShown))
		}
		d.over = NewMessage("Scheduled "+at.ID, lines...)
	case key == "enter":
		return nil, true
	default:
		d.unused.key = key
	}
	return nil, false
}

// searched returns the events for a search.
func (d *Scheduled) searched() pane.Rows {
	return d.rows.rows(len(d.records), func(row int) string {
		e := &d.schedule.Entries[row]
		return widget.Clean(e.Stream + "\n" + e.ID + "\n" + d.records[row].Event.WorkflowID)
	})
}

// Click presses what is under the mouse in the dialog above, or puts the cursor on a row.
func (d *Scheduled) Click(x, y int) (cmd tea.Cmd, done bool) {
	if cmd, taken := d.click(x, y); taken {
		return cmd, false
	}
	const head = 4 // the frame's edge, the sum, a blank line, the column titles
	d.rows.click(y-head, len(d.records))
	return nil, false
}

// scheduledColumns are the list's columns. A narrow screen drops the event's ID first, then the workflow.
var scheduledColumns = []widget.Column{
	{Title: "TYPE", Min: 16, Max: 34, Keep: 7},
	{Title: "DUE", Min: 19, Max: 19, Keep: 6},
	{Title: "IN", Min: 12, Max: 12, Right: true, Keep: 8},
	{Title: "WORKFLOW", Min: 10, Max: 24, Keep: 5},
	{Title: "EVENT ID", Min: 12, Max: 36, Keep: 3},
}

// Sizes of the list.
const (
	widestScheduled = 130
	// aroundScheduled is the number of lines around the rows: the frame, the sum, a blank line, the head, a blank line, and which
	// event of the row under the cursor is which.
	aroundScheduled = 7
)

// Draw returns the framed box, or that of the dialog that was opened from here.
func (d *Scheduled) Draw(v View) []string {
	if d.over != nil {
		return d.over.Draw(v)
	}
	hint := "enter the event · X cancel it · y copy its ID · r look again · / search · esc close"
	if d.readOnly != "" {
		hint = d.readOnly + " · enter the event · r look again · esc close"
	}
	box := listBox(v, d.Title(), d.note(v), hint, widestScheduled, max(len(d.records), 1)+aroundScheduled)
	width, _ := box.Inner()
	inner := max(width-4, 1)
	var lines []string
	switch {
	case d.asked.trouble != "":
		lines = indented(painted(v.Theme.Bad, widget.Fold(inner, "✗ "+widget.Clean(d.asked.trouble))))
		box.Height = min(v.Height, len(lines)+2)
		return box.Draw(lines)
	case !d.read:
		box.Height = min(v.Height, 3)
		return box.Draw([]string{"  " + v.Theme.Dim.Paint("Asking the server …")})
	case len(d.records) == 0:
		lines = indented(painted(v.Theme.Text, widget.Fold(inner, "Nothing is scheduled. The form that publishes an event by hand schedules one, and so does 'streamdesk publish' with --at or --in.")))
		box.Height = min(v.Height, len(lines)+2)
		return box.Draw(lines)
	}
	text, late := d.sum(v)
	ink := v.Theme.Text
	if late {
		ink = v.Theme.Warn
	}
	lines = []string{"  " + ink.Paint(widget.Cut(text, inner)), ""}
	if box.Height <= aroundScheduled {
		return box.Draw(lines)
	}
	lines = d.rows.draw(v, &box, lines, box.Height-aroundScheduled, scheduledColumns, d.searched(),
		func(row int) []widget.Cell { return d.cells(v, row) })
	at := d.current()
	return box.Draw(append(lines, "", "  "+v.Theme.Dim.Paint(widget.Cut(widget.Clean(cmp.Or(at.ID, "?")+" on "+at.Stream), inner))))
}

// note returns how many events are scheduled, and when that was so.
func (d *Scheduled) note(v View) string {
	switch {
	case d.asked.asking:
		return "looking …"
	case d.asked.trouble != "":
		return ""
	}
	all := int64(0)
	for _, s := range d.schedule.Streams {
		all += s.Count
	}
	text := words.Grouped(all)
	if all > int64(len(d.records)) {
		text = "the first " + words.Grouped(int64(len(d.records))) + " of " + text
	}
	return text + " · " + d.schedule.At.In(v.Location).Format(time.TimeOnly)
}

// overdueAfter is for how long an event may be due before it counts as forgotten: a process that consumes looks for new ones every
// five seconds.
const overdueAfter = 15 * time.Second

// sum returns when the next event is due, or that events are overdue and why.
func (d *Scheduled) sum(v View) (text string, late bool) {
	if overdue := d.schedule.Overdue(overdueAfter); len(overdue) > 0 {
		return "! overdue: no process that consumes from the bus adds them; 'streamdesk work' does", true
	}
	first := &d.schedule.Entries[0]
	return words.Plural(int64(len(d.schedule.Streams)), "stream") + "; the next event is due at " + first.Due.In(v.Location).Format(time.DateTime), false
}

func (d *Scheduled) cells(v View, i int) []widget.Cell {
	e, th := &d.schedule.Entries[i], v.Theme
	in := widget.Cell{Text: words.Age(e.Due.Sub(d.schedule.At)), Ink: th.Text}
	if late := e.Overdue(d.schedule.At); late > 0 {
		in = widget.Cell{Text: "late " + words.Age(late), Ink: th.Warn}
	}
	return []widget.Cell{
		{Text: string(model.TypeOf(e.Stream, d.env.Prefix)), Ink: th.Text},
		{Text: e.Due.In(v.Location).Format(time.DateTime), Ink: th.Text},
		in,
		{Text: cmp.Or(d.records[i].Event.WorkflowID, "-"), Ink: th.Text},
		{Text: cmp.Or(e.ID, "?"), Ink: th.Dim},
	}
}
