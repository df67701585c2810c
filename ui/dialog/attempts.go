package dialog

import (
	"strconv"
	"time"

	"streamdesk/model/words"
	"streamdesk/model/workflow"
	"streamdesk/ui/widget"
)

// Attempts shows the attempts at each stage of a workflow that was tried more than once: how each ended, how long it took, who sent its
// last event, and how it differs from the attempt before.
type Attempts struct {
	Message
	workflow *workflow.Workflow                 // as it was when the dialog was opened
	course   func(id string) *workflow.Workflow // the workflow with that ID as known now; nil when it is unknown
}

// NewAttempts returns a new dialog. Each time it is drawn it shows the workflow as it is now; one that isn't known any more stays as
// it was.
func NewAttempts(w *workflow.Workflow, course func(id string) *workflow.Workflow) *Attempts {
	const widest = 100
	form := widget.NewForm(nil, widget.Button{ID: widget.Cancel, Label: "Close"})
	return &Attempts{Message: Message{sheet: sheet{title: "Compare attempts", form: form, widest: widest}}, workflow: w, course: course}
}

// Draw returns the framed box.
func (d *Attempts) Draw(v View) []string {
	w := d.workflow
	if now := d.course(w.ID()); now != nil {
		w = now
	}
	return d.draw(v, widget.CleanCut(w.ID(), max(v.Width/3, 1)), "/ search · enter or esc close", func(p *page) {
		for _, s := range w.Retried() {
			p.paragraph(attempts(p, w, s, v.Now)...)
		}
	})
}

// Widths of the columns of attempts, each with a blank behind it.
const (
	attemptNumber, attemptState, attemptTime, attemptEvents = 4, 12, 18, 16
)

// attempts returns the table of a stage: a line for each attempt, and one for the reason that it gave.
func attempts(p *page, w *workflow.Workflow, s *workflow.Stage, now time.Time) []string {
	lines := []string{p.Header.Paint(widget.Pad(widget.CleanCut(s.Family, p.width), p.width))}
	var before *workflow.Attempt
	for i := range s.Attempts {
		a := &s.Attempts[i]
		ink := p.Text
		switch a.State {
		case workflow.StageFailed:
			ink = p.Bad
		case workflow.StageCompleted:
			ink = p.Good
		default:
		}
		lines = append(lines, p.Dim.Paint(widget.Pad("#"+strconv.Itoa(i+1), attemptNumber))+
			ink.Paint(widget.Pad(a.State.String(), attemptState))+
			p.Text.Paint(widget.Pad(tookOf(a, before, now), attemptTime)+widget.Pad(eventsOf(a, before), attemptEvents))+
			p.Dim.Paint(widget.Cut("after "+words.Age(a.Start.Sub(w.Start()))+senderOf(w, a), max(p.width-attemptNumber-attemptState-attemptTime-attemptEvents, 0))))
		if a.Reason != "" {
			lines = append(lines, "    "+p.Dim.Paint(widget.CleanCut(a.Reason, max(p.width-attemptNumber, 0))))
		}
		before = a
	}
	return lines
}

// tookOf returns how long an attempt took, and how much longer than the one before.
func tookOf(a, before *workflow.Attempt, now time.Time) string {
	took, known := a.Duration(now)
	if !known {
		return "?"
	}
	text := words.Age(took)
	if before == nil {
		return text
	}
	switch other, known := before.Duration(now); {
	case !known:
		return text
	case took < other:
		return text + " (-" + words.Age(other-took) + ")"
	default:
		return text + " (+" + words.Age(took-other) + ")"
	}
}

// eventsOf returns the number of an attempt's events, and how many more than those of the one before.
func eventsOf(a, before *workflow.Attempt) string {
	text := words.Plural(len(a.Events), "event")
	if before != nil && len(a.Events) != len(before.Events) {
		text += " (" + signed(len(a.Events)-len(before.Events)) + ")"
	}
	return text
}

// senderOf returns who sent the last event of an attempt.
func senderOf(w *workflow.Workflow, a *workflow.Attempt) string {
	if len(a.Events) == 0 {
		return ""
	}
	if agent := w.Events()[a.Events[len(a.Events)-1]].Agent; agent != "" {
		return " by " + widget.Clean(agent)
	}
	return ""
}
