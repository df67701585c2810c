package desk

import (
	"context"
	"strings"
	"testing"
	"time"

	"streamdesk/ui/pane/pending"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/model"
	"streamdesk/ui/live"
)

// untilSeen draws frames until a text is on the screen.
func (b *harness) untilSeen(text string) {
	b.t.Helper()
	redistest.Eventually(b.t, 20*time.Second, func() bool {
		b.look()
		return strings.Contains(stripped(b.desk.View()), text)
	}, text+" to be on the screen")
}

// TestPendingEntriesAreNarrowedMarkedAndAckedInBulk finds, among 8,000 pending entries of two consumers, the 3,000 that
// were delivered often, marks all of them with one key, and acknowledges exactly those.
func TestPendingEntriesAreNarrowedMarkedAndAckedInBulk(t *testing.T) {
	const stream, group, fresh, often = "events:workflow.failed", "db_writers", 5000, 3000
	b := stuck(t)
	b.others(fresh + often - 5)
	ctx := context.Background()
	rows, err := b.client.XPendingExt(ctx, &redis.XPendingExtArgs{Stream: stream, Group: group, Start: "-", End: "+", Count: fresh + often}).Result()
	if err != nil || len(rows) != fresh+often {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	pipe := b.client.Pipeline()
	for _, row := range rows[fresh:] {
		pipe.Do(ctx, "XCLAIM", stream, group, "worker-7", 0, row.ID, "RETRYCOUNT", 4, "JUSTID")
	}
	if _, err := pipe.Exec(ctx); err != nil {
		t.Fatal(err)
	}

	b.press("n")
	b.sees("Show some of what is pending")
	b.press("tab tab 3 enter")

	b.untilSeen("200+ of 8,000") // the first page of them lies behind 5,000 others
	b.sees("3 Pending · db_writers · ×3+")
	b.press("3 a")
	redistest.Eventually(t, 20*time.Second, func() bool { b.look(); return len(b.chosen()) == often }, "all of them to be marked")
	b.sees("3,000 of 8,000")
	b.press("A")
	b.sees("never see these 3,000 entries again")
	b.press("tab enter")
	redistest.Eventually(t, 20*time.Second, func() bool {
		b.look()
		left, err := b.client.XPending(ctx, stream, group).Result()
		return err == nil && left.Count == fresh && left.Consumers["worker-7"] == 0
	}, "the 3,000 to be acknowledged and the others to be left")
	b.press("esc")
	b.untilSeen("Nothing pending is ×3+.")
	b.press("3 esc")
	b.untilSeen("3 Pending · db_writers ─")
	b.untilSeen("5,000 ─╮")
}

func TestPendingEntriesAreNarrowedByConsumerAndIdleTime(t *testing.T) {
	const stream, group = "events:workflow.failed", "db_writers"
	b := stuck(t)
	ctx := context.Background()
	ids := b.pendingIDs(stream, group)
	for i, idle := range []int{0, 60_000, 600_000} {
		if err := b.client.Do(ctx, "XCLAIM", stream, group, "worker-1", 0, ids[i], "IDLE", idle).Err(); err != nil {
			t.Fatal(err)
		}
	}
	key := live.GroupKey{Stream: stream, Group: group}
	for _, c := range []struct {
		filter model.PendingFilter
		size   int
		want   int
		whole  bool
	}{
		{model.PendingFilter{}, 100, 5, true},
		{model.PendingFilter{}, 5, 5, false},
		{model.PendingFilter{Consumer: "worker-1"}, 100, 3, true},
		{model.PendingFilter{Consumer: "nobody"}, 100, 0, true},
		{model.PendingFilter{MinIdle: 50 * time.Second}, 100, 2, true},
		{model.PendingFilter{MinIdle: 5 * time.Minute, Consumer: "worker-1"}, 100, 1, true},
		{model.PendingFilter{MinIdle: 5 * time.Minute, Consumer: "worker-3"}, 100, 0, true},
		{model.PendingFilter{MinDeliveries: 2}, 100, 3, true},
		{model.PendingFilter{MinDeliveries: 2}, 2, 2, false},
		{model.PendingFilter{MinDeliveries: 3}, 100, 0, true},
	} {
		read := pending.Rows(ctx, b.bus.Reader(), key, c.filter, c.size, time.Now())
		if read.Err != nil || len(read.Rows) != c.want || read.Whole != c.whole || read.Filter != c.filter || read.Key != key {
			t.Errorf("%q, %d at most: %d rows, whole %v, %v", c.filter, c.size, len(read.Rows), read.Whole, read.Err)
		}
	}
	gone := pending.Rows(ctx, b.bus.Reader(), live.GroupKey{Stream: stream, Group: "nobody"}, model.PendingFilter{MinIdle: time.Second}, 10, time.Now())
	if gone.Err == nil {
		t.Error("a group that isn't there has no error")
	}
}
