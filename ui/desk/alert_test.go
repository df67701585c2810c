package desk

import (
	"context"
	"strings"
	"testing"
	"time"

	"streamdesk/model"
	"streamdesk/model/config"
)

// alertingAt makes alerts of a small bus: more than n pending, and groups that vanish.
func alertingAt(n int) func(*Options) {
	return func(o *Options) {
		o.Config.Alerts = config.Alerts{Pending: n, VanishedGroup: true}
	}
}

func TestAnAlertAppearsIsFoundAndClears(t *testing.T) {
	for _, readOnly := range []bool{false, true} {
		b := withTraffic(t, 120, 40, alertingAt(3), func(o *Options) { o.ReadOnly = readOnly })
		b.sees("! 1 alert ")
		b.press("j 5 !") // somewhere else
		b.sees("4 pending (limit 3)")
		b.press("enter")
		if len(b.desk.dialogs) > 0 || b.desk.tiles.Focus != GroupsPane {
			t.Errorf("%d dialogs are open, pane %d has the focus", len(b.desk.dialogs), b.desk.tiles.Focus)
		}
		if got := b.pendingOf(); got.Stream != "events:workflow.started" || got.Group != "db_writers" {
			t.Errorf("the alert led to %v", got)
		}
		ids := b.pendingIDs("events:workflow.started", "db_writers")
		if err := b.client.XAck(context.Background(), "events:workflow.started", "db_writers", ids[:2]...).Err(); err != nil {
			t.Fatal(err)
		}
		b.press("!")
		b.pass(time.Second)
		b.look()
		b.sees("nothing is wrong now · 1 ended")
		b.sees("ended: 4 pending (limit 3)")
		b.sees("It ended at ")
		b.seesNot("1 alert")
		b.press("enter") // goes there all the same
		if got := b.pendingOf(); len(b.desk.dialogs) > 0 || got.Stream != "events:workflow.started" || got.Group != "db_writers" {
			t.Errorf("%d dialogs are open; the alert led to %v", len(b.desk.dialogs), got)
		}
		b.fits()
	}
}

func TestAPausedScreenStillWatchesForAlerts(t *testing.T) {
	b := withTraffic(t, 120, 40, alertingAt(5))
	b.seesNot("1 alert")
	b.press("p")
	b.deliver("events:workflow.started", "db_writers", "worker-1", 3)
	b.pass(time.Second)
	b.look()
	b.sees("! 1 alert ")
}

func TestAVanishedGroupIsToldUntilItIsDismissed(t *testing.T) {
	b := withTraffic(t, 120, 40, alertingAt(3))
	b.press("!")
	if err := b.client.XGroupDestroy(context.Background(), "events:workflow.started", "db_writers").Err(); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		b.pass(time.Second)
		b.look()
		b.sees("the group is gone")
		b.sees("! 1 alert ")
	}
	b.press("enter")
	if b.desk.tiles.Focus != StreamsPane || b.streams().Selected() != "events:workflow.started" {
		t.Errorf("it led to pane %d and %s", b.desk.tiles.Focus, b.streams().Selected())
	}
	b.press("! d")
	b.sees("ended: the group is gone")
	b.press("d") // which does no more
	b.sees("nothing is wrong now · 2 ended")
	b.press("esc")
	b.pass(time.Second)
	b.look()
	b.seesNot("1 alert")
}

func TestTheBellRingsForNewAlertsAndNotMoreThanOnceASecond(t *testing.T) {
	var out strings.Builder
	rings := func() int { return strings.Count(out.String(), "\a") }
	b := newHarness(t, 120, 40, alertingAt(1), func(o *Options) { o.Config.Desk.Bell, o.Output = true, &out })
	b.look()
	for i, group := range []string{"a", "b", "c"} {
		b.publish(model.WorkflowStarted, "wf-1", `{}`)
		b.publish(model.WorkflowStarted, "wf-1", `{}`)
		b.deliver("events:workflow.started", group, "worker-1", 2)
		b.pass(600 * time.Millisecond)
		b.look()
		if want := i/2 + 1; rings() != want {
			t.Errorf("after %d alerts it rang %d times, want %d", i+1, rings(), want)
		}
	}
	b.pass(time.Minute)
	b.look()
	b.look()
	if rings() != 2 {
		t.Errorf("it rang %d times, the last for nothing new", rings())
	}
}

func TestAnAlertAboutAnEntryLeadsToThatEntry(t *testing.T) {
	b := withTraffic(t, 120, 40, func(o *Options) { o.Config.Alerts = config.Alerts{Deliveries: 1} })
	oldest := b.pendingIDs("events:workflow.started", "db_writers")[0]
	b.press("j 5 !") // somewhere else
	b.sees("delivered once (limit 1)")
	b.press("enter")
	b.frame()
	if key, _, ok := b.desk.pointedAt(); b.desk.tiles.Focus != PendingPane || !ok || key.Stream != "events:workflow.started" || key.ID.String() != oldest {
		t.Errorf("it leads to %v in pane %d, want %s", key, b.desk.tiles.Focus, oldest)
	}
	b.pass(time.Second)
	b.frame() // it has been read
	if got := b.desk.panes.viewer(); got.Text() == "" {
		t.Errorf("the entry isn't shown:\n%s", b.screen())
	}
	b.press("D") // four keys from the first screen to giving it up
	b.sees("─Dead-letter")
	b.sees(oldest)
}
