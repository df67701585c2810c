package database

import (
	"fmt"
	"testing"

	"streamdesk/bus"
	"streamdesk/model"
)

func TestABatchThatHasServedTakesNoNewMemory(t *testing.T) {
	var messages []bus.Message
	for i := range 200 {
		messages = append(messages, message(i, model.AuditStarted, fmt.Sprint("wf-", i%20), `{"step":1}`))
	}
	b := newBatch(messages)
	if n := testing.AllocsPerRun(20, func() {
		b.empty()
		b.fill(messages)
	}); n > 0 {
		t.Errorf("%g allocations", n)
	}
}

// What a batch held before is in none of its rows and workflows.
func TestABatchThatHasServedHoldsNothingOfBefore(t *testing.T) {
	before := []bus.Message{
		message(1, model.AuditFailed, "wf-1", `{"error":"x"}`), message(2, model.WorkflowCompleted, "wf-2", `{}`), message(3, model.A2AMessage, "", `{}`),
	}
	after := []bus.Message{message(4, model.WorkflowStarted, "wf-1", `{}`)}
	b := newBatch(before)
	b.empty()
	b.fill(after)
	fresh := newBatch(after)
	if len(b.rows) != 1 || b.rows[0] != fresh.rows[0] {
		t.Errorf("the rows are %+v", b.rows)
	}
	if len(b.workflows) != 1 || *b.workflows[0] != *fresh.workflows[0] {
		t.Errorf("the workflows are %+v", b.workflows)
	}
}
