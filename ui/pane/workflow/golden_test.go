package workflow

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"streamdesk/ui/pane/older"
	"streamdesk/ui/pane/panetest"

	"github.com/charmbracelet/x/exp/golden"

	"streamdesk/model"
	"streamdesk/model/workflow"
	"streamdesk/ui/pane"
)

// now is the time of the pictures.
var now = time.Date(2026, 7, 1, 14, 4, 25, 0, time.UTC)

// workflowStart is when the workflow of the picture began.
var workflowStart = time.Date(2026, 7, 1, 14, 2, 11, 204e6, time.UTC)

// workflowEvent is an event of wf-8f31, so long after it began.
func workflowEvent(after time.Duration, kind model.Type, agent, data string) model.Record {
	return model.Record{
		Entry: model.Entry{
			Stream: "events:" + string(kind), ID: model.PositionAt(workflowStart.Add(after)),
			Fields: []model.Field{{Name: "data", Value: data}},
		},
		Event: model.Event{
			ID: fmt.Sprintf("%s-%d", kind, after), Type: kind, WorkflowID: "wf-8f31", Data: []byte(data), SourceAgent: agent,
		},
	}
}

// pictureWorkflow is the workflow of the picture.
func pictureWorkflow() []model.Record {
	return []model.Record{
		workflowEvent(0, "workflow.started", "coordinator", `{"attempt":1}`),
		workflowEvent(2*time.Millisecond, "generation.started", "generator", `{"model":"solidity-coder-34b"}`),
		workflowEvent(177*time.Millisecond, "generation.failed", "generator", `{"error":"compiler: stack too deep"}`),
		workflowEvent(436*time.Millisecond, "workflow.retried", "coordinator", `{"attempt":2,"reason":"compiler: stack too deep"}`),
		workflowEvent(498*time.Millisecond, "generation.started", "generator", `{"model":"solidity-coder-34b"}`),
	}
}

// longWorkflow is one that comes to its end, with all that can happen on the way.
func longWorkflow(last model.Type) []model.Record {
	var records []model.Record
	at := time.Duration(0)
	add := func(after time.Duration, kind model.Type, agent, data string) {
		at += after
		records = append(records, workflowEvent(at, kind, agent, data))
	}
	stage := func(family, agent string, progress int, end string, data string) {
		add(300*time.Millisecond, "a2a.request", "coordinator", `{"to":"`+agent+`"}`)
		add(500*time.Millisecond, model.Type(family+".started"), agent, "{}")
		for i := range progress {
			add(1200*time.Millisecond, model.Type(family+".progress"), agent, fmt.Sprintf(`{"progress_percentage":%d,"step":"step %d"}`, (i+1)*20, i))
		}
		add(900*time.Millisecond, model.Type(family+"."+end), agent, data)
		add(50*time.Millisecond, "a2a.response", agent, "{}")
	}
	add(0, "workflow.created", "api_gateway", "{}")
	add(400*time.Millisecond, "workflow.started", "coordinator", "{}")
	stage("generation", "generator", 4, "failed", `{"error":"CompilerError: Stack too deep. Try compiling with --via-ir (cli) or the equivalent viaIR: true (standard JSON) while enabling the optimizer."}`)
	add(3*time.Second, "workflow.retried", "coordinator", `{"stage":"generation","attempt":2}`)
	stage("generation", "generator", 5, "completed", "{}")
	stage("audit", "auditor", 2, "completed", "{}")
	add(time.Second, "a2a.message", "auditor", `{"message":"7 findings so far, none blocks the tests"}`)
	add(time.Second, "invoice.sent", "billing", `{"status":"draft"}`)
	stage("testing", "tester", 3, "completed", "{}")
	if last == "workflow.cancelled" {
		add(2*time.Second, "deployment.started", "deployer", "{}")
		add(time.Second, last, "api_gateway", `{"by":"user","reason":"superseded by a newer request"}`)
		return records
	}
	stage("deployment", "deployer", 2, strings.TrimPrefix(string(last), "workflow."), `{"error":"nonce too low: next nonce 118, tx nonce 117"}`)
	add(400*time.Millisecond, last, "coordinator", `{"stage":"deployment","error":"nonce too low: next nonce 118, tx nonce 117"}`)
	return records
}

func TestWorkflowLooks(t *testing.T) {
	shown := func(records []model.Record, h older.State) *Pane {
		p := New(workflow.HyperAgent(), nowhere)
		p.Show("wf-8f31")
		p.Add(records)
		p.SetHistory(h)
		return p
	}
	all := older.State{Done: true, Scanned: 4_200_000, Found: 5}
	cases := []struct {
		name string
		pane func() *Pane
	}{
		{"picture", func() *Pane { return shown(pictureWorkflow(), all) }},
		{"searching", func() *Pane {
			p := shown(pictureWorkflow()[2:], older.State{Running: true, Scanned: 120_000, Found: 3, Oldest: workflowStart.Add(-time.Hour)})
			p.Select(pictureWorkflow()[2].Key())
			return p
		}},
		{"completed", func() *Pane { return shown(longWorkflow("workflow.completed"), all) }},
		{"failed", func() *Pane {
			p := shown(longWorkflow("workflow.failed"), older.State{Scanned: 3000, Found: 1, Oldest: workflowStart.Add(-25 * time.Hour)})
			p.Move(pane.Top, pane.Known{})
			return p
		}},
		{"cancelled", func() *Pane { return shown(longWorkflow("workflow.cancelled"), all) }},
		{"lost", func() *Pane {
			return shown(longWorkflow("workflow.completed")[20:30], older.State{Err: errors.New("dial tcp 127.0.0.1:6379: connection refused"), Scanned: 7})
		}},
		{"unknown", func() *Pane { return shown(nil, older.State{Running: true}) }},
		{"nothing", func() *Pane { return New(workflow.HyperAgent(), nowhere) }},
	}
	for _, size := range []struct{ width, height int }{{36, 14}, {60, 20}, {120, 30}} {
		for _, c := range cases {
			t.Run(fmt.Sprintf("%s-%dx%d", c.name, size.width, size.height), func(t *testing.T) {
				golden.RequireEqual(t, panetest.Framed(c.pane(), panetest.View(t, "none", size.width, size.height, now)))
			})
		}
		t.Run(fmt.Sprintf("dark-%dx%d", size.width, size.height), func(t *testing.T) {
			golden.RequireEqual(t, panetest.Framed(cases[0].pane(), panetest.View(t, "dark", size.width, size.height, now)))
		})
	}
}
