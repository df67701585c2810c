package cli

import (
	"time"

	"streamdesk/model"
	"streamdesk/model/workflow"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/table"
)

// jsonWorkflow is the course of a workflow. Complete is false when the search stopped before the streams' beginnings,
// or when there were more events than are kept. Trace is the trace that all of them are in, null when there is none.
type jsonWorkflow struct {
	WorkflowID string              `json:"workflow_id"`
	State      string              `json:"state"`
	Complete   bool                `json:"complete"`
	Start      *model.Timestamp    `json:"started_at"`
	End        *model.Timestamp    `json:"last_event_at"`
	Duration   *float64            `json:"duration_seconds"`
	Failures   int                 `json:"failures"`
	Trace      *string             `json:"trace_id"`
	Cause      *jsonWorkflowEvent  `json:"cause"`
	Waits      []jsonWait          `json:"waits_for"`
	Stages     []jsonStage         `json:"stages"`
	Events     []jsonWorkflowEvent `json:"events"`
}

// jsonWait is something that a running workflow waits for.
type jsonWait struct {
	Stage string           `json:"stage"`
	Begun bool             `json:"begun"`
	Retry bool             `json:"retry"`
	Since *model.Timestamp `json:"since"`
}

// jsonStage is a stage with its attempts. A duration is null when its beginning or end isn't known.
type jsonStage struct {
	Stage    string           `json:"stage"`
	State    string           `json:"state"`
	Start    *model.Timestamp `json:"started_at"`
	End      *model.Timestamp `json:"ended_at"`
	Duration *float64         `json:"duration_seconds"`
	Attempts []jsonAttempt    `json:"attempts"`
}

type jsonAttempt struct {
	State    string           `json:"state"`
	Start    *model.Timestamp `json:"started_at"`
	End      *model.Timestamp `json:"ended_at"`
	Duration *float64         `json:"duration_seconds"`
	Reason   *string          `json:"reason"`
}

// jsonWorkflowEvent is an event of the course; "repeat" means that an earlier entry contains the same event.
type jsonWorkflowEvent struct {
	Stream string           `json:"stream"`
	ID     model.Position   `json:"id"`
	Added  *model.Timestamp `json:"added_at"`
	Event  *string          `json:"event_id"`
	Type   *string          `json:"type"`
	Agent  *string          `json:"source_agent"`
	Note   *string          `json:"note"`
	Repeat bool             `json:"repeat"`
}

func newJSONWorkflow(w *workflow.Workflow, now time.Time, complete bool) jsonWorkflow {
	j := jsonWorkflow{
		WorkflowID: w.ID(), State: w.State().String(), Complete: complete && !w.Truncated(), Start: table.Moment(w.Start()), End: table.Moment(w.End()),
		Duration: table.Seconds(w.Span()), Failures: w.Failures(), Trace: table.TextOrNull(w.Trace()), Waits: []jsonWait{}, Stages: []jsonStage{}, Events: []jsonWorkflowEvent{},
	}
	if cause, found := w.Cause(); found {
		j.Cause = new(newJSONWorkflowEvent(&cause))
	}
	for _, wait := range w.Waits() {
		j.Waits = append(j.Waits, jsonWait{wait.Family, wait.Begun, wait.Retry, table.Moment(wait.Since)})
	}
	for i := range w.Stages() {
		stage := &w.Stages()[i]
		js := jsonStage{
			Stage: stage.Family, State: stage.State.String(), Start: table.Moment(stage.Start()), End: table.Moment(stage.End()),
			Duration: knownSeconds(stage.Duration(now)), Attempts: make([]jsonAttempt, len(stage.Attempts)),
		}
		for k := range stage.Attempts {
			a := &stage.Attempts[k]
			js.Attempts[k] = jsonAttempt{
				a.State.String(), table.Moment(a.Start), table.Moment(a.End), knownSeconds(a.Duration(now)), table.TextOrNull(a.Reason),
			}
		}
		j.Stages = append(j.Stages, js)
	}
	for i := range w.Events() {
		j.Events = append(j.Events, newJSONWorkflowEvent(&w.Events()[i]))
	}
	return j
}

func newJSONWorkflowEvent(e *workflow.Event) jsonWorkflowEvent {
	return jsonWorkflowEvent{
		Stream: e.Key.Stream, ID: e.Key.ID, Added: program.Added(e.Key.ID), Event: table.TextOrNull(e.EventID), Type: table.TextOrNull(string(e.Type)),
		Agent: table.TextOrNull(e.Agent), Note: table.TextOrNull(e.Note), Repeat: e.Repeat,
	}
}

func knownSeconds(d time.Duration, known bool) *float64 {
	if !known {
		return nil
	}
	return table.Seconds(d)
}
