package dialog

import (
	"errors"
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
)

// letterOf is a dead letter of an entry of that stream.
func letterOf(n uint64, origin, group, reason string) model.DeadLetter {
	l := model.DeadLetter{
		Entry: model.Entry{Stream: "dead:" + testStream, ID: model.Position{Ms: 1_773_457_000_000 + n}},
		Group: group, Attempt: 5, Reason: reason,
		Original: []model.Field{{Name: "data", Value: testPayload}},
	}
	if origin != "" {
		l.Origin = model.Key{Stream: origin, ID: model.Position{Ms: 1_773_456_000_000 + n}}
	}
	l.Entry.Fields = slices.Concat(l.Original, []model.Field{{Name: "reason", Value: reason}})
	if origin != "" {
		l.Entry.Fields = model.DeadLetterFields(model.Entry{Stream: origin, ID: l.Origin.ID, Fields: l.Original}, group, reason, 5)
	}
	return l
}

// givenUp makes it a bus with three dead letters, of which the oldest doesn't say where it came from.
func givenUp(f *fakeBus, _ *Target) {
	f.letters = []model.DeadLetter{
		letterOf(3, testStream, "db_writers", "UNIQUE constraint failed"),
		letterOf(2, testStream, "db_writers", "disk full"),
		letterOf(1, "", "", ""),
	}
}

func openDeadLetters(env Env, _ *fakeBus, _ Target) (Dialog, tea.Cmd) {
	return NewDeadLetters(env, testStream, "")
}

func lettersBench(t *testing.T) (*fakeBus, *harness) {
	t.Helper()
	f, _ := stuck()
	givenUp(f, nil)
	d, cmd := NewDeadLetters(testEnv(f), testStream, "")
	return f, newHarness(t, d, cmd)
}

func TestDeadLettersSayWhatWasGivenUpAndWhy(t *testing.T) {
	t.Parallel()
	_, b := lettersBench(t)
	b.shows("Dead letters", "1773456000003-0 db_writers 5 UNIQUE constraint failed", "disk full", "3 dead letters, all there are")
	b.press("enter")
	b.shows("Dead letter 1773457000003-0", `"error":"compiler: stack too deep"`, "reason UNIQUE constraint failed")
	b.press("esc")
	b.shows("Dead letters", "[ Requeue 1… ]")
}

func TestRequeueIsSentOnlyByItsButton(t *testing.T) {
	t.Parallel()
	const dead = "dead:" + testStream
	add := "XADD " + testStream + " *"
	for _, c := range []struct {
		keys string
		sent []string
	}{
		{"esc", nil},
		{"tab enter", nil},
		{"tab*2 enter enter", nil},
		{"tab*2 enter esc", nil},
		{"tab*2 enter tab enter", []string{add, "XDEL " + dead + " 1773457000003-0"}},
		{"j tab*2 enter tab enter", []string{add, "XDEL " + dead + " 1773457000002-0"}},
		{"space*2 tab*2 enter tab enter", []string{add, "XDEL " + dead + " 1773457000003-0", add, "XDEL " + dead + " 1773457000002-0"}},
		{"G tab*2 enter tab enter", nil}, // nothing says where it came from
		{"tab*3 enter enter", nil},
		{"tab*3 enter esc", nil},
		{"j tab*3 enter tab enter", []string{"XDEL " + dead + " 1773457000002-0"}},
	} {
		f, b := lettersBench(t)
		b.press(strings.Replace(c.keys, "space*2", "space space", 1))
		f.wants(t, c.sent...)
	}
}

func TestRequeueSaysWhoReceivesItAgain(t *testing.T) {
	t.Parallel()
	f, b := lettersBench(t)
	b.press("space*3 tab*2 enter")
	b.shows("Requeue", "Both groups on events:workflow.failed will receive 2 entries again.",
		"1 dead letter can't go back: nothing says which stream it came from.", "XADD events:workflow.failed * data")
	f.bury(f.letters[0].Entry.ID) // somebody else requeued it
	b.press("tab enter")
	b.shows("✓ requeued 1 of 3: 1 gone from the stream, 1 left alone: nothing says which stream it came from")
	if len(b.done) != 1 || b.done[0].Title != "requeue" || b.done[0].Target.Stream != "dead:"+testStream {
		t.Errorf("the desk was told %+v", b.done)
	}
	b.press("enter")
	b.shows("1 dead letter, 1 marked, all there are")
}

