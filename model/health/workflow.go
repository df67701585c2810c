package health

import (
	"fmt"
	"time"

	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/model/workflow"
)

// Verdict is the state of a workflow, in a word.
type Verdict uint8

// Verdicts on a workflow, the worst last.
const (
	// Done: it is over and didn't fail.
	Done Verdict = iota
	// Running: one of its stages has begun and not ended.
	Running
	// Waiting: it waits for the next stage or an answer, and nothing runs.
	Waiting
	// Failed: it failed, or its latest stage failed and wasn't tried again.
	Failed
	// Hanging: a stage runs much longer than usual, or nothing has happened for too long.
	Hanging
)

// String returns the verdict as shown in panes, lists and JSON.
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

// Usual returns the time within which stages of a family end, and the number of stages known; see
// [workflow.Index.Usual].
type Usual func(family string) (within time.Duration, known int)

const (
	// usualLeast is the min number of stages with known durations before others are judged by them. With fewer, 95 of
	// 100 would mean all but the longest.
	usualLeast = 20
	// stageLeast is the min limit of any stage: nobody would react sooner.
	stageLeast = 10 * time.Second
)

// stageLimit returns the max time of a stage of a family; 0 means no limit. judged is true when the limit comes from
// stages of the same family.
func (l Limits) stageLimit(family string, usual Usual) (limit time.Duration, judged bool) {
	within, known := usual(family)
	if l.StageTimes <= 0 || known < usualLeast {
		return l.Silence, false
	}
	return max(time.Duration(l.StageTimes)*within, stageLeast), true
}

// Workflow returns the verdict on a workflow at a moment of the server's clock.
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

// stage reports whether one of the workflow's stages runs.
func stage(s *workflow.Summary) bool { return s.Wait.Begun && s.Wait.Family != model.FamilyA2A }

// overdue returns the first stage that runs for too long; nil when there is none.
func (l Limits) overdue(s *workflow.Summary, usual Usual, now time.Time) *workflow.Step {
	for i := range s.Steps {
		if l.Overdue(&s.Steps[i], usual, now) {
			return &s.Steps[i]
		}
	}
	return nil
}

// Overdue reports whether a stage runs for too long.
func (l Limits) Overdue(step *workflow.Step, usual Usual, now time.Time) bool {
	if step.State != workflow.StageRunning || step.Family == model.FamilyA2A {
		return false
	}
	limit, _ := l.stageLimit(step.Family, usual)
	return limit > 0 && now.Sub(step.Start) > limit
}

// WhyWorkflow explains in a sentence the verdict of [Limits.Workflow], with the numbers and their limits: "audit has
// run 4m51s; 95 of 100 end within 38.0s". Texts from events are not escaped.
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

// whyStage returns how long a stage has run, and how long its kind usually does.
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

// past describes a limit that was exceeded.
func past(d, limit time.Duration) string {
	if limit <= 0 || d <= limit {
		return ""
	}
	return " (limit " + words.Age(limit) + ")"
}

func ago(t, now time.Time) string { return words.Age(max(now.Sub(t), 0)) + " ago" }

// because appends a reason to a sentence.
func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}
