package publish

import (
	"testing"
	"time"

	"streamdesk/model"
)

// An event that a bus without a schema check publishes stays on the stack.
func TestAnEventIsPreparedWithoutMemory(t *testing.T) {
	w := &Writer{}
	of := time.Unix(1700000000, 0)
	if n := testing.AllocsPerRun(100, func() {
		e := model.Event{ID: "e-1", Type: model.WorkflowStarted, Timestamp: of}
		unfit, err := w.prepare(&e)
		if err != nil {
			t.Fatal(err)
		}
		w.tell(&e, unfit)
	}); n != 0 {
		t.Errorf("%v allocations an event, want none", n)
	}
}
