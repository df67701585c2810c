package desk

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/recording"
	"streamdesk/bus/redistest"
	"streamdesk/ui/pane"
)

// recorded is a desk with traffic whose last moments were recorded: 4 entries pending, then 2 after ten seconds, then none after an
// hour.
func recorded(t testing.TB, width, height int) *harness {
	t.Helper()
	file := recording.File{Path: filepath.Join(t.TempDir(), "bus.db")}
	b := withTraffic(t, width, height, func(o *Options) { o.Recording = file })
	store, err := file.Create(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }() // what matters was committed
	keep := func() {
		t.Helper()
		if err := store.Write(context.Background(), b.desk.own.Snapshot); err != nil {
			t.Fatal(err)
		}
	}
	keep()
	for i, wait := range []time.Duration{10 * time.Second, time.Hour} {
		b.pass(wait)
		for range 2 {
			id := b.pendingIDs("events:workflow.started", "db_writers")[0]
			if err := b.client.XAck(context.Background(), "events:workflow.started", "db_writers", id).Err(); err != nil {
				t.Fatal(err)
			}
		}
		if i == 1 {
			b.publish("workflow.completed", "wf-late", `{}`)
		}
		b.look()
		keep()
	}
	b.pass(time.Second)
	b.look()
	return b
}

// arrives lets frames pass until the past shows a moment other than before.
func (b *harness) arrives(before time.Time) time.Time {
	b.t.Helper()
	redistest.Eventually(b.t, 20*time.Second, func() bool {
		b.frame()
		at, shown := b.desk.past.At()
		return shown && !at.Equal(before)
	}, "a moment of the past")
	b.then, _ = b.desk.past.At()
	return b.then
}

// elsewhere waits for another moment than the one that was shown, and returns its time.
func elsewhere(b *harness) any { return b.arrives(b.then).Format(time.TimeOnly) }

func TestThePastIsShownAsItWasAndNothingCanBeChangedThere(t *testing.T) {
	b := recorded(t, 160, 40)
	b.sees("Nothing is pending")
	b.press("[")
	at := b.arrives(time.Time{})
	b.sees("PAST ◀ 15:06:36, 1.0s ago ▶")
	b.press("[")
	at = b.arrives(at)
	b.sees("PAST ◀ 14:06:36, 1h00m ago ▶")
	b.seesNot("wf-late")
	b.press("[")
	at = b.arrives(at)
	b.sees("PAST ◀ 14:06:26, 1h00m ago ▶")
	if got := b.desk.data.Snapshot.Stream("events:workflow.started").Group("db_writers").Pending; got != 4 {
		t.Errorf("%d were pending then, want 4", got)
	}
	b.press("3")
	b.sees("of what was pending then, the oldest is recorded")
	b.sees("worker-3")
	for key := range strings.FieldsSeq("A C R D X B T S i I") {
		b.press(key)
		if len(b.desk.dialogs) > 0 {
			t.Fatalf("%s opened a dialog in the past", key)
		}
		b.sees("this is the past (14:06:26, 1h00m ago): nothing can be changed there; esc returns to now")
	}
	b.press("[")
	b.frame()
	b.press("]")
	if next := b.arrives(at); next.Sub(at) != 10*time.Second {
		t.Errorf("the next moment is %s later, want 10s", next.Sub(at))
	}
	b.press("esc")
	b.seesNot("PAST")
	b.sees("wf-late")
	if b.desk.data != b.desk.own {
		t.Error("esc doesn't show the present's data")
	}
	b.press("3")
	b.settled()
	b.sees("Nothing is pending")
}

func TestATimeIsTypedInTheDialogOrThePalette(t *testing.T) {
	for name, open := range map[string]func(b *harness){
		"dialog":  func(b *harness) { b.press("ctrl+t"); b.typing("14:06:30"); b.press("enter") },
		"palette": func(b *harness) { b.press(":"); b.typing("at 14:06:30"); b.press("enter") },
	} {
		t.Run(name, func(t *testing.T) {
			b := recorded(t, 120, 40)
			open(b)
			if at := b.arrives(time.Time{}); at.Format(time.TimeOnly) != "14:06:26" {
				t.Errorf("it shows %s", at)
			}
			b.press("esc ctrl+t")
			b.typing("2h ago")
			b.press("enter")
			redistest.Eventually(t, 20*time.Second, func() bool {
				b.frame()
				return strings.Contains(b.desk.View(), "the recording begins at 14:06:26")
			}, "the reason")
			if b.desk.past.Active() {
				t.Error("the desk stays in a past that isn't there")
			}
		})
	}
}

func TestThePastIsPlayed(t *testing.T) {
	b := recorded(t, 120, 40)
	b.command("at")
	b.typing("14:06:27")
	b.press("enter")
	at := b.arrives(time.Time{})
	b.press("< space")
	b.pass(time.Second)
	b.frame()
	b.sees("▶ 5×")
	b.pass(time.Second)
	if next := b.arrives(at); next.Sub(at) != 10*time.Second {
		t.Errorf("after 2 s at 5 times the speed it shows a moment %s later", next.Sub(at))
	}
	b.press("space")
	if n := b.desk.past.Playing(); n != 0 {
		t.Errorf("it is still played, %d times as fast", n)
	}
}

func TestWhereEventsAreGoneThePastSaysSinceWhenThereAreSome(t *testing.T) {
	b := recorded(t, 120, 40)
	ctx := context.Background()
	for _, key := range []string{"events:workflow.started", "events:audit.failed"} {
		if err := b.client.XTrimMaxLen(ctx, key, 0).Err(); err != nil {
			t.Fatal(err)
		}
	}
	b.look()
	b.command("at")
	b.typing("14:06:27")
	b.press("enter")
	b.arrives(time.Time{})
	b.sees("The streams reach back to 2026-11-23 15:06:36.")
}

