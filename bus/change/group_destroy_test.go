package change_test

import (
	"testing"

	"streamdesk/bus/change"
	"streamdesk/bus/redistest"
)

func TestAGroupIsDestroyedAsThePlanSays(t *testing.T) {
	send, b := server(t)
	of := change.DestroyGroup.Make(change.Target{Stream: "events:a", Group: "g"}, nil)
	shown := plan(t, of, b)
	const says = "g will never handle 3 entries it has pending and 0 it has not come to yet, and forgets where it stood."
	const warns = "It has 2 consumers, which aren't told: their next reads fail."
	if len(shown.Says) != 1 || shown.Says[0] != says || len(shown.Warns) != 1 || shown.Warns[0] != warns {
		t.Errorf("it says %q and warns %q", shown.Says, shown.Warns)
	}
	send("XADD events:a 4-0 data {}")
	lag := "?" // which is worse than a number, too
	if redistest.Has(t, redistest.Lag) {
		lag = "1"
	}
	if worse := change.Worse(shown, plan(t, of, b)); len(worse) != 1 || worse[0] != "its lag went from 0 to "+lag {
		t.Errorf("worse is %q", worse)
	}
	for _, want := range []struct {
		did     string
		changed int64
	}{{"destroyed group g", 1}, {"destroyed 0 groups: g was no longer there", 0}} {
		for step, err := range of.Apply(t.Context(), change.On(b.Reader(), b.Writer()), shown) {
			if err != nil || step.Did != want.did || step.Changed != want.changed || len(step.Receipts) != 1 || step.Receipts[0].Command.String() != shown.Commands[0].String() {
				t.Errorf("it did %q, %d changed, %v (%v)", step.Did, step.Changed, step.Receipts, err)
			}
		}
	}
	if _, err := of.Look(t.Context(), b.Reader()); err == nil {
		t.Error("a group that is gone was looked at without an error")
	}
}
