package dialog

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"streamdesk/model"
)

func TestAckShowsWhoHoldsTheEntryAndWhatItMeans(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	d, cmd := NewAck(testEnv(f), target, "db_writers")
	b := newHarness(t, d, cmd)
	b.shows("Ack · db_writers", "1000-0 workflow.failed worker-3 1m50s 4",
		"db_writers will never see this entry again unless it is republished.",
		"XACK events:workflow.failed db_writers 1000-0", "[▸Cancel ] [ Ack 1 entry ]")
}

func TestAckIsSentOnlyByItsButton(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		keys         string
		sent, closed bool
	}{
		{"enter", false, true}, // cancel has the focus first
		{"esc", false, true},
		{"tab esc", false, true},
		{"space", false, true},
		{"tab*2 enter", false, true},
		{"y A", false, false},
		{"tab enter", true, false},
		{"right enter", true, false},
		{"tab enter*2", true, true}, // and then close
	} {
		f, target := stuck()
		d, cmd := NewAck(testEnv(f), target, "db_writers")
		b := newHarness(t, d, cmd)
		b.press(c.keys)
		if sent := len(f.log()) > 0; sent != c.sent || b.closed != c.closed {
			t.Errorf("%s: sent %v and closed %v, want %v and %v", c.keys, sent, b.closed, c.sent, c.closed)
		}
	}
}

func TestAckReportsWhatHappened(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	d, cmd := NewAck(testEnv(f), target, "db_writers")
	b := newHarness(t, d, cmd)
	b.press("tab enter")
	f.wants(t, "XACK events:workflow.failed db_writers 1000-0")
	b.shows("✓ acked 1 of 1", "XACK events:workflow.failed db_writers 1000-0", "→ (integer) 1", "[▸Close ]")
	if len(b.done) != 1 || b.done[0].Summary != "acked 1 of 1" || b.done[0].Group != "db_writers" || !b.done[0].At.Equal(testTime) {
		t.Errorf("the desk was told %+v", b.done)
	}
}

func TestAckOfWhatIsNoLongerPendingSaysSo(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	d, cmd := NewAck(testEnv(f), target, "db_writers")
	b := newHarness(t, d, cmd)
	delete(f.groups["db_writers"], target.IDs[0])
	b.press("tab enter")
	b.shows("acked 0 of 1: not pending (any more)")
	f.wants(t) // as the command does, it leaves alone what there is nothing to do about
}

func TestAckStopsWhenTheEntryHasMovedOn(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	d, cmd := NewAck(testEnv(f), target, "db_writers")
	b := newHarness(t, d, cmd)
	f.hold("db_writers", model.Pending{ID: target.IDs[0], Consumer: "worker-1", Idle: time.Second, Deliveries: 5})
	b.press("tab enter")
	f.wants(t)
	b.shows("It has changed since you looked", "worker-1 1.0s 5", "Nothing was sent", "[ Ack 1 entry all the same ]",
		"worker-1 got …1000-0 1.0s ago and may be at work on it")
	b.press("tab enter")
	f.wants(t, "XACK events:workflow.failed db_writers 1000-0")
}

func TestAckFromAnEventOffersTheGroupsThatHaveIt(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	f.hold("metrics_collectors", model.Pending{ID: target.IDs[0], Consumer: "m-1", Idle: time.Minute, Deliveries: 1})
	d, cmd := NewAck(testEnv(f), target, "")
	b := newHarness(t, d, cmd)
	b.shows("Ack · db_writers", "‹ db_writers › 1/2", "worker-3")
	b.press("down right")
	b.shows("Ack · metrics_collectors", "‹ metrics_collectors › 2/2", "m-1 1m00s 1", "metrics_collectors will never see")
	b.press("tab*2 enter")
	f.wants(t, "XACK events:workflow.failed metrics_collectors 1000-0")
}

func TestAckOfWhatItsGroupHasLetGoOfIsRefused(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	d, cmd := NewAck(testEnv(f), target, "")
	b := newHarness(t, d, cmd)
	f.hold("db_writers", model.Pending{ID: target.IDs[0], Consumer: "worker-1", Idle: time.Second, Deliveries: 5})
	b.press("tab enter")
	b.shows("all the same")
	delete(f.groups["db_writers"], target.IDs[0])
	b.press("tab enter")
	f.wants(t)
	b.shows("there is nothing to acknowledge", "Cancel")
}

func TestAckOfWhatNoGroupHasIsRefused(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	delete(f.groups["db_writers"], target.IDs[0])
	d, cmd := NewAck(testEnv(f), target, "")
	b := newHarness(t, d, cmd)
	b.shows("No group has this entry pending: there is nothing to acknowledge.")
	b.press("tab enter")
	f.wants(t)
	b.shows("nothing to acknowledge")
}

