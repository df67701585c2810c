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
	f.stream = model.Stream{Key: testStream, Length: 12_377, Last: model.Position{Ms: 9500}, Groups: []model.Group{
		{Name: "db_writers", LastDelivered: model.Position{Ms: 8000}, Pending: 12, Lag: model.Exactly(25)},
		{Name: "log_aggregators", LastDelivered: model.Position{Ms: 9000}.Prev(), Lag: model.Exactly(0)},
	}}
	f.needs(5000, 12_340)
	f.removed = 12_340
}

// needs makes db_writers need what lies from there on, with so many entries before it.
func (f *fakeBus) needs(from uint64, before int64) {
	f.stream.Groups[0].Oldest = &model.Pending{ID: model.Position{Ms: from}}
	f.between = new(model.Exactly(before))
}

func openTrim(env Env, _ *fakeBus, _ Target) (Dialog, tea.Cmd) {
	return NewChange(env, &change.Trim, Target{Stream: testStream}, "")
}

func trimBench(t *testing.T, f *fakeBus) *harness {
	t.Helper()
	d, cmd := openTrim(testEnv(f), f, Target{})
	return newHarness(t, d, cmd)
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
		"db_writers loses 12 entries that it has not acknowledged and 18 that it never came to.", "log_aggregators loses nothing.")
}

func TestTrimActsOnWhatWasShown(t *testing.T) {
	t.Parallel()
	f := acknowledged()
	b := trimBench(t, f)
	f.needs(7000, 12_350) // acknowledged meanwhile
	b.press("tab enter")
	f.wants(t, "XTRIM events:workflow.failed MINID = 5000-0")
}

func TestTrimStopsWhenAGroupNeedsMore(t *testing.T) {
	t.Parallel()
	f := acknowledged()
	b := trimBench(t, f)
	f.needs(3000, 9000)
	b.press("tab enter")
	f.wants(t)
	b.shows("It has changed since you looked", "Remove 9,000 entries all the same")
	b.press("tab enter")
	f.wants(t, "XTRIM events:workflow.failed MINID = 3000-0")
}

func TestTrimOfWhatIsNeededIsRefused(t *testing.T) {
	t.Parallel()
	f := acknowledged()
	f.needs(5000, 0)
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
	f.stream.Length, f.stream.Groups, f.between = 5, nil, new(model.Exactly(5))
	trimBench(t, f).shows("Removes 5 entries, all there are: no group reads this stream, so none waits for any.")
}

func TestATrimToABoundGoesNoFurther(t *testing.T) {
	t.Parallel()
	f := acknowledged()
	b := trimBench(t, f)
	b.press("down*2 '4000-0' tab")
	b.shows("Removes 12,340 entries before 4000-0, which every group has acknowledged.", "MINID = 4000-0")
	b.press("up backspace*6 '6000-0' tab*3")
	b.shows("group db_writers needs entries from 5000-0 on", "what the groups need isn't known")
	b.press("up*2 backspace*6 '1h' tab*3 enter")
	f.wants(t)
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
	d, cmd := openTrim(testEnv(OnBus(w.bus)), nil, Target{})
	b := newHarness(t, d, cmd)
	b.shows("Removes 6 entries that every group has acknowledged; 4 stay because db_writers has not.")
	b.between = func() { w.add(100) }
	b.press("tab enter")
	b.shows("removed 6 entries")
	b.between = nil
	if first := w.client.XRangeN(ctx, testStream, "-", "+", 1).Val(); first[0].ID != all[6].ID {
		t.Errorf("the stream begins with %s, want %s", first[0].ID, all[6].ID)
	}
	b.press("enter")

	hard, cmd := openTrim(testEnv(OnBus(w.bus)), nil, Target{})
	b = newHarness(t, hard, cmd)
	b.press("down space tab '2' tab")
	b.shows("db_writers loses 4 entries that it has not acknowledged")
	b.press("tab*2 enter")
	if n := w.client.XLen(ctx, testStream).Val(); n != 2 {
		t.Errorf("the stream has %d entries after a hard trim to 2:\n%s", n, b.screen(120, 40))
	}
}
