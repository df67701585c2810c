package desk

import (
	"slices"
	"strings"
	"testing"
)

func TestAShortenedIDIsActedOnWhole(t *testing.T) {
	b := withTraffic(t, 120, 40)
	ids := b.pendingIDs("events:workflow.started", "db_writers")
	b.press("3 j")
	b.settled()
	b.seesNot(ids[1])
	b.sees("…" + ids[1][len(ids[1])-8:])
	b.press("A")
	b.sees("XACK events:workflow.started db_writers " + ids[1])
	b.press("tab enter")
	if left := b.pendingIDs("events:workflow.started", "db_writers"); slices.Contains(left, ids[1]) || len(left) != len(ids)-1 {
		t.Errorf("of %v there are %v left", ids, left)
	}
}

// TestAKeyPressedBeforeTheEntryWasReadIsDoneThen moves the cursor and presses at once, as a fast hand does.
func TestAKeyPressedBeforeTheEntryWasReadIsDoneThen(t *testing.T) {
	for _, c := range []struct{ keys, opens string }{
		{"3 j j D", "Dead-letter"}, {"3 j j e", "Inject an event"}, {"3 j j P", ""},
	} {
		t.Run(c.keys, func(t *testing.T) {
			b := withTraffic(t, 120, 40)
			b.press(c.keys)
			if len(b.desk.dialogs) == 0 && len(b.desk.windows.List) == 0 {
				t.Fatalf("nothing was opened:\n%s", stripped(b.desk.View()))
			}
			ids := b.pendingIDs("events:workflow.started", "db_writers")
			if at := b.desk.subject.record.ID.String(); at != ids[2] || b.desk.subject.deferred.action != nil {
				t.Errorf("it is about %s, want %s", at, ids[2])
			}
			if c.opens != "" && !strings.Contains(b.top(), c.opens) {
				t.Errorf("%q is open", b.top())
			}
		})
	}
}

// TestAKeyThatWaitsForAnEntryIsCalledOff has the answer come too late: after another key, or for another entry.
func TestAKeyThatWaitsForAnEntryIsCalledOff(t *testing.T) {
	for _, then := range []string{"k", "5", "esc"} {
		b := withTraffic(t, 120, 40)
		b.press("3 j")
		b.desk.subject.asking = true // an answer is under way
		b.press("D")
		if b.desk.subject.deferred.action == nil || len(b.desk.dialogs) > 0 {
			t.Fatalf("D doesn't wait: %q", b.desk.notes.Text)
		}
		b.sees("reading the entry")
		b.press(then)
		b.desk.subject.asking = false
		b.settled()
		if len(b.desk.dialogs) > 0 || b.desk.subject.deferred.action != nil {
			t.Errorf("after %s: %q is open", then, b.top())
		}
	}
}
