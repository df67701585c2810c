package simulate

import (
	"time"

	"streamdesk/model"
)

// Chances and limits of a workflow.
const (
	maxAttempts     = 3
	retryChance     = 0.8
	cancelledChance = 0.04
	// abandonedChance is the share of workflows whose agent vanishes in the middle: they wait for ever.
	abandonedChance = 0.02
)

// stage is one part of a workflow: how to plan its steps, and which stage to return to when it fails.
type stage struct {
	name    string
	agent   string
	plan    func(w *workflow) (failure string) // "" when it goes well
	retryAt int                                // index of the stage that a retry begins with
}

var stages = []stage{
	{"generation", generator, planGeneration, 0},
	{"audit", auditor, planAudit, 0}, // a new generation fixes the findings of an audit
	{"testing", tester, planTesting, 0},
	{"deployment", deployer, planDeployment, 3},
}

// plan adds all steps of the workflow, whatever its end.
func (w *workflow) plan() {
	w.add(0, 0, model.WorkflowCreated, gateway, createdData)
	w.add(100*time.Millisecond, 900*time.Millisecond, model.WorkflowStarted, coordinator, startedData)
	for i := 0; i < len(stages); {
		failure := w.planStage(i)
		switch {
		case failure == "":
			i++
		case w.attempt < maxAttempts && w.chance(retryChance):
			w.planRetry(stages[i], failure)
			i = stages[i].retryAt
		default:
			w.planFailure(stages[i], failure)
			return
		}
	}
	took := w.length
	w.add(100*time.Millisecond, 600*time.Millisecond, model.WorkflowCompleted, coordinator, func(w *workflow) any {
		return completedData(w, took)
	})
	w.cutShort()
}

// planStage adds the steps of one stage, from the request to its agent to the answer.
func (w *workflow) planStage(i int) (failure string) {
	s := stages[i]
	conversation := w.uuid()
	w.add(80*time.Millisecond, 500*time.Millisecond, model.A2ARequest, coordinator, requestData(s, conversation, w.attempt))
	failure = s.plan(w)
	w.add(30*time.Millisecond, 200*time.Millisecond, model.A2AResponse, s.agent, responseData(s, conversation, failure))
	if failure == "" {
		w.add(50*time.Millisecond, 300*time.Millisecond, model.WorkflowProgress, coordinator, progressData(i))
	}
	return failure
}

func (w *workflow) planRetry(s stage, failure string) {
	w.attempt++
	if s.retryAt == 0 {
		w.add(200*time.Millisecond, 900*time.Millisecond, model.A2AMessage, s.agent, feedbackData(s, failure))
	}
	w.add(500*time.Millisecond, 4*time.Second, "workflow.retried", coordinator, retriedData(s, failure, w.attempt))
}

func (w *workflow) planFailure(s stage, failure string) {
	took := w.length
	w.add(100*time.Millisecond, 600*time.Millisecond, model.WorkflowFailed, coordinator, failedData(s, failure, w.attempt, took))
}

// cutShort ends some workflows in the middle: cancelled by a person, or left by their agent.
func (w *workflow) cutShort() {
	const atLeast = 5 // min number of steps of a workflow
	switch {
	case w.chance(cancelledChance):
		w.steps = w.steps[:w.upTo(atLeast, len(w.steps)-1)]
		w.add(300*time.Millisecond, 2*time.Second, model.WorkflowCancelled, gateway, cancelledData)
	case w.chance(abandonedChance):
		w.steps = w.steps[:w.upTo(atLeast, len(w.steps)-1)]
	}
}
