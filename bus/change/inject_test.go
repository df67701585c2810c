package change_test

import (
	"slices"
	"strings"
	"testing"

	"streamdesk/bus/change"
	"streamdesk/model"
)

func request(stream string, values ...string) change.AppendRequest {
	r := change.AppendRequest{Stream: stream}
	for _, v := range values {
		r.Fields = append(r.Fields, model.Field{Name: "data", Value: v})
	}
	return r
}

// A single entry says who receives it, and who has joined them since; one without fields sends nothing yet.
func TestAnInjectionSaysWhoReceivesIt(t *testing.T) {
	send, b := server(t)
	one := &change.Injection{Entries: []change.AppendRequest{request("events:a", "{}")}}
	shown := plan(t, one, b)
	if !slices.Equal(shown.Says, []string{"Both groups on events:a will receive this."}) || shown.Names != "g, h" || len(shown.Commands) != 1 || shown.More != 0 {
		t.Errorf("it says %q of %s, and sends %v", shown.Says, shown.Names, shown.Commands)
	}
	send("XGROUP CREATE events:a late 0")
	if worse := change.Worse(shown, plan(t, one, b)); !slices.Equal(worse, []string{"late has joined the groups that it reaches"}) {
		t.Errorf("worse by %q", worse)
	}
	other := &change.Injection{Entries: []change.AppendRequest{request("events:b")}}
	other.Say(&shown)
	if len(shown.Says)+len(shown.Commands) > 0 {
		t.Errorf("of another stream, with nothing to add, it says %q and sends %v", shown.Says, shown.Commands)
	}
	one.Refused = "it can't be written"
	if p := plan(t, one, b); p.Nothing != one.Refused || len(p.Commands) > 0 {
		t.Errorf("nothing to do: %q, commands %v", p.Nothing, p.Commands)
	}
}

// Entries go out in their order, each a step of its own, and nothing after the one that fails.
func TestAnInjectionStopsWhereItFails(t *testing.T) {
	send, b := server(t)
	send("SET events:text x")
	many := &change.Injection{Entries: []change.AppendRequest{
		request("events:b", "1"), request("events:c", "2"), request("events:text", "3"), request("events:b", "4"),
	}}
	if p := plan(t, &change.Injection{Entries: slices.Delete(slices.Clone(many.Entries), 2, 3)}, b); len(p.Commands) != 3 || p.More != 0 || len(p.Says) > 0 {
		t.Errorf("it sends %v and %d more, and says %q", p.Commands, p.More, p.Says)
	}
	var did []string
	var failed error
	for step, err := range many.Apply(t.Context(), change.On(b.Reader(), b.Writer()), change.Plan{}) {
		if failed = err; err == nil {
			did = append(did, step.Did)
		}
	}
	if failed == nil || !strings.Contains(failed.Error(), "events:text") || len(did) != 2 || !strings.HasSuffix(did[1], " to events:c") {
		t.Errorf("it did %q and failed with %v", did, failed)
	}
	if entries, err := b.Reader().Range(t.Context(), "events:b", model.Position{}, model.MaxPosition, 9); err != nil || len(entries) != 1 {
		t.Errorf("events:b holds %v (%v)", entries, err)
	}
}
