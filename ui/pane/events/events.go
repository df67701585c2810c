// Package events is the pane of the newest entries of all streams. Start reading at [Pane].
package events

import (
	"fmt"
	"slices"
	"strings"

	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// Spec is where the pane stands.
var Spec = pane.Spec{
	Name: "Events", Lower: true, Inward: "Event",
	Menu: []string{"open", "workflow", "copy", "copy-menu", "", "ack", "claim", "republish", "delete", "edit", "", "pin", "filter", "follow", "pause", "zoom"},
}

// Pane is the pane of the newest entries of all streams: a live tail that follows new entries until the person scrolls up.
// Its cursor is pinned to its entry.
type Pane struct {
	prefix string
	// pinned is a copy of the record under the cursor: actions get this copy, even when the log has changed. It is nil while
	// the cursor follows the newest.
	pinned *model.Record
	place  int // where pinned was in view when last looked
	sight  widget.Sight
	lead   int // lines between the head of the table and the first entry
	past   pastState
	walk   *pane.Walk    // the reading of entries that aren't among the newest; nil while there is none
	target *model.Moment // what was jumped to, until the cursor is there
	around bool          // older entries are to be read when the walk has ended, so that the place isn't at the very top
	widest [3]int        // cells that the longest type, workflow and agent seen so far took: columns grow, and never jump back
}

// New returns a new pane; prefix is left out where a stream's name stands for a type.
func New(prefix string) *Pane { return &Pane{prefix: prefix} }

// Subject implements [pane.Subjecter].
func (p *Pane) Subject(d *live.Data) (model.Key, *model.Record, bool) {
	r := p.Current(d)
	if r == nil {
		return model.Key{}, nil, false
	}
	key := r.Key()
	return key, r, true
}

// Hear implements [pane.Hearer].
func (*Pane) Hear([]model.Record) bool { return true }

// Current returns the record under the cursor, nil when nothing is in view. The pinned one is a copy that nothing changes.
func (p *Pane) Current(d *live.Data) *model.Record {
	switch {
	case p.pinned != nil:
		return p.pinned
	case d.Log.Len() == 0:
		return nil
	default:
		r := *d.Log.At(d.Log.Len() - 1)
		return &r
	}
}

// pin copies the record at place, so that it stays available after it has left the log.
func (p *Pane) pin(d *live.Data) {
	if d.Log.Len() == 0 {
		p.pinned = nil
		return
	}
	p.place = pane.Clamp(p.place, d.Log.Len())
	r := *d.Log.At(p.place)
	p.pinned = &r
}

// Move implements [pane.Pane]. A move up stops following; above the first entry in view it requests older ones. A move down
// at the end lets in the waiting entries.
func (p *Pane) Move(m pane.Move, k pane.Known) {
	d := k.Data
	switch m {
	case pane.Bottom:
		p.newest(d, k.Now)
		p.leavePast(d)
		return
	case pane.Top:
		p.move(m, d)
		p.readOlder(pastPage, k)
		return
	case pane.Up, pane.HalfUp, pane.PageUp:
		if p.atStart(d) {
			p.readOlder(pastPage, k)
		}
	case pane.Down, pane.HalfDown, pane.PageDown:
		if _, _, detached := d.Log.Past(); detached && p.atEnd(d) {
			p.readNewer(k)
		}
		p.admit(d, k.Now)
	}
	p.move(m, d)
}

func (p *Pane) move(m pane.Move, d *live.Data) {
	rows := d.Log.Len()
	if rows == 0 {
		return
	}
	at := rows - 1
	if p.pinned != nil {
		if at = d.Log.Find(p.pinned.Key(), p.place); at < 0 {
			at = p.place // it isn't in view any more, which a filter can do: go on from where it was
		}
	}
	if !d.Log.Reading() && m.Step(p.sight.Height, rows) > 0 {
		return // already at the newest
	}
	d.Log.Hold()
	p.place = pane.Clamp(at+m.Step(p.sight.Height, rows), rows)
	p.pin(d)
}

// Click implements [pane.Pane].
func (p *Pane) Click(line int, d *live.Data) {
	if i, ok := p.sight.At(line - 1 - p.lead); ok && i < d.Log.Len() {
		p.put(i, d)
	}
}

// Refilter implements [pane.Tail]. What was read of the past was dropped with the previous filter.
func (p *Pane) Refilter(d *live.Data) {
	p.forget()
	if p.pinned == nil {
		return
	}
	if at := d.Log.Find(p.pinned.Key(), p.place); at >= 0 {
		p.place = at
		return
	}
	p.place = d.Log.Len() - 1
	p.pin(d)
}

var columns = []widget.Column{
	{Title: "TIME", Min: 12, Keep: 8},
	{Title: "ID", Min: 7, Max: 20, Keep: 3, CutLeft: true},
	{Title: "TYPE", Min: 14, Keep: 9},
	{Title: "WORKFLOW", Min: 8, Keep: 7, CutLeft: true},
	{Title: "AGENT", Min: 8, Keep: 4},
	{Title: "SIZE", Min: 5, Right: true, Keep: 2},
	{Title: "", Min: 1, Keep: 6},
	{Title: "DATA", Min: 0, Max: 120, Keep: 1},
}

// at returns the cursor's index in the view, -1 when its entry isn't there.
func (p *Pane) at(log *live.Log) int {
	if p.pinned == nil {
		return log.Len() - 1
	}
	return log.Find(p.pinned.Key(), p.place)
}

// Fit implements [pane.Pane].
func (p *Pane) Fit(v pane.View) {
	log := v.Data.Log
	rows := log.Len()
	if rows == 0 {
		return
	}
	room := v.Height - 1
	if p.newerLine(v, log) != "" {
		room--
	}
	anchor, on := p.at(log), model.Key{}
	if p.pinned != nil {
		on = p.pinned.Key()
	}
	if anchor < 0 {
		anchor = pane.Clamp(p.sight.First, rows)
	}
	p.lead = 0
	p.sight.FitOn(on, anchor, rows, max(room, 1))
	// The text above the first entry has a line of its own while that entry is in sight; progress always has one.
	if p.pastLine(v, log) != "" && room > 1 && (p.past.running || p.sight.First == 0 && anchor < room-1) {
		p.lead = 1
		p.sight.FitOn(on, anchor, rows, room-1)
	}
	for i := p.sight.First; i < p.sight.End(); i++ {
		p.widen(log.At(i))
	}
}

// Draw implements [pane.Pane].
func (p *Pane) Draw(v pane.View) pane.Frame {
	log := v.Data.Log
	f := pane.Frame{Title: "Events", Note: p.note(v, log), Footer: widget.Clean(log.Filter().String())}
	if stream := log.Filter().Stream(); stream != "" {
		f.Title += " · " + widget.Clean(strings.TrimPrefix(stream, p.prefix))
	}
	if f.Footer == "" {
		f.Footer = "/ filter"
	} else if note := undecidedNote(log); note != "" {
		f.Footer += " · " + note
	}
	t := widget.Table{Theme: v.Theme, Sorted: -1}
	rows := log.Len()
	past := p.pastLine(v, log)
	if rows == 0 {
		f.Lines = append(f.Lines, past)
		for _, line := range widget.Fold(max(v.Width-2, 1), p.emptyText(v, log)) {
			f.Lines = append(f.Lines, v.Theme.Dim.Paint("  "+line))
		}
		return f
	}
	at := p.at(log)
	t.Columns = p.columns(v.Width)
	widths := t.Widths(v.Width)
	f.Lines = append(f.Lines, t.Head(widths))
	f.Place = p.sight.Place(1 + p.lead)
	if p.lead > 0 {
		f.Lines = append(f.Lines, past)
	}
	for i := p.sight.First; i < p.sight.End(); i++ {
		f.Lines = append(f.Lines, t.Line(widths, widget.Row{
			Cells: p.cells(v, log.At(i)), Current: i == at, Focused: v.Focused, Compared: log.At(i).Key() == v.Compared,
		}))
	}
	if newer := p.newerLine(v, log); newer != "" {
		f.Lines = append(f.Lines, newer)
	}
	return f
}

// Columns that grow with their content, and the max width of each.
const (
	typeColumn, workflowColumn, agentColumn = 2, 3, 4
	workflowMost                            = 24
	// glimpseWidth is the min width for showing a glimpse of the payload, of min glimpseLeast cells.
	glimpseWidth, glimpseLeast = 100, 10
)

func (p *Pane) widen(r *model.Record) {
	p.widest[0] = max(p.widest[0], min(widget.Width(widget.Clean(string(r.Event.Type))), pane.TypeMost))
	p.widest[1] = max(p.widest[1], min(widget.Width(widget.Clean(r.Event.WorkflowID)), workflowMost))
	p.widest[2] = max(p.widest[2], min(widget.Width(widget.Clean(r.Event.SourceAgent)), pane.AgentMost))
}

func (p *Pane) columns(width int) []widget.Column {
	columns := slices.Clone(columns)
	columns[typeColumn].Max, columns[workflowColumn].Max, columns[agentColumn].Max = p.widest[0], p.widest[1], p.widest[2]
	if width < glimpseWidth {
		return columns[:len(columns)-1]
	}
	columns[len(columns)-1].Min = glimpseLeast
	return columns
}

func (p *Pane) emptyText(v pane.View, log *live.Log) string {
	_, whole, detached := log.Past()
	switch {
	case v.Data.Past != nil && log.Kept() == 0:
		return gone(v)
	case p.past.running || log.Unjudged() > 0:
		return "Looking…"
	case detached && !log.Filter().Empty():
		return "Nothing here meets the filter. / changes it, esc goes back to the newest."
	case detached:
		return "Nothing is here. G goes to the newest."
	case !log.Filter().Empty() && whole:
		return "No entry meets the filter. / changes it, esc clears it."
	}
	if !log.Filter().Empty() && log.Kept() > 0 {
		return fmt.Sprintf("None of the %s entries kept meets the filter. ↑ looks through older ones.", words.Grouped(int64(log.Kept())))
	}
	return "Waiting for the first entry…"
}

func (p *Pane) note(v pane.View, log *live.Log) string {
	waiting, lost := log.Waiting()
	var parts []string
	if history := p.historyNote(v, log); history != "" {
		parts = append(parts, history)
	}
	switch {
	case log.Paused():
		parts = append(parts, fmt.Sprintf("‖ PAUSED +%s", words.Grouped(int64(waiting)+int64(lost))))
	case v.Data.Past != nil:
	case log.Following():
		parts = append(parts, "▶ live")
	default:
		parts = append(parts, "+"+words.Grouped(int64(waiting)+int64(lost)))
	}
	if lost > 0 {
		parts = append(parts, words.Grouped(int64(lost))+" not kept")
	}
	if !log.Filter().Empty() {
		parts = append(parts, fmt.Sprintf("%s of %s", words.Grouped(int64(log.Len()-log.PastLen())), words.Grouped(int64(log.Kept()))))
	} else {
		parts = append(parts, words.Grouped(int64(log.Kept()))+" kept")
	}
	if n := log.PastLen(); n > 0 {
		parts = append(parts, words.Grouped(int64(n))+" older")
	}
	return strings.Join(parts, " · ")
}

// newerLine says how many entries wait below while the view is held.
func (p *Pane) newerLine(v pane.View, log *live.Log) string {
	waiting, lost := log.Waiting()
	if _, _, detached := log.Past(); detached {
		return rule(v, " ↓ reads on · f follow · G newest ")
	}
	if log.Following() || waiting == 0 {
		return ""
	}
	text := fmt.Sprintf(" %s newer · f follow · G newest ", words.Grouped(int64(waiting)+int64(lost)))
	return rule(v, text)
}

func (p *Pane) cells(v pane.View, r *model.Record) []widget.Cell {
	th := v.Theme
	typeInk, sign, signInk := th.Text, "✓", th.Dim
	switch outcome := r.Event.Type.Outcome(); {
	case r.Err != nil:
		typeInk, sign, signInk = th.Warn, "?", th.Warn
	case outcome == model.OutcomeFailed:
		typeInk, sign, signInk = th.Bad, "✗", th.Bad
	case outcome == model.OutcomeDone:
		typeInk, signInk = th.Good, th.Good
	case outcome == model.OutcomeBegun:
		sign = "▷"
	default:
		sign = "·"
	}
	return []widget.Cell{
		{Text: r.ID.Clock(v.Location, "15:04:05.000"), Ink: th.Dim},
		{Text: r.ID.String(), Ink: th.Dim},
		{Text: widget.Clean(string(r.Event.Type)), Ink: typeInk},
		workflowCell(th, r),
		namedCell(r.Event.SourceAgent, th.Dim, th),
		{Text: words.Bytes(r.Size()), Ink: th.Dim},
		{Text: sign, Ink: signInk},
		{Text: glimpse(r), Ink: th.Dim},
	}
}

func workflowCell(th *theme.Theme, r *model.Record) widget.Cell {
	if r.Err != nil && r.Event.WorkflowID == "" {
		return widget.Cell{Text: pane.ProblemWord(r), Ink: th.Warn}
	}
	return namedCell(r.Event.WorkflowID, th.Text, th)
}

// namedCell returns the cell of a name that an event may lack.
func namedCell(name string, ink theme.Ink, th *theme.Theme) widget.Cell {
	if name == "" {
		return widget.Cell{Text: "–", Ink: th.Dim}
	}
	return widget.Cell{Text: widget.Clean(name), Ink: ink}
}

// glimpseLength is the max length of a payload's beginning that is read for the glimpse: more never shows.
const glimpseLength = 400

// glimpse returns the beginning of the payload on one line.
func glimpse(r *model.Record) string {
	text := string(r.Event.Data[:min(len(r.Event.Data), glimpseLength)])
	if r.Err != nil && len(r.Fields) > 0 {
		text = r.Fields[0].Name + "=" + r.Fields[0].Value[:min(len(r.Fields[0].Value), glimpseLength)]
	}
	return widget.Clean(text)
}
