package change_test

import (
	"slices"
	"testing"

	"streamdesk/bus/change"
	"streamdesk/model"
)

// Each goes back where it came from, byte for byte, and is deleted; one that doesn't say where, or was dealt with meanwhile, is
// left alone.
func TestDeadLettersGoBackToWhereTheyCameFrom(t *testing.T) {
	send, b := server(t)
	for _, line := range []string{
		"XADD dead:events:a 1-0 data {} origin events:a/1-0 group g attempt 3 reason poison",
		"XADD dead:events:a 2-0 data {} reason unknown",
		"XADD dead:events:a 3-0 data {} origin events:b/7-0 group g attempt 3 reason poison",
		"XADD dead:events:a 4-0 data {} origin events:a/2-0 group g attempt 3 reason poison",
	} {
		send(line)
	}
	letters := target(1, 2, 3, 4)
	letters.Stream, letters.Group, letters.Letters = "dead:events:a", "", true
	c := change.Requeue.Make(letters, nil)
	shown := plan(t, c, b)
	want := []string{"Both groups on events:a will receive 2 entries again.", "No group reads events:b: nobody receives it again until one does."}
	if !slices.Equal(shown.Says, want) || len(shown.Warns) != 1 || shown.Nothing != "" {
		t.Errorf("it says %q and warns %q, nothing to do: %q", shown.Says, shown.Warns, shown.Nothing)
	}
	if got := shown.Commands[0].String(); len(shown.Commands) != 2 || shown.More != 4 || got != "XADD events:a * data '{}'" && got != "XADD events:a * data {}" {
		t.Errorf("it shows %v and %d more", shown.Commands, shown.More)
	}
	send("XGROUP CREATE events:a late 0")
	if worse := change.Worse(shown, plan(t, c, b)); len(worse) != 1 || worse[0] != "late has joined the groups that it reaches" {
		t.Errorf("worse by %q", worse)
	}
	send("XDEL dead:events:a 4-0")
	on := change.On(b.Reader(), b.Writer())
	if got := outcomes(t, c, change.On(b.Reader(), b.Writer().Dry()), shown); got != "2-0 no_origin, 4-0 gone" {
		t.Errorf("the dry run came to %s", got)
	}
	if got := outcomes(t, c, on, shown); got != "2-0 no_origin, 4-0 gone, 1-0 requeued, 3-0 requeued" {
		t.Errorf("it came to %s", got)
	}
	for stream, n := range map[string]int{"events:a": 4, "events:b": 1, "dead:events:a": 1} {
		entries, err := b.Reader().Range(t.Context(), stream, model.Position{}, model.MaxPosition, 9)
		if err != nil || len(entries) != n {
			t.Errorf("%s holds %v (%v)", stream, entries, err)
		}
	}
	only := letters
	only.Rows = letters.Rows[1:2]
	if p := plan(t, change.Requeue.Make(only, nil), b); p.Nothing == "" || len(p.Commands) > 0 {
		t.Errorf("nothing to do: %q, commands %v", p.Nothing, p.Commands)
	}
}
