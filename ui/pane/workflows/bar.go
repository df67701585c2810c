package workflows

import (
	"time"

	"streamdesk/model"
	"streamdesk/model/workflow"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

const (
	// slotLeast is the min number of cells of a stage: some of its bar, its sign, and a gap.
	slotLeast = 3
	// slotMost is the max number; it fits "generation". With more, the eye has to travel.
	slotMost = 11
	// scaleTimes is how many times its usual duration a stage takes when its bar is full.
	scaleTimes = 2
	// scaleUnknown is the duration of a full bar while the usual duration of such stages is unknown.
	scaleUnknown = time.Minute
)

// eighths are the parts of a cell that a bar ends with.
var eighths = [...]string{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"}

// slot returns how many cells each of so many stages gets.
func slot(stages, width int) int { return max(width/max(stages, 1), slotLeast) }

// until returns when the workflow ended, or now.
func (r *Row) until() time.Time {
	if r.State.Ended() {
		return r.End()
	}
	return r.now
}

// stages returns the steps that are drawn: talk between agents only when there is nothing else.
func (r *Row) stages() []workflow.Step {
	steps := make([]workflow.Step, 0, len(r.Steps))
	for i := range r.Steps {
		if r.Steps[i].Family != model.FamilyA2A || len(r.Steps) == 1 {
			steps = append(steps, r.Steps[i])
		}
	}
	return steps
}

// bar draws the stages side by side: how long each takes compared with its usual duration, and how it ended. When not all fit,
// the last ones are drawn.
func (r *Row) bar(t *theme.Theme, width int) []widget.Cell {
	steps := r.stages()
	var parts []widget.Cell
	if most := width / slotLeast; len(steps) > most {
		if most < 2 {
			return nil
		}
		steps = steps[len(steps)-most+1:]
		parts = append(parts, widget.Cell{Text: widget.Pad(widget.Ellipsis, slotLeast), Ink: t.Dim})
		width -= slotLeast
	}
	cells := slot(len(steps), width) - 1 // behind each is a gap
	for i := range steps {
		bar, ink := r.step(&steps[i], t, cells)
		parts = append(parts, widget.Cell{Text: widget.Pad(bar, cells+1), Ink: ink})
	}
	return parts
}

// step draws one stage.
func (r *Row) step(s *workflow.Step, t *theme.Theme, cells int) (bar string, ink theme.Ink) {
	took, timed := s.Took(r.now)
	bar = r.length(s.Family, took, cells-1)
	switch s.State {
	case workflow.StageCompleted:
		ink, bar = t.Good, bar+"✓"
	case workflow.StageFailed:
		ink, bar = t.Bad, bar+"✗"
	case workflow.StageCancelled, workflow.StageUnfinished:
		return bar + "╳", t.Dim
	case workflow.StageRunning:
		if !timed {
			took = max(r.now.Sub(s.Start), 0)
		}
		return r.length(s.Family, took, cells), r.runningInk(s, t)
	case workflow.StageUnseen:
		return "?", t.Dim
	case workflow.StageNoted:
		return "•", t.Dim
	default:
		return "·", t.Dim
	}
	if !timed {
		bar = "?" + bar[len(bar)-len("✓"):]
	}
	return bar, ink
}

// runningInk returns an ink that shows whether a stage takes too long.
func (r *Row) runningInk(s *workflow.Step, t *theme.Theme) theme.Ink {
	if r.limits.Overdue(s, r.index.Usual, r.now) {
		return t.Warn
	}
	return t.Accent
}

// length returns a bar for a duration, min an eighth of a cell long.
func (r *Row) length(family string, d time.Duration, cells int) string {
	full := scaleUnknown
	if within, known := r.index.Usual(family); known > 0 {
		full = max(scaleTimes*within, time.Millisecond)
	}
	const parts = len(eighths)
	n := max(min(int(float64(d)/float64(full)*float64(cells*parts)), cells*parts), 1)
	bar := make([]byte, 0, cells*len("█"))
	for range n / parts {
		bar = append(bar, "█"...)
	}
	return string(append(bar, eighths[n%parts]...))
}
