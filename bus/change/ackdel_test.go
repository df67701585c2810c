package change_test

import (
	"testing"

	"streamdesk/bus/change"
	"streamdesk/bus/observe"
	"streamdesk/bus/redistest"
)

// TestAcknowledgingAndDeletingIsOneStep, by XACKDEL where the server has it, else in a transaction.
func TestAcknowledgingAndDeletingIsOneStep(t *testing.T) {
	send, b := server(t)
	send("XREADGROUP GROUP h c3 COUNT 1 STREAMS events:a >")
	send("XACK events:a g 2-0")
	c := change.AckDelete.Make(target(1, 2, 3), nil)
	shown := plan(t, c, b)
	want := []string{"XACK events:a g 1-0 2-0 3-0", "XDEL events:a 1-0 2-0 3-0"}
	if redistest.Has(t, "XACKDEL") {
		want = []string{"XACKDEL events:a g DELREF IDS 3 1-0 2-0 3-0"}
	}
	for i, command := range shown.Commands {
		if i >= len(want) || command.String() != want[i] {
			t.Errorf("it shows %s", command)
		}
	}
	if got := shown.Says[0]; got != "g will never see these 3 entries again: they leave events:a for every group, for good." {
		t.Errorf("it says %q", got)
	}
	if got := shown.Warns; len(got) != 2 || got[0] != "h has 1 of them pending: c3, delivered up to 1 time." && got[0] != "h has 1 of them pending: c3 1, delivered up to 1 time." {
		t.Errorf("it warns %q", got)
	}
	on := change.On(b.Reader(), b.Writer())
	if got := outcomes(t, c, on, shown); got != "2-0 not_pending, 1-0 acked_and_deleted, 3-0 acked_and_deleted" {
		t.Errorf("it came to %s", got)
	}
	rest, err := b.Reader().Range(t.Context(), "events:a", target(1).Rows[0].ID, target(3).Rows[0].ID, 9)
	if err != nil || len(rest) != 1 || rest[0].ID.Ms != 2 {
		t.Errorf("the stream holds %v (%v)", rest, err)
	}
	for group, left := range map[string]int{"g": 0, "h": map[bool]int{true: 0, false: 1}[redistest.Has(t, "XACKDEL")]} {
		if rows, err := b.Reader().Pending(t.Context(), observe.PendingQuery{Stream: "events:a", Group: group, Count: 9}); err != nil || len(rows) != left {
			t.Errorf("%s has %v pending (%v)", group, rows, err)
		}
	}
}

// TestWhatIsGoneAndPendingIsAcknowledged: deleting the rest of it would change nothing.
func TestWhatIsGoneAndPendingIsAcknowledged(t *testing.T) {
	send, b := server(t)
	send("XDEL events:a 1-0")
	c := change.AckDelete.Make(target(1), nil)
	if got := outcomes(t, c, change.On(b.Reader(), b.Writer()), plan(t, c, b)); got != "1-0 acked_and_deleted" {
		t.Errorf("it came to %s", got)
	}
	if rows, err := b.Reader().Pending(t.Context(), observe.PendingQuery{Stream: "events:a", Group: "g", Count: 9}); err != nil || len(rows) != 2 {
		t.Errorf("pending are %v (%v)", rows, err)
	}
}

func TestATransactionThatIsRefusedSaysSo(t *testing.T) {
	send, b := server(t)
	c := change.AckDelete.Make(target(1), nil)
	shown := plan(t, c, b)
	send("DEL events:a")
	send("SET events:a x")
	for step, err := range c.Apply(t.Context(), change.On(b.Reader(), b.Writer()), change.Plan{Can: shown.Can}) {
		if err == nil || step.Changed != 0 || len(step.Receipts) == 0 {
			t.Errorf("it came to %+v (%v)", step, err)
		}
	}
}
