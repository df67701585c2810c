package desk

import (
	"strings"
	"testing"
)

// toPoison opens the doctor's window, and moves the cursor to the poison entry of log_aggregators.
func (b *harness) toPoison() {
	b.t.Helper()
	b.press("d")
	b.settled()
	b.sees("╭─Doctor")
	for range 60 {
		screen := stripped(b.screen())
		if strings.Contains(screen, "A handler most likely fails on it each time") && strings.Contains(screen, poisoned+" · log_aggregators") {
			return
		}
		b.press("j")
	}
	b.t.Fatalf("the poison entry isn't among what was found:\n%s", stripped(b.screen()))
}

// From a finding it is one key to the dialog of the change that mends it, and after the change it is looked for again.
func TestTheDoctorsFindingsAreMendedOnTheSpot(t *testing.T) {
	t.Parallel()
	b := onCall(t)
	b.toPoison()
	b.press("x")
	b.settled()
	b.sees("log_aggregators gives this entry up")
	b.script("tab enter")
	if b.length("dead:"+poisoned) != 1 || len(b.pendingIDs(poisoned, "log_aggregators")) != 0 {
		t.Errorf("it isn't in the dead letters:\n%s", stripped(b.screen()))
	}
	b.press("esc")
	b.sees("╭─Doctor")
	b.seesNot("A handler most likely fails on it each time")
	b.sees("dead:family20.progress")
}

func TestAFindingLeadsToWhatItIsAbout(t *testing.T) {
	t.Parallel()
	b := onCall(t)
	pending := b.pendingIDs(poisoned, "log_aggregators")
	b.toPoison()
	b.press("enter")
	b.settled()
	if key := b.desk.subject.key; len(b.desk.dialogs) != 0 || key.Stream != poisoned || key.ID.String() != pending[0] {
		t.Errorf("it leads to %v, want %s %v", key, poisoned, pending)
	}
}

func TestTheDoctorOfAReadOnlyDeskMendsNothing(t *testing.T) {
	t.Parallel()
	b := withFaults(t, 120, 40, func(o *Options) { o.ReadOnly = true })
	b.toPoison()
	b.press("x")
	b.settled()
	b.sees("╭─Doctor")
	b.seesNot("x give it up")
	b.sees("y copy the mend")
	b.press("y")
	if !strings.Contains(b.copied, "streamdesk deadletter "+poisoned+" log_aggregators") {
		t.Errorf("it copied %q", b.copied)
	}
}