func TestDeletingDeadLettersSaysThatTheyAreGoneForGood(t *testing.T) {
	t.Parallel()
	_, b := lettersBench(t)
	b.press("space space tab*3 enter")
	b.shows("2 dead letters will be gone for good, and can't be requeued any more.", "1773456000003-0", "disk full", "[ Delete 2 dead letters ]")
	b.press("tab enter")
	b.shows("✓ deleted 2 of 2")
	if len(b.done) != 1 || b.done[0].Title != "delete" || b.done[0].Target.Stream != "dead:"+testStream {
		t.Errorf("the desk was told %+v", b.done)
	}
}

// A group that nobody was told of would receive it, too.
func TestRequeueStopsWhenAnotherGroupHasCome(t *testing.T) {
	t.Parallel()
	f, b := lettersBench(t)
	b.press("tab*2 enter")
	b.shows("Both groups on events:workflow.failed will receive it again.")
	f.hold("auditors", model.Pending{ID: model.Position{Ms: 1}})
	b.press("tab enter")
	b.shows("It has changed since you looked", "All 3 groups on events:workflow.failed will receive it again.", "[ Requeue 1 dead letter all the same ]")
	f.wants(t)
	b.press("tab enter")
	b.shows("✓ requeued as 9002-0 on events:workflow.failed")
}

func TestRequeueThatFailsLeavesTheRestToTryAgain(t *testing.T) {
	t.Parallel()
	f, b := lettersBench(t)
	f.fail = errors.New("OOM command not allowed")
	b.press("space*2 tab*2 enter tab enter")
	b.shows("✗ OOM command not allowed", "Try again…")
	f.fail = nil
	b.press("tab enter tab enter")
	b.shows("✓ requeued 2 of 2")
}

func TestOlderDeadLettersAreReadOnTheWayDown(t *testing.T) {
	t.Parallel()
	f := newFakeBus()
	for n := uint64(250); n > 0; n-- {
		f.letters = append(f.letters, letterOf(n, testStream, "db_writers", "no"))
	}
	d, cmd := NewDeadLetters(testEnv(f), testStream, "")
	b := newHarness(t, d, cmd)
	b.shows("100 dead letters, the newest")
	b.press("space G j")
	b.shows("200 dead letters, 1 marked, the newest")
	b.press("G*2 j")
	b.shows("250 dead letters, 1 marked, all there are")
	b.press("g")
	b.shows("1773456000250-0")
}

func TestDeadLettersThatCannotBeReadAreSaidAndReadAgain(t *testing.T) {
	t.Parallel()
	f := newFakeBus()
	f.blind = errors.New("NOPERM")
	d, cmd := NewDeadLetters(testEnv(f), testStream, "")
	b := newHarness(t, d, cmd)
	b.shows("✗ couldn't read the dead letters: NOPERM")
	f.blind = nil
	b.press("shift+tab enter")
	b.shows("No dead letters")
}

func TestKeysOfTheDeskWorkOnTheListOfDeadLetters(t *testing.T) {
	t.Parallel()
	for keys, shows := range map[string][]string{
		"R": {"─Requeue"}, "X": {"─Delete", "Delete 1"}, "a X": {"─Delete", "Delete 3"}, "a a X": {"─Delete", "Delete 1"}, "tab R": {"Dead letters", "[▸Close ]"},
	} {
		_, b := lettersBench(t)
		b.press(keys)
		b.shows(shows...)
	}
	f, _ := stuck()
	givenUp(f, nil)
	d, cmd := NewDeadLetters(testEnv(f), testStream, "this desk is read-only")
	b := newHarness(t, d, cmd)
	b.press("a R X")
	b.shows("Dead letters", "this desk is read-only · = compare · / search · esc close")
	b.shows("( Requeue 3… )")
}
