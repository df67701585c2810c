package dialog

import (
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/redis/go-redis/v9"

	"streamdesk/bus/change"
	"streamdesk/model"
)

func openSetID(env Env, _ *fakeBus, _ Target) (Dialog, tea.Cmd) {
	return NewChange(env, &change.SetGroupID, Target{Stream: testStream}, "db_writers")
}

// delivered makes db_writers stand at a position with so many entries before that and behind.
func (f *fakeBus) delivered(again, skipped int64) {
	f.between, f.changed = new(model.Exactly(again)), true
	f.stream = model.Stream{
		Key: testStream, Length: again + skipped, Last: model.Position{Ms: 1_773_457_160_000},
		Groups: []model.Group{{Name: "db_writers", LastDelivered: model.Position{Ms: 1_773_457_100_000}, Pending: 12, Lag: model.About(skipped)}},
	}
}

func setIDBench(t *testing.T, f *fakeBus) *harness {
	t.Helper()
	d, cmd := openSetID(testEnv(f), f, Target{})
	return newHarness(t, d, cmd)
}

func TestAPositionIsReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]model.Position{
		"0":                           {},
		"$":                           model.MaxPosition,
		" 1700000000000-3 ":           {Ms: 1_700_000_000_000, Seq: 3},
		"1700000000000":               {Ms: 1_700_000_000_000},
		"10m ago":                     model.PositionAt(testTime.Add(-10 * time.Minute)).Prev(),
		"1dago":                       model.PositionAt(testTime.Add(-24 * time.Hour)).Prev(),
		"2026-03-14T02:59:30Z":        model.PositionAt(testTime).Prev(),
		"2026-03-14T03:59:30.5+01:00": model.PositionAt(testTime.Add(500 * time.Millisecond)).Prev(),
	} {
		if got, err := model.ParseAfter(text, testTime); err != nil || got != want {
			t.Errorf("%q is %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "-", "+", ">", "soon", "soon ago", "10m", "1-2-3", "2026-03-14"} {
		if got, err := model.ParseAfter(text, testTime); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}

func TestSetIDSaysWhatComesAgainAndWhatIsSkipped(t *testing.T) {
	t.Parallel()
	f := newFakeBus()
	f.delivered(1204, 0)
	b := setIDBench(t, f)
	b.press("down '0' tab")
	b.shows("Set ID · db_writers", "db_writers will deliver 1,204 entries again.", "What is pending stays pending: 12 entries.",
		"XGROUP SETID events:workflow.failed db_writers 0")
	f.delivered(0, 88)
	b.press("up backspace '$' tab")
	b.shows("db_writers will skip ~88 entries nobody of this group has read.", "XGROUP SETID events:workflow.failed db_writers $")
	f.delivered(0, 0)
	b.press("up backspace '5-1' enter")
	b.shows("db_writers will deliver nothing again, and skip nothing.")
}

func TestSetIDIsSentOnlyByItsButton(t *testing.T) {
	t.Parallel()
	const head = "XGROUP SETID events:workflow.failed db_writers "
	for _, c := range []struct{ keys, sent string }{
		{"enter", ""},
		{"tab enter", ""}, // nothing was typed
		{"down '0' esc", ""},
		{"down '0' tab enter", ""}, // cancel
		{"down 'soon' tab*2 enter", ""},
		{"down '0' tab*2 enter", head + "0"},
		{"down '$' enter tab enter", head + "$"},
		{"down '7-7' tab right enter", head + "7-7"},
		{"down '10m ago' tab right enter", head + model.PositionAt(testTime.Add(-10*time.Minute)).Prev().String()},
	} {
		f := newFakeBus()
		f.delivered(1204, 0)
		b := setIDBench(t, f)
		b.press(c.keys)
		if c.sent == "" {
			f.wants(t)
			continue
		}
		f.wants(t, c.sent)
		b.shows("✓ db_writers goes on")
		if len(b.done) != 1 || b.done[0].Title != "set ID" || b.done[0].Group != "db_writers" {
			t.Errorf("%s: the desk was told %+v", c.keys, b.done)
		}
	}
}

func TestATimeAgoIsSettledWhenItIsTyped(t *testing.T) {
	t.Parallel()
	f := newFakeBus()
	f.delivered(7, 0)
	env, now := testEnv(f), testTime
	env.Now = func() time.Time { return now }
	d, cmd := openSetID(env, f, Target{})
	b := newHarness(t, d, cmd)
	b.press("down '10m ago' tab")
	now = now.Add(time.Hour)
	b.press("right enter")
	f.wants(t, "XGROUP SETID events:workflow.failed db_writers "+model.PositionAt(testTime.Add(-10*time.Minute)).Prev().String())
}

func TestSetIDStopsWhenMoreWouldComeAgain(t *testing.T) {
	t.Parallel()
	f := newFakeBus()
	f.delivered(1204, 0)
	b := setIDBench(t, f)
	b.press("down '0' tab")
	f.delivered(1205, 0)
	b.press("right enter")
	f.wants(t)
	b.shows("It has changed since you looked", "will deliver 1,205 entries again", "Set the ID all the same")
	b.press("tab enter")
	f.wants(t, "XGROUP SETID events:workflow.failed db_writers 0")
}

func TestSetIDOnRedisDeliversAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add(4)
	ctx := t.Context()
	read := func() int {
		streams, err := w.client.XReadGroup(ctx, &redis.XReadGroupArgs{
			Group: "db_writers", Consumer: "worker-3", Streams: []string{testStream, ">"}, Block: -1,
		}).Result()
		if err != nil {
			return 0
		}
		return len(streams[0].Messages)
	}
	d, cmd := openSetID(testEnv(OnBus(w.bus)), nil, Target{})
	b := newHarness(t, d, cmd)
	b.press("down '$' tab")
	b.shows("db_writers will skip 4 entries nobody of this group has read.")
	b.press("right enter enter")
	if n := read(); n != 0 {
		t.Errorf("%d entries came that were skipped", n)
	}
	d, cmd = openSetID(testEnv(OnBus(w.bus)), nil, Target{})
	b = newHarness(t, d, cmd)
	b.press("down '0' tab")
	b.shows("db_writers will deliver 5 entries again.")
	b.press("right enter")
	b.shows("✓ db_writers goes on from the beginning of the stream")
	if n := read(); n != 5 {
		t.Errorf("%d entries came again, want 5", n)
	}
}
