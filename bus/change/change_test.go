package change_test

import (
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/bus/observe"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// sendTo sends commands as they are written.
func sendTo(t *testing.T, client redis.UniversalClient) (send func(line string)) {
	t.Helper()
	return func(line string) {
		t.Helper()
		var args []any
		for word := range strings.FieldsSeq(line) {
			args = append(args, word)
		}
		if err := client.Do(t.Context(), args...).Err(); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
}

// fill makes the stream events:a, of which group g has the entries 1-0 to 3-0 pending, and h has come to none of them.
func fill(send func(line string)) {
	for _, line := range []string{
		"XADD events:a 1-0 data {}", "XADD events:a 2-0 data {}", "XADD events:a 3-0 data {}", "XGROUP CREATE events:a g 0", "XGROUP CREATE events:a h 0",
		"XREADGROUP GROUP g c1 COUNT 2 STREAMS events:a >", "XREADGROUP GROUP g c2 STREAMS events:a >",
	} {
		send(line)
	}
}

// server is a real server that was filled.
func server(t *testing.T) (send func(line string), b *bus.Bus) {
	t.Helper()
	client := redistest.Start(t).Client()
	send = sendTo(t, client)
	fill(send)
	b, err := bus.Open(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	return send, b
}

func target(ids ...uint64) change.Target {
	t := change.Target{Stream: "events:a", Group: "g"}
	for _, id := range ids {
		t.Rows = append(t.Rows, model.Pending{ID: model.Position{Ms: id}})
	}
	return t
}

// plan is what a change would do as things are.
func plan(t *testing.T, c change.Change, b *bus.Bus) change.Plan {
	t.Helper()
	p, err := c.Look(t.Context(), b.Reader())
	if err != nil {
		t.Fatal(err)
	}
	c.Say(&p)
	return p
}

// outcomes are what became of each entry: "1-0 acked".
func outcomes(t *testing.T, c change.Change, on change.Server, p change.Plan) string {
	t.Helper()
	var became []string
	for step, err := range c.Apply(t.Context(), on, p) {
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range append(step.Left, step.Outcomes...) {
			became = append(became, o.ID.String()+" "+o.Outcome)
		}
	}
	return strings.Join(became, ", ")
}

func TestDeletingSaysWhereTheEntriesArePending(t *testing.T) {
	send, b := server(t)
	one, of := target(1), target(1, 2, 3)
	one.Group, of.Group = "", ""
	if got := plan(t, change.Delete.Make(one, nil), b).Warns; len(got) != 1 || got[0] != "g has it pending: c1, delivered 1 time." {
		t.Errorf("of one entry it says %q", got)
	}
	c := change.Delete.Make(of, nil)
	shown := plan(t, c, b)
	if got := shown.Warns; len(got) != 1 || got[0] != "g has 3 of them pending: c1 2, c2 1, delivered up to 1 time." {
		t.Errorf("of three entries it says %q", got)
	}
	send("XREADGROUP GROUP h c COUNT 1 STREAMS events:a >")
	if worse := change.Worse(shown, plan(t, c, b)); len(worse) != 1 || worse[0] != "what h has pending went from 0 to 1" {
		t.Errorf("once h has one, it is worse by %q", worse)
	}
	if got := outcomes(t, c, change.On(b.Reader(), b.Writer()), shown); got != "1-0 deleted, 2-0 deleted, 3-0 deleted" {
		t.Errorf("it came to %s", got)
	}
}

// TestWhatMovedSinceThePlanIsLeftAlone, and an empty plan looks at nothing.
func TestWhatMovedSinceThePlanIsLeftAlone(t *testing.T) {
	send, b := server(t)
	c := change.Ack.Make(target(1, 2, 3), nil)
	shown := plan(t, c, b)
	send("XCLAIM events:a g c9 0 1-0")
	send("XACK events:a g 2-0")
	if worse := change.Worse(shown, plan(t, c, b)); len(worse) != 1 {
		t.Errorf("it is worse by %q", worse)
	}
	on := change.On(b.Reader(), b.Writer())
	if got := outcomes(t, c, on, shown); got != "1-0 moved, 2-0 not_pending, 3-0 acked" {
		t.Errorf("it came to %s", got)
	}
	if got := outcomes(t, change.Ack.Make(target(1), nil), on, change.Plan{}); got != "1-0 acked" {
		t.Errorf("without a plan it came to %s", got)
	}
}

func TestADryRunHasTheCommandsAndChangesNothing(t *testing.T) {
	_, b := server(t)
	for _, c := range []struct {
		of     change.Change
		expect string
	}{
		{change.Ack.Make(target(1, 3), nil), "XACK events:a g 1-0 3-0"},
		{change.Claim.Make(target(1), change.Values{"for": "w", "min-idle": "0s", "just-id": "true"}), "XCLAIM events:a g w 0 1-0 JUSTID"},
		{
			change.DeadLetter.Make(target(2), change.Values{"reason": "poison"}),
			"XADD dead:events:a * data {} origin events:a/2-0 group g attempt 1 reason poison; XACK events:a g 2-0",
		},
	} {
		var commands []string
		shown := plan(t, c.of, b)
		for step, err := range c.of.Apply(t.Context(), change.On(b.Reader(), b.Writer().Dry()), shown) {
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range step.Receipts {
				commands = append(commands, r.Command.String())
			}
		}
		if got := strings.Join(commands, "; "); got != c.expect {
			t.Errorf("it would send %s, want %s", got, c.expect)
		}
		for i, command := range shown.Commands {
			if i >= len(commands) || command.String() != commands[i] {
				t.Errorf("it shows %s", command)
			}
		}
	}
	if rows, err := b.Reader().Pending(t.Context(), observe.PendingQuery{Stream: "events:a", Group: "g", Count: 9}); err != nil || len(rows) != 3 || rows[0].Consumer != "c1" {
		t.Errorf("pending are %v (%v)", rows, err)
	}
}

// What a person agreed to is asked for again when it could cost more by now: because a number grew, or because it can't be told
// any more; and when it would reach a group that they were not told of.
func TestACostThatGrewOrCanNoLongerBeToldIsWorse(t *testing.T) {
	costs := func(name string, n model.Count) change.Plan {
		return change.Plan{Costs: []change.Cost{{Name: name, N: n}}}
	}
	reach := func(groups ...string) (p change.Plan) {
		for _, g := range groups {
			p.Reach = append(p.Reach, change.Reached{Stream: "events:a", Group: g})
		}
		return p
	}
	for name, c := range map[string]struct {
		shown, newer change.Plan
		says         string
	}{
		"the same":         {costs("its lag", model.Exactly(3)), costs("its lag", model.Exactly(3)), ""},
		"less":             {costs("its lag", model.Exactly(3)), costs("its lag", model.Exactly(2)), ""},
		"more":             {costs("its lag", model.Exactly(3)), costs("its lag", model.Exactly(1004)), "its lag went from 3 to 1,004"},
		"unknown":          {costs("its lag", model.Exactly(3)), costs("its lag", model.Count{}), "its lag went from 3 to ?"},
		"unknown before":   {costs("its lag", model.Count{}), costs("its lag", model.Exactly(9)), ""},
		"not named before": {change.Plan{}, costs("its lag", model.Exactly(1)), "its lag went from 0 to 1"},
		"nothing of a new": {change.Plan{}, costs("its lag", model.Exactly(0)), ""},
		"the same groups":  {reach("g", "h"), reach("h", "g"), ""},
		"a group less":     {reach("g", "h"), reach("g"), ""},
		"a new group":      {reach("g"), reach("g", "h"), "h has joined the groups that it reaches"},
		"the first group":  {change.Plan{}, reach("g"), "g has joined the groups that it reaches"},
		"another instead":  {reach("g"), reach("h"), "h has joined the groups that it reaches"},
	} {
		if got := strings.Join(change.Worse(c.shown, c.newer), ", "); got != c.says {
			t.Errorf("%s: worse by %q, want %q", name, got, c.says)
		}
	}
}
