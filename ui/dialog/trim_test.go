package dialog

import (
	"errors"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/redis/go-redis/v9"

	"streamdesk/bus/change"
	"streamdesk/model"
)

func acknowledged() *fakeBus {
	f := newFakeBus()
	f.acknowledge()
	return f
}

// acknowledge makes it a stream of 12,377 entries of which db_writers still needs the last 37.
func (f *fakeBus) acknowledge() {
	from := model.Position{Ms: 5000}
	f.trim = change.TrimPlan{
		Stream: testStream, Length: 12_377, MinID: from, HeldBy: "db_writers", Removable: model.Exactly(12_340),
		Groups: []change.TrimNeed{
			{Group: "db_writers", From: from, Pending: 12, Lag: model.Exactly(25)},
			{Group: "log_aggregators", From: model.Position{Ms: 9000}, Lag: model.Exactly(0)},
		},
	}
	f.maxLen = change.MaxLenPlan{
		Stream: testStream, Removed: 12_370, MinID: model.Position{Ms: 8000},
		Costs: []change.TrimCost{
			{Group: "db_writers", Pending: model.Exactly(12), Undelivered: model.About(18)},
			{Group: "log_aggregators", Pending: model.Exactly(0), Undelivered: model.Exactly(0)},
		},
	}
	f.removed = 12_340
}

func openTrim(env Env, _ *fakeBus, _ Target) (Dialog, tea.Cmd) { return NewTrim(env, testStream) }

func trimBench(t *testing.T, f *fakeBus) *bench {
	t.Helper()
	d, cmd := NewTrim(testEnv(f), testStream)
	return newBench(t, d, cmd)
}

func TestTrimSaysWhatGoesAndWhatStays(t *testing.T) {
	t.Parallel()
	b := trimBench(t, acknowledged())
	b.shows("Trim", "db_writers 12 25 5000-0", "log_aggregators 0 0 9000-0",
		"Removes 12,340 entries that every group has acknowledged; 37 stay because db_writers has not.",
		"XTRIM events:workflow.failed MINID = 5000-0", "[▸Cancel ] [ Remove 12,340 entries ]")
}

func TestTrimIsSentOnlyByItsButton(t *testing.T) {
	t.Parallel()
	const soft, hard = "XTRIM events:workflow.failed MINID = 5000-0", "XTRIM events:workflow.failed MAXLEN ~ 7"
	for _, c := range []struct{ keys, sent string }{
		{"enter", ""},
		{"esc", ""},
		{"tab esc", ""},
		{"tab enter", soft},
		{"right enter", soft},
		{"down space up enter", ""}, // hard without a number
		{"down space tab '7' tab space tab*2 enter", hard},
		{"down space space up enter", soft},
	} {
		f := acknowledged()
		b := trimBench(t, f)
		b.press(c.keys)
		if c.sent == "" {
			f.wants(t)
		} else {
			f.wants(t, c.sent)
		}
	}
}

func TestTrimReportsWhatItRemoved(t *testing.T) {
	t.Parallel()
	for removed, want := range map[int64]string{0: "removed 0 entries", 1: "removed 1 entry", 12_340: "removed 12,340 entries"} {
		f := acknowledged()
		f.removed = removed
		b := trimBench(t, f)
		b.press("tab enter")
		b.shows("✓ trimmed events:workflow.failed: " + want)
		if len(b.done) != 1 || b.done[0].Title != "trim" || b.done[0].Target.Stream != testStream || len(b.done[0].Receipts) != 1 {
			t.Errorf("the desk was told %+v", b.done)
		}
	}
}

func TestAHardTrimSaysWhatItCosts(t *testing.T) {
	t.Parallel()
	b := trimBench(t, acknowledged())
	b.press("down space tab '7' tab")
	b.shows("Removes 12,370 entries and keeps the newest 7",
		"db_writers loses 12 entries that it has not acknowledged and ~18 that it never came to.", "log_aggregators loses nothing.")
}

