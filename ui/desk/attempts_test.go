package desk

import (
	"fmt"
	"testing"
	"time"

	"streamdesk/model"
)

// A workflow whose stage was tried again is compared with itself: its attempts, one below the other.
func TestTheAttemptsAtAStageAreCompared(t *testing.T) {
	t.Parallel()
	b := newHarness(t, 120, 40)
	for i, e := range []struct {
		typ  model.Type
		data string
		then time.Duration
	}{
		{"workflow.started", "{}", time.Second},
		{"generation.started", "{}", 4 * time.Second},
		{"generation.failed", `{"error":"stack too deep"}`, 2 * time.Second},
		{"generation.started", "{}", time.Second},
		{"generation.progress", "{}", 6 * time.Second},
		{"generation.completed", "{}", time.Second},
	} {
		event := b.event(e.typ, "wf-again", e.data)
		event.ID = fmt.Sprint("e", i) // else a second start is the first one published again
		b.add(b.bus.StreamKey(e.typ), "data", string(event.AppendJSON(nil)))
		b.pass(e.then)
	}
	b.look()
	b.press("W =")
	b.sees("Compare attempts")
	b.sees("wf-again")
	b.sees("#1  failed      4.0s              2 events        after 1.0s")
	b.sees("#2  completed   7.0s (+3.0s)      3 events (+1)   after 7.0s")
	b.fits()
	b.press("esc")
	b.seesNot("Compare attempts")
	b.publish("workflow.started", "wf-once", "{}")
	b.pass(2 * time.Second)
	b.look()
	b.press("space j space =")
	b.sees("Compare workflows")
}
