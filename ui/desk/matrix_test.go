package desk

import (
	"fmt"
	"testing"
	"time"

	"streamdesk/model"
	"streamdesk/model/config"
	"streamdesk/ui/pane"
)

// withFaults is a desk on 26 streams that four groups read, one entry of one of which was delivered again and again.
func withFaults(t *testing.T, width, height int, change ...func(*Options)) *harness {
	t.Helper()
	change = append(change, func(o *Options) { o.Config.Alerts = config.Alerts{Deliveries: 3, Pending: 100} })
	b := newHarness(t, width, height, change...)
	types := make([]model.Type, 26)
	for i := range types {
		types[i] = model.Type(fmt.Sprintf("family%02d.progress", i))
	}
	b.publishAll(types, 3, func(n int) string { return fmt.Sprintf(`{"contract":"ERC%d"}`, n) })
	b.deliverAll(types, []string{"db_writers", "log_aggregators", "metrics_collectors", "websocket_workers"}, "worker-1")
	b.fail("events:family20.progress", "log_aggregators", 5)
	b.pass(5 * time.Second)
	b.look()
	return b
}

// fail has the group's oldest pending entry claimed again and again, as a consumer does whose handler fails.
func (b *harness) fail(stream, group string, times int) {
	b.t.Helper()
	id := b.pendingIDs(stream, group)[0]
	for range times {
		if err := b.client.Do(b.t.Context(), "XCLAIM", stream, group, "worker-1", 0, id).Err(); err != nil {
			b.t.Fatal(err)
		}
	}
}

func TestTheMatrixLeadsToThePoisonEntryAndBackToItsCell(t *testing.T) {
	for _, size := range [][2]int{{60, 15}, {80, 24}, {120, 40}} {
		b := withFaults(t, size[0], size[1])
		poison := b.pendingIDs("events:family20.progress", "log_aggregators")[0]
		b.press("5 9") // two keys from anywhere
		b.sees("1 of 26 × 1 of 4")
		b.sees("log_aggregators on family20.progress: poison")
		b.fits()
		b.press("enter")
		b.frame()
		if key, _, ok := b.desk.pointedAt(); b.desk.tiles.Focus != PendingPane || !ok || key.ID.String() != poison {
			t.Errorf("%v: it leads to %v in pane %d, want %s", size, key, b.desk.tiles.Focus+1, poison)
		}
		if want := (pane.Scope{Stream: "events:family20.progress", Group: "log_aggregators"}); b.pendingOf() != want || b.groups().Selected() != want.Group || b.streams().Selected() != want.Stream {
			t.Errorf("%v: it leads to %v, %s of %s", size, b.pendingOf(), b.groups().Selected(), b.streams().Selected())
		}
		b.press("esc")
		b.sees("log_aggregators on family20.progress: poison")
		b.press("esc")
		if b.desk.tiles.Focus != EventsPane {
			t.Errorf("%v: esc leads to pane %d, want where the matrix was opened", size, b.desk.tiles.Focus+1)
		}
	}
}

func TestWhoGoesElsewhereIsNotLedBackToTheMatrix(t *testing.T) {
	b := withFaults(t, 120, 40)
	b.press("9 enter 2 3 esc")
	if b.desk.tiles.Focus != GroupsPane {
		t.Errorf("esc leads to pane %d, want the groups", b.desk.tiles.Focus+1)
	}
}

func TestKeysThatGoAlongARowOfTheMatrix(t *testing.T) {
	for keys, want := range map[string]string{
		"9": "1 of 26 × 1 of 4", "9 l": "1 of 26 × 2 of 4", "9 right right": "1 of 26 × 3 of 4", "9 l l h": "1 of 26 × 2 of 4",
		"9 left": "1 of 26 × 1 of 4", "9 l j": "2 of 26 × 2 of 4", "9 l G": "26 of 26 × 2 of 4", "9 j l s": "1 of 26 × 2 of 4",
	} {
		b := withFaults(t, 80, 24)
		b.press(keys)
		b.sees(want)
		b.fits()
	}
}

// Actions in the matrix are about its cell, and what was chosen elsewhere stays.
func TestActionsInTheMatrixAreAboutItsCell(t *testing.T) {
	b := withFaults(t, 120, 40)
	was := b.streams().Selected()
	b.press("9 S")
	b.sees("╭─Set ID · log_aggregators")
	b.sees("events:family20.progress")
	b.press("esc esc")
	if now := b.streams().Selected(); now != was || b.pendingOf().Stream != was {
		t.Errorf("%s is chosen and the pending entries are of %v, want %s", now, b.pendingOf(), was)
	}
}