func TestTrimActsOnWhatWasShown(t *testing.T) {
	t.Parallel()
	f := acknowledged()
	b := trimBench(t, f)
	f.trim.MinID, f.trim.Removable = model.Position{Ms: 7000}, model.Exactly(12_350) // acknowledged meanwhile
	b.press("tab enter")
	f.wants(t, "XTRIM events:workflow.failed MINID = 5000-0")
}

func TestTrimStopsWhenAGroupNeedsMore(t *testing.T) {
	t.Parallel()
	f := acknowledged()
	b := trimBench(t, f)
	f.trim.MinID, f.trim.Removable = model.Position{Ms: 3000}, model.Exactly(9000)
	b.press("tab enter")
	f.wants(t)
	b.shows("It has changed since you looked", "Remove 9,000 entries all the same")
	b.press("tab enter")
	f.wants(t, "XTRIM events:workflow.failed MINID = 3000-0")
}

func TestTrimOfWhatIsNeededIsRefused(t *testing.T) {
	t.Parallel()
	f := acknowledged()
	f.trim.Removable = model.Exactly(0)
	b := trimBench(t, f)
	b.shows("Removes nothing: db_writers has not acknowledged the oldest entry.")
	b.press("tab enter")
	f.wants(t)
	b.shows("there is nothing to remove")
}

func TestTrimThatCannotLookIsRefusedUnlessItIsHard(t *testing.T) {
	t.Parallel()
	f := acknowledged()
	f.blind = errors.New("NOPERM no xinfo")
	b := trimBench(t, f)
	b.press("tab enter")
	f.wants(t)
	b.shows("what the groups need isn't known")
	b.press("down space tab '7' tab*3 enter")
	f.wants(t, "XTRIM events:workflow.failed MAXLEN = 7")
}

func TestTrimWhereNoGroupReadsSaysSo(t *testing.T) {
	t.Parallel()
	f := acknowledged()
	f.trim = change.TrimPlan{Stream: testStream, Length: 5, MinID: model.Position{Ms: 2000}, Removable: model.Exactly(5)}
	trimBench(t, f).shows("Removes 5 entries, all there are: no group reads this stream, so none waits for any.")
}

func TestTrimOnRedisLeavesWhatIsPending(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add(9)
	ctx := t.Context()
	all := w.client.XRange(ctx, testStream, "-", "+").Val()
	for _, group := range []string{"db_writers", "log_aggregators"} {
		w.must(w.client.XReadGroup(ctx, &redis.XReadGroupArgs{Group: group, Consumer: "c", Streams: []string{testStream, ">"}}).Err())
	}
	for _, m := range all[:6] {
		w.must(w.client.XAck(ctx, testStream, "db_writers", m.ID).Err())
	}
	for _, m := range all {
		w.must(w.client.XAck(ctx, testStream, "log_aggregators", m.ID).Err())
	}
	d, cmd := NewTrim(testEnv(OnBus(w.bus)), testStream)
	b := newBench(t, d, cmd)
	b.shows("Removes 6 entries that every group has acknowledged; 4 stay because db_writers has not.")
	b.between = func() { w.add(100) }
	b.press("tab enter")
	b.shows("removed 6 entries")
	b.between = nil
	if first := w.client.XRangeN(ctx, testStream, "-", "+", 1).Val(); first[0].ID != all[6].ID {
		t.Errorf("the stream begins with %s, want %s", first[0].ID, all[6].ID)
	}
	b.press("enter")

	hard, cmd := NewTrim(testEnv(OnBus(w.bus)), testStream)
	b = newBench(t, hard, cmd)
	b.press("down space tab '2' tab")
	b.shows("db_writers loses 4 entries that it has not acknowledged")
	b.press("tab*2 enter")
	if n := w.client.XLen(ctx, testStream).Val(); n != 2 {
		t.Errorf("the stream has %d entries after a hard trim to 2:\n%s", n, b.screen(120, 40))
	}
}
