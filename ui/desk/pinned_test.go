package desk

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/model"
)

// fullEnv asks for the whole minute at 10,000 events a second instead of its first seconds.
const fullEnv = "STREAMDESK_TEST_FULL"

// flood adds so many entries a second over 26 streams until stop says so, and tells how many.
func (b *harness) flood(perSecond int, stop func() bool) (sent chan int) {
	sent = make(chan int, 1)
	go func() {
		started, n := time.Now(), 0
		for !stop() {
			pipe := b.client.Pipeline()
			for due := int(time.Since(started).Seconds() * float64(perSecond)); n < due && pipe.Len() < 1000; n++ {
				pipe.XAdd(context.Background(), &redis.XAddArgs{
					Stream: fmt.Sprintf("events:load.t%02d", n%26), MaxLen: 2000, Approx: true, Values: []string{"data", fmt.Sprintf(`{"id":"load-%d"}`, n)},
				})
			}
			if _, err := pipe.Exec(context.Background()); err != nil {
				b.t.Errorf("flood: %v", err)
				break
			}
			if pipe.Len() == 0 {
				<-time.After(time.Millisecond)
			}
		}
		sent <- n
	}()
	return sent
}

// cursorRow is the row of the events under the cursor, as it stands on the screen.
func (b *harness) cursorRow() string {
	lines := strings.Split(stripped(b.desk.View()), "\n")
	rect := b.desk.tiles.Layout.Panes[EventsPane]
	for _, line := range lines[rect.Y : rect.Y+rect.Height] {
		if _, row, ok := strings.Cut(string([]rune(line)[rect.X:]), "▸"); ok {
			return row
		}
	}
	return ""
}

func TestASelectionIsHeldForAMinuteOfTenThousandEventsASecond(t *testing.T) {
	arrivals := 30_000
	if os.Getenv(fullEnv) != "" {
		arrivals = 600_000
	}
	b := newRealHarness(t, 120, 40)
	for i := range 20 {
		b.publish(model.WorkflowFailed, fmt.Sprintf("wf-%d", i), fmt.Sprintf(`{"n":%d}`, i))
	}
	b.look()
	b.press("5 k k k k")
	key, row, payload := b.events().Current(b.desk.data).Key(), b.cursorRow(), string(b.desk.subject.record.Event.Data)
	if row == "" {
		t.Fatalf("there is no cursor:\n%s", b.desk.View())
	}
	var stopped bool
	stop := make(chan struct{})
	sent := b.flood(10_000, func() bool {
		select {
		case <-stop:
			return true
		default:
			return false
		}
	})
	frames := 0
	b.watchFor(func() bool {
		frames++
		switch {
		case b.events().Current(b.desk.data).Key() != key:
			t.Fatalf("after %d frames the cursor is on %v, want %v", frames, b.events().Current(b.desk.data).Key(), key)
		case b.cursorRow() != row:
			t.Fatalf("after %d frames the row under the cursor is %q, want %q", frames, b.cursorRow(), row)
		case string(b.desk.subject.record.Event.Data) != payload:
			t.Fatalf("after %d frames the event shown is %s", frames, b.desk.subject.record.Event.Data)
		}
		if int(b.desk.data.Log.Total())+int(b.desk.data.Skipped.N) >= arrivals && !stopped {
			stopped = true
			close(stop)
		}
		return stopped
	})
	t.Logf("%d frames while %d entries came", frames, <-sent)
}

func TestADialogActsOnWhatItShowedWhateverArrives(t *testing.T) {
	const arrivals = 100_000
	for _, c := range []struct {
		name, keys, sees, confirm string
		check                     func(b *harness, marked []string)
	}{
		{"ack", "j space space A", "db_writers will never see these 2 entries again", "tab enter", func(b *harness, marked []string) {
			left := b.pendingIDs("events:workflow.failed", "db_writers")
			if len(left) != 1000 || slices.ContainsFunc(marked, func(id string) bool { return slices.Contains(left, id) }) {
				t.Errorf("%v were to be acknowledged, and %d are left, beginning with %v", marked, len(left), left[:5])
			}
		}},
		{"delete", "j space space X", "These 2 entries leave events:workflow.failed", "tab enter", func(b *harness, marked []string) {
			for _, id := range marked {
				if n := len(b.client.XRange(context.Background(), "events:workflow.failed", id, id).Val()); n != 0 {
					t.Errorf("%s is still there", id)
				}
			}
			if n := b.client.XLen(context.Background(), "events:workflow.failed").Val(); n != 5+arrivals-2 {
				t.Errorf("%d entries are left, want all but 2", n)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := stuck(t)
			marked := b.pendingIDs("events:workflow.failed", "db_writers")[1:3]
			b.press(c.keys)
			b.sees(c.sees)
			for range 10 {
				b.others(arrivals / 10)
			}
			b.sees(c.sees)
			b.press(c.confirm)
			b.sees("2 of 2")
			c.check(b, marked)
		})
	}
}
