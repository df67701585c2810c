package health

import (
	"fmt"
	"time"

	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/model/workflow"
)

// Verdict is how a workflow stands, in a word.
type Verdict uint8

// Verdicts on a workflow, the worst last.
const (
	// Done: it is over, and not by a failure.
	Done Verdict = iota
	// Running: one of its stages has begun and not ended.
	Running
	// Waiting: something is to come, the next stage or an answer, and nothing runs.
	Waiting
	// Failed: it failed, or the stage that it came to did and nobody has tried again.
	Failed
	// Hanging: a stage runs for much longer than it usually does, or nothing has happened for too long.
	Hanging
)

// String is the verdict as it stands in panes, lists and JSON.
func (v Verdict) String() string {
	switch v {
	case Running:
		return "running"
	case Waiting:
		return "waiting"
	case Failed:
		return "failed"
	case Hanging:
		return "stuck"
	default:
		return "done"
	}
}

// Usual is within how long stages of a family end, and of how many that is known: see [workflow.Index.Usual].
type Usual func(family string) (within time.Duration, known int)

const (
	// usualLeast is of how many stages it has to be known how long they took before others are judged by it: of fewer, 95 of 100
	// are all but the longest.
	usualLeast = 20
	// stageLeast is what every stage may take: nobody would do anything about it sooner.
	stageLeast = 10 * time.Second
)

// stageLimit is how long a stage of a family may take, 0 for as long as it likes; judged says that its own kind tells.
func (l Limits) stageLimit(family string, usual Usual) (limit time.Duration, judged bool) {
	within, known := usual(family)
	if l.StageTimes <= 0 || known < usualLeast {
		return l.Silence, false
	}
	return max(time.Duration(l.StageTimes)*within, stageLeast), true
}

// Workflow is the verdict on a workflow at a moment of the server's clock.
func (l Limits) Workflow(s *workflow.Summary, usual Usual, now time.Time) Verdict {
	switch s.State {
	case workflow.StageFailed:
		return Failed
	case workflow.StageRunning:
	case workflow.StageNoted: // nothing in it begins or ends
		if l.Silence > 0 && now.Sub(s.End()) <= l.Silence {
			return Running
		}
		return Done
	default:
		return Done
	}
	if s.Wait.Retry {
		return Failed
	}
	if stage(s) {
		if l.overdue(s, usual, now) != nil {
			return Hanging
		}
		return Running
	}
	if l.Silence > 0 && now.Sub(s.Wait.Since) > l.Silence {
		return Hanging
	}
	return Waiting
}

// stage says whether one of its stages runs.
func stage(s *workflow.Summary) bool { return s.Wait.Begun && s.Wait.Family != model.FamilyA2A }

// overdue is the first stage that runs for longer than it may, nil for none.
func (l Limits) overdue(s *workflow.Summary, usual Usual, now time.Time) *workflow.Step {
	for i := range s.Steps {
		if l.Overdue(&s.Steps[i], usual, now) {
			return &s.Steps[i]
		}
	}
	return nil
}

// Overdue says whether a stage runs for longer than it may.
func (l Limits) Overdue(step *workflow.Step, usual Usual, now time.Time) bool {
	if step.State != workflow.StageRunning || step.Family == model.FamilyA2A {
		return false
	}
	limit, _ := l.stageLimit(step.Family, usual)
	return limit > 0 && now.Sub(step.Start) > limit
}

// WhyWorkflow says in a sentence what makes a workflow what [Limits.Workflow] says, with the numbers and their limits: "audit has
// run 4m51s; 95 of 100 end within 38.0s". What events say of themselves is written as it is.
func (l Limits) WhyWorkflow(s *workflow.Summary, usual Usual, now time.Time) string {
	switch {
	case s.State == workflow.StageFailed:
		return "failed " + ago(s.End(), now) + because(s.Reason)
	case s.State == workflow.StageNoted:
		return "nothing in its events begins or ends; the last came " + ago(s.End(), now)
	case s.State == workflow.StageCancelled:
		return "cancelled " + ago(s.End(), now) + ", after " + words.Age(s.End().Sub(s.Start))
	case s.State != workflow.StageRunning:
		return s.State.String() + " " + ago(s.End(), now) + ", after " + words.Age(s.End().Sub(s.Start))
	case s.Wait.Retry:
		return s.Wait.Family + " failed " + ago(s.Wait.Since, now) + ", and nobody has tried again" + because(s.Reason)
	case stage(s):
		step := l.overdue(s, usual, now)
		if step == nil {
			step = s.Step(s.Wait.Family)
		}
		return l.whyStage(step, usual, now)
	}
	what := s.Wait.Family + " to begin"
	switch {
	case s.Wait.Begun:
		what = "an answer between agents"
	case s.Wait.Family == model.FamilyWorkflow:
		what = "its own end"
	}
	return "waits for " + what + " for " + words.Age(now.Sub(s.Wait.Since)) + past(now.Sub(s.Wait.Since), l.Silence)
}

// whyStage says for how long a stage runs, and how long its kind usually does.
func (l Limits) whyStage(step *workflow.Step, usual Usual, now time.Time) string {
	ran := max(now.Sub(step.Start), 0)
	text := step.Family + " has run " + words.Age(ran)
	if !step.Timed {
		text += " or longer"
	}
	limit, judged := l.stageLimit(step.Family, usual)
	if within, known := usual(step.Family); judged {
		return text + fmt.Sprintf("; %d of 100 end within %s", workflow.UsualOf, words.Age(within))
	} else if known > 0 {
		return text + past(ran, limit) + fmt.Sprintf("; only %d have ended here", known)
	}
	return text + past(ran, limit) + "; none has ended here"
}

// past names a limit that was passed.
func past(d, limit time.Duration) string {
	if limit <= 0 || d <= limit {
		return ""
	}
	return " (limit " + words.Age(limit) + ")"
}

func ago(t, now time.Time) string { return words.Age(max(now.Sub(t), 0)) + " ago" }

// because puts a reason behind a sentence.
func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}