func TestADeskRecordsWhileItIsOpen(t *testing.T) {
	file := recording.File{Path: filepath.Join(t.TempDir(), "bus.db")}
	b := newRealHarness(t, 120, 40, func(o *Options) { o.Recording, o.Record = file, true })
	b.publish("workflow.started", "wf-1", `{}`)
	b.desk.begin()
	redistest.Eventually(t, 20*time.Second, func() bool {
		if !b.desk.past.Active() {
			b.command("earlier") // it may have been too early
		}
		b.frame()
		_, shown := b.desk.past.At()
		return shown
	}, "a moment of the past")
	b.sees("PAST")
	b.desk.line.cancel()
	if err := b.desk.line.end("default"); err != nil {
		t.Error(err)
	}
	store, err := file.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }() // it was only read
	if span, err := store.Span(t.Context()); err != nil || span.Moments == 0 {
		t.Errorf("%+v, %v", span, err)
	}
}

func TestARecordingThatCannotBeWrittenIsToldOnce(t *testing.T) {
	b := newRealHarness(t, 200, 40, func(o *Options) {
		o.Recording, o.Record = recording.File{Path: "/proc/none/bus.db"}, true
	})
	b.desk.begin()
	redistest.Eventually(t, 20*time.Second, func() bool {
		b.frame()
		return strings.Contains(b.desk.View(), "nothing is recorded: ")
	}, "the trouble to be told")
	b.desk.line.cancel()
	if err := b.desk.line.end("default"); err != nil {
		t.Error(err)
	}
}

func TestTheHistoryIsDrawnAndLeadsToItsMoments(t *testing.T) {
	b := recorded(t, 120, 40)
	b.press("f5")
	b.frame()
	b.sees("H History · db_writers on workflow.started")
	b.sees("oldest pending")
	b.press("h")
	b.arrives(time.Time{})
	b.sees("PAST ◀ 14:06:36")
	b.press("esc")
	timeline, id := the[pane.Timeline](&b.desk.panes)
	rect := b.desk.tiles.Layout.Panes[id]
	at, ok := timeline.TimeAt(20)
	if !ok {
		t.Fatal("the pane has no columns")
	}
	b.click(rect.X+1+20, rect.Y+5)
	if got := b.arrives(time.Time{}); got.After(at) || at.Sub(got) > time.Hour {
		t.Errorf("a click on %s leads to %s", at, got)
	}
	b.sees("┊")
}

// TestADrill is half an hour in which a consumer is killed and comes back, and the search for it afterwards.
func TestADrill(t *testing.T) {
	const stream, tick = "events:audit.failed", 10 * time.Second
	ctx := context.Background()
	file := recording.File{Path: filepath.Join(t.TempDir(), "bus.db")}
	b := newHarness(t, 120, 40, func(o *Options) { o.Recording = file })
	store, err := file.Create(ctx)
	if err != nil {
		t.Fatal(err)
	}
	read := func(count int64) (ids []string) {
		got, err := b.client.XReadGroup(ctx, &redis.XReadGroupArgs{Group: "db_writers", Consumer: "worker-1", Streams: []string{stream, ">"}, Count: count, Block: -1}).Result()
		if err != nil && !errors.Is(err, redis.Nil) {
			t.Fatal(err)
		}
		for _, s := range got {
			for _, m := range s.Messages {
				ids = append(ids, m.ID)
			}
		}
		return ids
	}
	ack := func(ids []string) {
		if len(ids) > 0 {
			if err := b.client.XAck(ctx, stream, "db_writers", ids...).Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := b.client.XGroupCreateMkStream(ctx, stream, "db_writers", "0").Err(); err != nil {
		t.Fatal(err)
	}
	var held []string // what the killed consumer holds
	for i := range 180 {
		for j := range 3 {
			b.publish("audit.failed", fmt.Sprintf("wf-%d-%d", i, j), `{}`)
		}
		switch {
		case i == 60: // killed with three entries in hand
			held = read(3)
		case i > 60 && i < 120:
		case i == 120: // back again
			ack(held)
			fallthrough
		default:
			ack(read(1000))
		}
		b.pass(tick)
		b.look()
		if err := store.Write(ctx, b.desk.own.Snapshot); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	b.sees("keeping up")
	b.press("f5")
	redistest.Eventually(t, 20*time.Second, func() bool { b.frame(); return strings.Contains(stripped(b.screen()), " alert ") }, "the alert in the history")
	b.press(":")
	b.typing("at 14:20")
	b.press("enter")
	b.arrives(time.Time{})
	b.sees("stuck: oldest untouched for")
	b.sees("! 1 alert then")
	b.sees("wf-93-2")
	b.press("3")
	b.press("enter")
	b.settled()
	redistest.Eventually(t, 20*time.Second, func() bool { b.frame(); return b.desk.subject.record != nil }, "the entry")
	if got := b.desk.subject.record.ID.String(); got != held[0] {
		t.Errorf("it leads to %s, want %s", got, held[0])
	}
	b.sees("wf-60-0")
	b.press("esc")
	b.seesNot("PAST")
	b.sees("keeping up")
}

func TestAnIncidentFileHasNoNow(t *testing.T) {
	b := recorded(t, 120, 40)
	b.desk.options.Closed = b.desk.own.Snapshot.At
	b.press("[")
	at := b.arrives(time.Time{})
	b.press("esc")
	b.command("now")
	if still, shown := b.desk.past.At(); !shown || !still.Equal(at) {
		t.Error("it left the past")
	}
	b.sees("this is an incident file: it has no now")
	b.press("5 k enter")
	b.settled()
	b.sees("deliveries unknown")
}
