package workflow

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"streamdesk/bus/simulate"
	"streamdesk/model"
	"streamdesk/model/workflow"
)

// TestWorkflowsAsTheyHappenAreToldRight puts together the workflows of the simulated system, whose events come in any
// order, and compares what is told of each with what its events say plainly.
func TestWorkflowsAsTheyHappenAreToldRight(t *testing.T) {
	now := workflowStart
	simulator := simulate.New(simulate.Options{Seed: 7, Workflows: 40, Now: func() time.Time { return now }})
	events := map[string][]model.Record{}
	for range 20_000 {
		now = now.Add(time.Millisecond)
		e := simulator.Next()
		events[e.WorkflowID] = append(events[e.WorkflowID], model.Record{
			Entry: model.Entry{Stream: "events:" + string(e.Type), ID: model.PositionAt(now)}, Event: e,
		})
	}
	states := map[workflow.StageState]int{}
	for id, records := range events {
		count, last := map[model.Type]int{}, records[len(records)-1].Event.Type
		failed := 0
		for _, r := range records {
			count[r.Event.Type]++
			if r.Event.Type.Name() == "failed" {
				failed++
			}
		}
		rand.New(rand.NewPCG(7, 7)).Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
		p := New(workflow.HyperAgent(), nowhere)
		p.Show(id)
		p.Add(records)
		w := p.Course()
		states[w.State()]++
		want := map[model.Type]workflow.StageState{
			model.WorkflowCompleted: workflow.StageCompleted, model.WorkflowFailed: workflow.StageFailed, model.WorkflowCancelled: workflow.StageCancelled,
		}[last]
		if want == workflow.StageWaiting {
			want = workflow.StageRunning
		}
		if w.State() != want || w.Failures() != failed || w.Len() != len(records) {
			t.Errorf("%s is %s with %d failures after %s, want %s with %d", id, w.State(), w.Failures(), last, want, failed)
		}
		for _, s := range w.Stages() {
			n := max(count[model.Type(s.Family+".started")], count[model.Type(s.Family+".created")])
			if s.Family != model.FamilyA2A && len(s.Attempts) != n {
				t.Errorf("%s: %d attempts at %s, want %d", id, len(s.Attempts), s.Family, n)
			}
			if s.State == workflow.StageUnseen || want == workflow.StageCompleted && s.State != workflow.StageCompleted {
				t.Errorf("%s: %s is %s", id, s.Family, s.State)
			}
		}
		if cause, found := w.Cause(); found != (failed > 0 || want == workflow.StageCancelled) || found && cause.Note == "" {
			t.Errorf("%s: the cause is %+v, %t", id, cause, found)
		}
		if text := drawnWorkflow(t, p, 120, 30); !strings.Contains(text, w.State().String()) {
			t.Errorf("%s:\n%s", id, text)
		}
	}
	for _, s := range []workflow.StageState{workflow.StageRunning, workflow.StageCompleted, workflow.StageFailed, workflow.StageCancelled} {
		if states[s] == 0 {
			t.Errorf("none is %s", s)
		}
	}
}
