package change_test

import (
	"slices"
	"testing"

	"streamdesk/bus/change"
	"streamdesk/model"
)

// Entries of no group are acknowledged in the one that is chosen; who else has got one meanwhile keeps it, and it isn't added again.
func TestRepublishingAndAcknowledgingLeavesAloneWhatHasMovedOn(t *testing.T) {
	send, b := server(t)
	all := target(1, 2, 3)
	all.Group = ""
	free := plan(t, change.Republish.Make(all, change.Values{"origin": "true"}), b)
	if !slices.Equal(free.HeldIn, []string{"g"}) || free.Holdings != nil || free.More != 2 || len(free.Details) > 0 {
		t.Errorf("it is held in %q, by %v, %d more commands; it says %q", free.HeldIn, free.Holdings, free.More, free.Details)
	}
	c := change.Republish.Make(all, change.Values{"ack": "g"})
	shown := plan(t, c, b)
	if got := shown.Details; len(shown.Holdings) != 3 || !slices.Equal(got, []string{"The originals are acknowledged in g, each once its new entry is safe."}) {
		t.Errorf("it says %q of %v", got, shown.Holdings)
	}
	send("XACK events:a g 1-0")
	send("XCLAIM events:a g c9 0 2-0")
	if worse := change.Worse(shown, plan(t, c, b)); len(worse) != 1 {
		t.Errorf("worse by %q", worse)
	}
	on := change.On(b.Reader(), b.Writer())
	if got := outcomes(t, c, on, shown); got != "2-0 moved, 1-0 not_pending, 3-0 republished" {
		t.Errorf("it came to %s", got)
	}
	rows, err := b.Reader().PendingOf(t.Context(), "events:a", "g", []model.Position{{Ms: 2}, {Ms: 3}})
	if err != nil || rows[0].Consumer != "c9" || !rows[1].ID.IsZero() {
		t.Errorf("pending are %v (%v)", rows, err)
	}
}

// What is gone is republished from the copy that somebody read before, and lost without one.
func TestRepublishingWhatIsGoneTakesTheCopy(t *testing.T) {
	send, b := server(t)
	one := target(1)
	one.Group = ""
	copied, err := b.Reader().Entries(t.Context(), "events:a", one.IDs())
	if err != nil {
		t.Fatal(err)
	}
	send("XDEL events:a 1-0")
	on := change.On(b.Reader(), b.Writer())
	c := change.Republish.Make(one, nil)
	if p := plan(t, c, b); p.Nothing != "nothing is left to republish" || len(p.Commands) > 0 || len(p.Says) > 0 {
		t.Errorf("nothing to do: %q, commands %v, says %q", p.Nothing, p.Commands, p.Says)
	}
	if got := outcomes(t, c, on, change.Plan{}); got != "1-0 gone" {
		t.Errorf("it came to %s", got)
	}
	one.Copies = copied
	c = change.Republish.Make(one, change.Values{"to-stream": "events:b"})
	if p := plan(t, c, b); p.Nothing != "" || len(p.Warns) != 1 || len(p.Commands) != 1 || p.Into != "events:b" {
		t.Errorf("nothing to do: %q, commands %v, warns %q, into %s", p.Nothing, p.Commands, p.Warns, p.Into)
	}
	if got := outcomes(t, c, on, change.Plan{}); got != "1-0 republished" {
		t.Errorf("it came to %s", got)
	}
	if added, err := b.Reader().Range(t.Context(), "events:b", model.Position{}, model.MaxPosition, 9); err != nil || len(added) != 1 || !slices.Equal(added[0].Fields, copied[0].Fields) {
		t.Errorf("events:b holds %v (%v)", added, err)
	}
}
