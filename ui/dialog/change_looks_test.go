package dialog

import (
	"context"
	"iter"
	"testing"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/model/words"
)

// counting is a change whose look depends on what is typed: it counts the entries from there on.
var counting = change.Kind{
	Name: "count", Title: "Count", Button: "Count", On: change.Group,
	Params: []change.Param{{Name: "from", Label: "From", Needed: "say from where", Looks: true}, {Name: "why", Label: "Why"}},
	Make: func(t change.Target, v change.Values) change.Change {
		from, _ := model.ParsePosition(v["from"])
		return &countingFrom{t.Stream, from, v["why"]}
	},
}

type countingFrom struct {
	stream string
	from   model.Position
	why    string
}

func (c *countingFrom) Look(ctx context.Context, on change.Reader) (plan change.Plan, err error) {
	n, err := on.CountBetween(ctx, nil, c.from, model.MaxPosition)
	plan.Costs = []change.Cost{{Name: "entries", N: n}}
	return plan, err
}

func (c *countingFrom) Say(plan *change.Plan) {
	plan.Commands = []model.Command{{"COUNT", c.stream, c.from.String(), c.why}}
	if len(plan.Costs) > 0 {
		plan.Says = []string{"It counts " + words.CountedEntries(plan.Costs[0].N) + "."}
	}
}

func (c *countingFrom) Apply(ctx context.Context, on change.Server, plan change.Plan) iter.Seq2[change.Step, error] {
	return func(yield func(change.Step, error) bool) {
		_, receipts, err := on.Together(ctx, model.Command{"COUNTED", plan.Costs[0].N.String(), c.why})
		yield(change.Step{Receipts: receipts, Did: "counted"}, err)
	}
}

func countingBench(t *testing.T) (*fakeBus, *harness) {
	t.Helper()
	f := newFakeBus()
	for id := range uint64(3) {
		f.add(id+1, "{}")
	}
	d, cmd := NewChange(testEnv(f), &counting, Target{Stream: testStream}, "g")
	return f, newHarness(t, d, cmd)
}

func TestAValueThatALookDependsOnIsLookedAtWhenItsFieldIsLeft(t *testing.T) {
	t.Parallel()
	f, b := countingBench(t)
	if f.asked != 0 {
		t.Errorf("it asked %d times before anything was typed", f.asked)
	}
	b.press("down '2-0'")
	if f.asked != 0 {
		t.Errorf("it asked %d times while it was typed", f.asked)
	}
	b.press("tab")
	b.shows("It counts 2 entries.", "COUNT events:workflow.failed 2-0")
	b.press("'because' tab")
	if f.asked != 1 {
		t.Errorf("it asked %d times, want 1: the other value is no matter of the look", f.asked)
	}
	b.press("shift+tab*2 backspace*3")
	b.hides("It counts")
	b.press("'1-0' tab*2")
	b.shows("It counts 3 entries.")
	f.wants(t)
	b.press("tab enter")
	f.wants(t, "COUNTED 3 because")
}

func TestWhatIsMadeIsWhatWasShownUnlessItIsWorseByNow(t *testing.T) {
	t.Parallel()
	f, b := countingBench(t)
	b.press("down '1-0' tab*3")
	delete(f.entries, model.Position{Ms: 1})
	b.press("enter")
	f.wants(t, "COUNTED 3 ''")
	f, b = countingBench(t)
	b.press("down '1-0' tab*3")
	f.add(9, "{}")
	b.press("enter")
	f.wants(t)
	b.shows("It has changed since you looked", "It counts 4 entries.")
	b.press("right enter")
	f.wants(t, "COUNTED 4 ''")
}

func TestAValueThatWasJustTypedIsLookedAtBeforeItIsActedOn(t *testing.T) {
	t.Parallel()
	f, b := countingBench(t)
	b.press("down '3-0'")
	d, ok := b.dialog.(*Change)
	if !ok {
		t.Fatalf("it is %T", b.dialog)
	}
	d.form.FocusButton(buttonAct)
	b.press("enter")
	f.wants(t)
	b.shows("It counts 1 entry.")
}
