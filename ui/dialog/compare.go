package dialog

import (
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model/words"
	"streamdesk/model/workflow"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// Compare shows two workflows side by side: how long each stage took, what only one of them has, and where they diverge.
type Compare struct {
	sheet
	left, right *workflow.Workflow                 // as they were when the dialog was opened
	course      func(id string) *workflow.Workflow // the workflow with that ID as known now; nil when it is unknown
}

// NewCompare returns a new dialog. Each time it is drawn it shows the workflows as they are now; one that isn't known any
// more stays as it was.
func NewCompare(left, right *workflow.Workflow, course func(id string) *workflow.Workflow) *Compare {
	const widest = 100
	form := widget.NewForm(nil, widget.Button{ID: widget.Cancel, Label: "Close"})
	return &Compare{sheet: sheet{title: "Compare workflows", form: form, widest: widest}, left: left, right: right, course: course}
}

// Update closes the dialog on enter, esc and q; x swaps the sides.
func (d *Compare) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if d.searches(m) {
			return nil, false
		}
		if m.String() == "x" {
			d.left, d.right = d.right, d.left
			return nil, false
		}
		return nil, m.String() == "q" || d.key(m) == widget.Cancel
	case tea.MouseMsg:
		d.wheel(m)
	}
	return nil, false
}

// Click presses the button under the mouse.
func (d *Compare) Click(x, y int) (cmd tea.Cmd, done bool) {
	return nil, d.pressedAt(x, y) == widget.Cancel
}

// Draw returns the framed box.
func (d *Compare) Draw(v View) []string {
	c := workflow.Compare(d.latest(d.left), d.latest(d.right))
	return d.draw(v, "", "x changes sides · / search · enter or esc close", func(p *page) {
		p.add(stages(p, &c, v.Now)...)
		p.text(p.Strong, parting(&c))
	})
}

// latest returns the workflow as it is now.
func (d *Compare) latest(w *workflow.Workflow) *workflow.Workflow {
	if now := d.course(w.ID()); now != nil {
		return now
	}
	return w
}

// compareLabel is the width of the stage names.
const compareLabel = 12

// stages returns the table that compares both.
func stages(p *page, c *workflow.Comparison, now time.Time) []string {
	side := max((p.width-compareLabel)/3, 1)
	row := func(label string, left, right, difference string, ink theme.Ink) string {
		return p.Dim.Paint(widget.Pad(label, compareLabel)) + p.Text.Paint(widget.Pad(left, side)+widget.Pad(right, side)) +
			ink.Paint(widget.Pad(difference, p.width-compareLabel-2*side))
	}
	l, r := c.Left, c.Right
	lines := []string{
		p.Header.Paint(widget.Pad("", compareLabel) + widget.Pad(widget.CleanCut(l.ID(), side-1), side) +
			widget.Pad(widget.CleanCut(r.ID(), side-1), side) + widget.Pad("difference", p.width-compareLabel-2*side)),
	}
	parts := ""
	for _, e := range []*workflow.Event{c.LeftNext, c.RightNext} {
		if e != nil && parts == "" {
			parts = e.Type.Family()
		}
	}
	for i := range c.Stages {
		s := &c.Stages[i]
		difference, ink := differs(s, now), p.Text
		if s.Family == parts {
			difference, ink = widget.Cut(difference, max(p.width-compareLabel-2*side-len("◀ part "), 0))+" ◀ part", p.Warn
		}
		lines = append(lines, row(widget.CleanCut(s.Family, compareLabel-1), stands(s.Left, now), stands(s.Right, now), difference, ink))
	}
	return append(
		lines,
		row("events", counted(l.Len(), l.Truncated()), counted(r.Len(), r.Truncated()), signed(l.Len()-r.Len()), p.Text),
		row("failures", counted(l.Failures(), l.Truncated()), counted(r.Failures(), r.Truncated()), signed(l.Failures()-r.Failures()), p.Text),
	)
}

// stands returns the state of a stage, and how long it took.
func stands(s *workflow.Stage, now time.Time) string {
	if s == nil {
		return "none"
	}
	text := s.State.String()
	if took, known := s.Duration(now); known {
		text += " " + words.Age(took)
	}
	if len(s.Attempts) > 1 {
		text += " ×" + strconv.Itoa(len(s.Attempts))
	}
	return text
}

// differs returns how the left stage differs from the right one.
func differs(s *workflow.StagePair, now time.Time) string {
	longer, known := s.Longer(now)
	switch {
	case known && longer < 0:
		return "-" + words.Age(-longer)
	case known:
		return "+" + words.Age(longer)
	case s.Left == nil || len(s.Left.Attempts) == 0 && s.Right != nil && len(s.Right.Attempts) > 0:
		return "on the right only"
	case s.Right == nil || len(s.Right.Attempts) == 0 && len(s.Left.Attempts) > 0:
		return "on the left only"
	default:
		return ""
	}
}

// counted returns a number as text, with > before it when there may be more.
func counted(n int, more bool) string {
	if more {
		return ">" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

func signed(n int) string {
	switch {
	case n == 0:
		return ""
	case n > 0:
		return "+" + strconv.Itoa(n)
	default:
		return strconv.Itoa(n)
	}
}

// parting returns a sentence that says where the two workflows diverge.
func parting(c *workflow.Comparison) string {
	text := strconv.Itoa(c.Same) + " events in the same order"
	if c.Same == 1 {
		text = "1 event of the same type"
	}
	if !c.Parts {
		return text + ", and nothing else."
	}
	return text + "; then " + next(c.LeftNext, c.Left) + " on the left, " + next(c.RightNext, c.Right) + " on the right."
}

// next returns the name of an event, and when it came.
func next(e *workflow.Event, w *workflow.Workflow) string {
	if e == nil {
		return "nothing more"
	}
	text := widget.Clean(string(e.Type)) + " " + words.Age(e.Time().Sub(w.Start())) + " after the first"
	if e.Agent != "" {
		text += " by " + widget.Clean(e.Agent)
	}
	return text
}