func TestAckSaysWhatBecameOfEntries(t *testing.T) {
	t.Parallel()
	f := newFakeBus()
	var target Target
	target.Stream = testStream
	for i := range 8 {
		id := f.add(uint64(1000+i), testPayload)
		target.IDs = append(target.IDs, id)
		f.hold("db_writers", model.Pending{ID: id, Consumer: "worker-3", Idle: time.Minute, Deliveries: 2})
	}
	delete(f.groups["db_writers"], target.IDs[0]) // acked meanwhile
	delete(f.entries, target.IDs[1])              // trimmed while pending
	d, cmd := NewAck(testEnv(f), target, "db_writers")
	b := newHarness(t, d, cmd)
	b.shows("1000-0 acked meanwhile", "1001-0 worker-3 1m00s 2 gone", "and 3 more",
		"7 of 8 pending, 1 gone, 1 no longer pending",
		"db_writers will never see these 8 entries again unless they are republished.")
	b.press("tab enter")
	b.shows("acked 7 of 8: 1 not pending (any more)")
}

func TestAnErrorStaysInTheDialogAndCanBeTriedAgain(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	d, cmd := NewAck(testEnv(f), target, "db_writers")
	b := newHarness(t, d, cmd)
	f.fail = errors.New("READONLY You can't write against a read only replica")
	b.press("tab enter")
	b.shows("✗ READONLY You can't write", "[▸Close ] [ Try again… ]")
	f.fail = nil
	b.press("tab enter")
	b.shows("[▸Cancel ]", "worker-3")
	b.press("tab enter")
	b.shows("✓ acked 1 of 1")
}

func TestALookThatFailsIsSaidAndCanBePassedOver(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	f.blind = errors.New("NOPERM this user has no permissions to run the 'xpending' command")
	d, cmd := NewAck(testEnv(f), target, "db_writers")
	b := newHarness(t, d, cmd)
	b.shows("✗ couldn't look at it: NOPERM", "[ Look again ]", "[ Ack 1 entry unchecked ]")
	b.press("tab enter")
	f.wants(t, "XACK events:workflow.failed db_writers 1000-0")
}

func TestALookThatFailsIsRepeated(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	f.blind = errors.New("LOADING")
	d, cmd := NewAck(testEnv(f), target, "db_writers")
	b := newHarness(t, d, cmd)
	f.blind = nil
	b.press("left enter")
	b.hides("LOADING")
	b.shows("worker-3")
}

func TestProductionAsksForItsName(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	env := testEnv(f)
	env.Production = true
	d, cmd := NewAck(env, target, "db_writers")
	b := newHarness(t, d, cmd)
	b.shows("PRODUCTION prod-eu", "Type prod-eu")
	b.press("tab enter")
	f.wants(t)
	b.shows("✗ type prod-eu to confirm")
	b.press("'prod-us' tab*2 enter")
	f.wants(t)
	b.press("backspace*2 'eu' tab*2 enter")
	f.wants(t, "XACK events:workflow.failed db_writers 1000-0")
}

func TestTheTargetIsFrozen(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	d, cmd := NewAck(testEnv(f), target, "db_writers")
	b := newHarness(t, d, cmd)
	n := uint64(2000)
	b.between = func() {
		for range 1000 {
			n++
			id := f.add(n, testPayload)
			f.hold("db_writers", model.Pending{ID: id, Consumer: "worker-3", Idle: time.Minute, Deliveries: 1})
		}
	}
	b.press("tab enter")
	f.wants(t, "XACK events:workflow.failed db_writers 1000-0")
	if left := len(f.groups["db_writers"]); left != 2000 {
		t.Errorf("%d of the 2000 entries that came meanwhile are still pending", left)
	}
}

func TestClosingWhileItLooksSendsNothing(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	d, cmd := NewAck(testEnv(f), target, "db_writers")
	newHarness(t, d, cmd)
	_, _ = d.Update(key("tab"))
	look, _ := d.Update(key("enter"))
	answer := look()
	if _, done := d.Update(key("esc")); !done {
		t.Fatal("esc doesn't close it")
	}
	if cmd, _ := d.Update(answer); cmd != nil {
		t.Error("the answer to a look sent something after the dialog was closed")
	}
	f.wants(t)
}

func TestAnswersToOtherQuestionsAreIgnored(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	other, cmd := NewAck(testEnv(f), target, "log_aggregators")
	stale := cmd()
	d, cmd := NewAck(testEnv(f), target, "db_writers")
	b := newHarness(t, d, cmd)
	before := b.text()
	b.send(stale)
	b.send(Done{to: ticket{of: &other.action, number: 1}, Summary: "acked 7 of 7"})
	b.send(struct{}{})
	if b.text() != before {
		t.Errorf("somebody else's answer changed it:\n%s", b.screen(120, 40))
	}
}

func TestALookAtManyIsBounded(t *testing.T) {
	t.Parallel()
	f := newFakeBus()
	target := Target{Stream: testStream}
	for i := range 6000 {
		id := f.add(uint64(1000+i), "{}")
		f.hold("db_writers", model.Pending{ID: id, Consumer: "worker-3", Idle: time.Minute, Deliveries: 1})
		target.IDs = append(target.IDs, id)
	}
	d, cmd := NewAck(testEnv(f), target, "db_writers")
	b := newHarness(t, d, cmd)
	if most := 50 + 5; f.asked > most { // pages of the list, and entries that are not in it
		t.Errorf("it asked %d questions", f.asked)
	}
	b.shows("5,000 of 6,000 pending, ? 1,000 not looked at", fmt.Sprintf("and %d more commands like it", 12-shownCommands))
	if lines := strings.Count(b.screen(60, 15), "\n") + 1; lines > 15 {
		t.Errorf("%d lines in a height of 15", lines)
	}
}
