package dialog

import (
	"errors"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
)

// holds gives worker-3 that many pending entries.
func (f *fakeBus) holds(n int) {
	for i := range n {
		id := f.add(uint64(1000+i), "{}")
		f.hold("db_writers", model.Pending{ID: id, Consumer: "worker-3", Idle: time.Hour, Deliveries: 1})
	}
	f.peopled(int64(n))
}

const deletes = "XGROUP DELCONSUMER events:workflow.failed db_writers "

func TestDeleteConsumerSaysHowLongItHasBeenIdle(t *testing.T) {
	t.Parallel()
	f, b := peopledBench(t, 0, false, openDeleteConsumer)
	b.shows("Delete consumer · db_writers", "worker-3 0 1h00m ?", "worker-3 has nothing pending and leaves db_writers")
	b.press("tab enter")
	f.wants(t, deletes+"worker-3")
	b.shows("✓ deleted consumer worker-3 of db_writers")
	if len(b.done) != 1 || b.done[0].Title != "delete consumer" || b.done[0].Name != "consumer delete" {
		t.Errorf("the desk was told %+v", b.done)
	}
}

func TestDeleteConsumerIsSentOnlyByItsButton(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ keys, sent string }{
		{"enter", ""},
		{"esc", ""},
		{"tab esc", ""},
		{"down right tab*2 enter", deletes + "worker-1"},
	} {
		f, b := peopledBench(t, 0, false, openDeleteConsumer)
		b.press(c.keys)
		if c.sent == "" {
			f.wants(t)
		} else {
			f.wants(t, c.sent)
		}
	}
}

func TestAConsumersEntriesAreMovedPageByPageFirst(t *testing.T) {
	t.Parallel()
	f, b := peopledBench(t, 1204, false, func(env Env, f *fakeBus, target Target) (Dialog, tea.Cmd) {
		f.holds(1204)
		return openDeleteConsumer(env, f, target)
	})
	b.shows("worker-3 has 1,204 entries pending, which would be lost with it: worker-1 gets them first, then it is deleted.",
		"[ Move 1,204 entries, then delete ]")
	b.press("tab enter")
	b.shows("✓ moved 1,204 entries to worker-1, deleted consumer worker-3")
	if len(f.log()) != 4 || len(b.done) != 4 || b.done[1].Summary != "moved 1,000 of 1,204 entries from worker-3 to worker-1" {
		t.Errorf("%d commands, the desk was told %d times: %+v", len(f.log()), len(b.done), b.done)
	}
	for _, p := range f.groups["db_writers"] {
		if p.Consumer != "worker-1" {
			t.Fatalf("%s still has %s", p.Consumer, p.ID)
		}
	}
}

func TestWhatAConsumerHasPendingIsMovedAndItStays(t *testing.T) {
	t.Parallel()
	f, b := peopledBench(t, 600, false, func(env Env, f *fakeBus, target Target) (Dialog, tea.Cmd) {
		f.holds(600)
		return openMoveConsumer(env, f, target)
	})
	b.shows("Move entries · db_writers", "worker-3 has 600 entries pending: worker-1 gets them, and worker-3 isn't told.")
	b.press("tab enter")
	b.shows("✓ moved 600 of 600 entries from worker-3 to worker-1")
	if len(f.log()) != 2 || len(b.done) != 3 || b.done[0].Name != "consumer move" || b.done[0].Summary != "moved 500 of 600 entries from worker-3 to worker-1" {
		t.Errorf("%q were sent, the desk was told %+v", f.log(), b.done)
	}
	_, b = peopledBench(t, 0, false, openMoveConsumer)
	b.press("tab enter")
	b.shows("worker-3 has nothing pending: there is nothing to move.", "(▸Move the entries )  it has nothing pending")
}

func TestAConsumerThatHasLeftMeanwhileIsNotDeletedInThePlaceOfAnother(t *testing.T) {
	t.Parallel()
	f, b := peopledBench(t, 0, false, openDeleteConsumer)
	f.stream.Groups[0].Consumers = f.stream.Groups[0].Consumers[:1]
	b.press("tab enter")
	f.wants(t)
	b.shows("‹ worker-3 › 2/2", "worker-3 is no longer a consumer of db_writers.", "( Delete consumer )")
	_, b = peopledBench(t, 0, false, func(env Env, f *fakeBus, target Target) (Dialog, tea.Cmd) {
		f.stream.Groups[0].Consumers = nil
		return openDeleteConsumer(env, f, target)
	})
	b.shows("No consumer is in db_writers.", "( Delete consumer )")
}

func TestAConsumerThatIsActiveAgainIsAskedAboutAgain(t *testing.T) {
	t.Parallel()
	f, b := peopledBench(t, 0, false, openDeleteConsumer)
	f.stream.Groups[0].Consumers[1].Idle = time.Second
	b.press("tab enter")
	f.wants(t)
	b.shows("It has changed since you looked", "Delete consumer all the same")
}

func TestAMoveToNobodyYetIsSaidToBeToAnotherConsumer(t *testing.T) {
	t.Parallel()
	f, b := peopledBench(t, 1204, false, openDeleteConsumer)
	b.press("down*2 ctrl+u")
	b.shows("which would be lost with it: another consumer gets them first")
	f.wants(t)
}

func TestAMoveThatFailsLeavesTheConsumer(t *testing.T) {
	t.Parallel()
	f, b := peopledBench(t, 3, false, func(env Env, f *fakeBus, target Target) (Dialog, tea.Cmd) {
		f.holds(3)
		return openDeleteConsumer(env, f, target)
	})
	f.fail = errors.New("READONLY")
	b.press("tab enter")
	b.shows("✗ READONLY", "Try again…")
	if len(f.log()) != 1 {
		t.Errorf("it sent %q", f.log())
	}
}

func TestAConsumerThatGetsMoreMeanwhileIsKept(t *testing.T) {
	t.Parallel()
	f, b := peopledBench(t, 0, false, openDeleteConsumer)
	f.holds(2)
	b.press("tab enter")
	f.wants(t)
	b.shows("It has changed since you looked", "worker-3 has 2 entries pending")
	f, b = peopledBench(t, 0, false, openDeleteConsumer)
	f.hold("db_writers", model.Pending{ID: model.Position{Ms: 1}, Consumer: "worker-3"})
	b.press("tab enter")
	b.shows("consumer worker-3 has 1 entries pending")
}

func TestClosingStopsAMoveAfterItsPage(t *testing.T) {
	t.Parallel()
	f := newFakeBus()
	f.holds(1204)
	d, cmd := openDeleteConsumer(testEnv(f), f, Target{})
	newHarness(t, d, cmd)
	_, _ = d.Update(key("tab"))
	look, _ := d.Update(key("enter"))
	first, _ := d.Update(look())
	second, _ := d.Update(first())
	b := &harness{t: t, dialog: d}
	b.shows("moved 500 of 1,204 entries from worker-3 to worker-1…", "Closing this stops after the page that is under way.")
	if _, done := d.Update(key("esc")); !done {
		t.Fatal("esc doesn't close it")
	}
	if page, ok := second().(Done); !ok || page.Summary != "moved 1,000 of 1,204 entries from worker-3 to worker-1" {
		t.Errorf("the page under way reported %+v", page)
	}
	if n := len(f.log()); n != 2 {
		t.Errorf("%d commands were sent, want those of two pages", n)
	}
}
