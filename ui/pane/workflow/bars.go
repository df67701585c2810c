package workflow

import (
	"time"

	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/model/workflow"
	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// Columns of the timeline.
const (
	// labelLeast fits nearly every stage's name; labelShare is the max share of the width that labels take.
	labelLeast, labelShare = 12, 3
	// From these widths on there is room beside the bars for the duration, the state as a word, and a note.
	tookFrom, wordFrom, noteFrom = 46, 64, 96
	tookWidth, wordWidth         = 6, 10
	// noteShare is the share of the width that the notes take.
	noteShare = 4
)

// workflowBars draws the rows of a timeline on one scale of time.
type workflowBars struct {
	v                        pane.View
	course                   *workflow.Workflow
	start                    time.Time
	axis                     time.Duration // from the left end of the bars to the right
	label, width, took, word int           // widths of the columns
	note                     int
}

func newWorkflowBars(v pane.View, course *workflow.Workflow, rows []row) *workflowBars {
	b := &workflowBars{v: v, course: course, start: course.Start(), axis: axisOf(course, v.Now), label: labelLeast}
	for i := range rows {
		b.label = max(b.label, min(widget.Width(rows[i].label()), v.Width/labelShare))
	}
	b.label = min(b.label, max(v.Width/2, 1))
	b.width = v.Width - b.label - 2 // the margin, and a space behind the labels
	column := func(from, width int, into *int) {
		if v.Width >= from {
			*into = width
			b.width -= width + 1
		}
	}
	column(tookFrom, tookWidth, &b.took)
	column(wordFrom, wordWidth, &b.word)
	column(noteFrom, v.Width/noteShare, &b.note)
	b.width = max(b.width, 1)
	return b
}

// axisOf returns how much time the bars show: from the first event to the last. For a running workflow it adds a little of the
// time since then. All of a long wait would leave no room for what has happened.
func axisOf(course *workflow.Workflow, now time.Time) time.Duration {
	span := course.Span()
	if course.State() == workflow.StageRunning {
		const waitShare, least = 10, time.Second
		most := span + max(span/waitShare, time.Millisecond)
		if span == 0 {
			most = least
		}
		span = max(span, min(now.Sub(course.Start()), most))
	}
	return max(span, time.Millisecond)
}

// at returns how many cells from the left end a time is. The last cell is kept for the sign after a bar.
func (b *workflowBars) at(t time.Time) float64 {
	x := float64(t.Sub(b.start)) / float64(b.axis)
	return max(min(x, 1), 0) * float64(max(b.width-1, 0))
}

// barCell is one cell of a row's bars.
type barCell struct {
	text string
	ink  theme.Ink
}

// line draws a row; current marks it, and the event of the cursor on it.
func (b *workflowBars) line(r *row, current bool, cursor int) string {
	th := b.v.Theme
	w := widget.NewLineWriter(b.v.Width, current && b.v.Focused)
	margin, ink := " ", th.Text
	if current {
		margin = "›"
	}
	if len(r.attempts) == 0 {
		ink = th.Dim
	}
	w.Put(th.Accent, margin)
	w.Put(th.Faint, r.branch)
	name := r.label()[len(r.branch):]
	w.Put(ink, widget.Pad(name, b.label-widget.Width(r.branch)))
	w.Put(th.Text, " ")
	b.putCells(w, b.cells(r, current, cursor))
	if b.took > 0 {
		w.Put(th.Text, " "+widget.PadLeft(b.duration(r), b.took))
	}
	if b.word > 0 {
		w.Put(th.Text, " ")
		w.Put(stateInk(th, r.state), widget.Pad(r.word(), b.word))
	}
	if b.note > 0 {
		w.Put(th.Dim, " "+widget.CleanCut(r.note, b.note))
	}
	w.Fill(th.Text)
	return w.String()
}

// word returns the row's state as a word.
func (r *row) word() string {
	if r.state == workflow.StageNoted {
		return ""
	}
	return r.state.String()
}

// duration returns how long the row's attempts took, "?" when one of them has no end.
func (b *workflowBars) duration(r *row) string {
	if len(r.attempts) == 0 {
		return ""
	}
	s := workflow.Stage{State: r.state, Attempts: r.attempts}
	d, known := s.Duration(b.v.Now)
	if !known {
		return "?"
	}
	return words.Took(d)
}

// cells draws the bars and points of a row, cell by cell.
func (b *workflowBars) cells(r *row, current bool, cursor int) []barCell {
	th := b.v.Theme
	cells, taken := make([]barCell, b.width), make([]bool, b.width) // taken by a sign
	if len(r.events) == 0 {
		cells[min(1, b.width-1)] = barCell{stateSign(r.state), th.Dim}
	}
	talk := r.name == model.FamilyA2A && r.branch == ""
	for i := range r.attempts {
		a := &r.attempts[i]
		ink := stateInk(th, a.State)
		if talk && a.State == workflow.StageCompleted {
			ink = th.Dim
		}
		end := b.bar(cells, a, ink)
		if !talk || a.State != workflow.StageCompleted {
			cells[end], taken[end] = barCell{stateSign(a.State), ink}, true
		}
	}
	events := b.course.Events()
	for _, at := range r.marks {
		ink := th.Dim
		if events[at].Retried() {
			ink = th.Warn
		}
		cells[b.cell(&events[at])] = barCell{"●", ink}
	}
	if current {
		at := b.cell(&events[cursor])
		if taken[at] && at > 0 {
			at-- // how it ended has to stay in sight
		}
		cells[at] = barCell{"◆", th.Accent}
	}
	return cells
}

// cell returns the cell that an event is in.
func (b *workflowBars) cell(e *workflow.Event) int { return int(b.at(e.Time())) }

// eighths are the parts of a cell that a bar can end with.
var eighths = [...]string{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"}

// bar draws an attempt, and returns the cell after it, which is for its sign. A bar always has a visible length.
func (b *workflowBars) bar(cells []barCell, a *workflow.Attempt, ink theme.Ink) (end int) {
	const least = 3 // eighths
	first, last := int(b.at(a.Start)), float64(b.width-1)
	if a.State != workflow.StageRunning {
		last = b.at(a.End)
	}
	parts := max(int(last*8)-first*8, least)
	for end = first; parts > 0 && end < b.width-1; end, parts = end+1, parts-8 {
		text := "█"
		if parts < 8 {
			text = eighths[parts]
		}
		cells[end] = barCell{text, ink}
	}
	return end
}

// putCells writes cells; it joins neighbours of one ink.
func (b *workflowBars) putCells(w *widget.LineWriter, cells []barCell) {
	for i := 0; i < len(cells); {
		text, ink := "", cells[i].ink
		for ; i < len(cells) && cells[i].ink == ink; i++ {
			if cells[i].text == "" {
				text += " "
			}
			text += cells[i].text
		}
		w.Put(ink, text)
	}
}

// stateSign returns a state as one cell.
func stateSign(s workflow.StageState) string {
	switch s {
	case workflow.StageRunning:
		return "▸" // it goes on; an ellipsis would say that it is cut
	case workflow.StageCompleted:
		return "✓"
	case workflow.StageFailed:
		return "✗"
	case workflow.StageCancelled:
		return "⊘"
	case workflow.StageUnfinished, workflow.StageUnseen:
		return "?"
	case workflow.StageWaiting:
		return "·"
	default:
		return ""
	}
}

func stateInk(th *theme.Theme, s workflow.StageState) theme.Ink {
	switch s {
	case workflow.StageRunning:
		return th.Line
	case workflow.StageCompleted:
		return th.Good
	case workflow.StageFailed:
		return th.Bad
	case workflow.StageCancelled, workflow.StageUnfinished:
		return th.Warn
	default:
		return th.Dim
	}
}
