package simulate_test

import (
	"testing"
	"time"

	"streamdesk/bus/simulate"
	"streamdesk/model"
)

func TestThePastIsAsLongAsItIsToldAndGoesOn(t *testing.T) {
	const span = 15 * time.Minute
	s := simulate.New(simulate.Options{Seed: 1, Now: func() time.Time { return noon.Add(span) }})
	last, n, poison := noon, 0, 0
	heard, audited := map[string]time.Time{}, map[string]bool{}
	for e := range s.Past(noon, noon.Add(span)) {
		if err := e.Validate(); err != nil {
			t.Fatalf("%+v: %v", e, err)
		}
		if e.Timestamp.Before(last) || !e.Timestamp.Before(noon.Add(span)) {
			t.Fatalf("event %d is of %s, after one of %s", n, e.Timestamp, last)
		}
		last, heard[e.WorkflowID], audited[e.WorkflowID] = e.Timestamp, e.Timestamp, e.Type == model.AuditProgress
		n++
		if simulate.Poisoned(&e) {
			poison++
		}
	}
	if n < 8_000 || n > 16_000 || noon.Add(span).Sub(last) > 10*time.Second {
		t.Errorf("%d events up to %s", n, last)
	}
	if poison < 2 || poison > 10 {
		t.Errorf("%d are poison", poison)
	}
	stalled := 0
	for id, at := range heard {
		if audited[id] && noon.Add(span).Sub(at) > 3*time.Minute {
			stalled++
		}
	}
	if stalled < 1 || stalled > 6 {
		t.Errorf("%d workflows have stopped in an audit", stalled)
	}
	goesOn := 0
	for range 500 {
		if _, was := heard[s.Next().WorkflowID]; was {
			goesOn++
		}
	}
	if goesOn < 50 {
		t.Errorf("%d of 500 events are of workflows that were under way", goesOn)
	}
}
