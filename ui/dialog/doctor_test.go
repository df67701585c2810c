package dialog

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"streamdesk/bus/doctor"
	"streamdesk/model"
)

// someFindings are one of most checks, and many of one.
func someFindings() []doctor.Finding {
	list := []doctor.Finding{{
		Check: "gone", Severity: doctor.Critical, Stream: "events:workflow.failed", Group: "db_writers", IDs: []model.Position{{Ms: 1000}},
		Message: "1 entry was trimmed or deleted while pending: 1000-0", Why: "What should have been done may never have been.",
		Mend: "what is gone stays gone; take it off the list: streamdesk ack events:workflow.failed db_writers 1000-0",
	}}
	for i := range 9 {
		list = append(list, doctor.Finding{
			Check: "dead_consumer", Severity: doctor.Warning, Stream: "events:workflow.started", Group: "db_writers", Consumer: fmt.Sprintf("worker-%d", i+1),
			Message: "the consumer has done nothing for 2h and holds 3 pending entries", Why: "It has most likely died.",
			Mend: "give them to a consumer that works",
		})
	}
	return append(list, doctor.Finding{Check: "dead_letters", Severity: doctor.Warning, Stream: "dead:events:workflow.failed", Message: "4 dead letters wait, the last one 1m ago"},
		doctor.Finding{Check: "memory", Severity: doctor.Info, Message: "7.0 MB used, with no limit (maxmemory 0)"},
		doctor.Finding{Check: "eviction", Message: "the server evicts nothing (noeviction)"})
}

func newDoctorHarness(t *testing.T, readOnly string) *harness {
	t.Helper()
	d, cmd := NewDoctor(testEnv(newFakeBus()), func(context.Context) ([]doctor.Finding, error) { return someFindings(), nil }, readOnly)
	return newHarness(t, d, cmd)
}

func TestLooksOfTheDoctor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, keys    string
		width, height int
	}{{"60x15", "", 60, 15}, {"80x24", "j", 80, 24}, {"120x40", "G", 120, 40}, {"120x40 unfolded", "j j j j j j enter", 120, 40}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newDoctorHarness(t, "")
			b.press(c.keys)
			golden.RequireEqual(t, strings.Join(b.dialog.Draw(testView(t, c.width, c.height)), "\n")+"\n")
		})
	}
}

func TestAlikeFindingsAreOneRowUntilTheyAreAskedFor(t *testing.T) {
	t.Parallel()
	b := newDoctorHarness(t, "")
	b.shows("… and 4 more of dead_consumer: enter lists them")
	b.press("j j j j j j enter")
	b.hides("more of dead_consumer")
	b.press("r")
	b.hides("more of dead_consumer") // it looks again, and what was asked for stays
	if d, _ := b.dialog.(*Doctor); d.current() == nil || d.current().Consumer != "worker-6" {
		t.Errorf("the cursor is on %+v", d.current())
	}
}

func TestAFindingsChangeIsAboutWhatItNames(t *testing.T) {
	t.Parallel()
	for keys, title := range map[string]string{
		"x":         "Ack · db_writers",
		"j j x":     "Move entries · db_writers",
		"G k k x":   "Dead letters",
		"G k x":     "Doctor", // of the server's settings
		"j x esc j": "Doctor",
	} {
		b := newDoctorHarness(t, "")
		b.press(keys)
		if got := b.dialog.Title(); got != title {
			t.Errorf("%s: %s, want %s", keys, got, title)
		}
	}
	b := newDoctorHarness(t, "this desk is read-only")
	b.press("x")
	if got := b.dialog.Title(); got != "Doctor" {
		t.Errorf("read-only: %s", got)
	}
}

func TestAnExaminationThatFailsSaysWhy(t *testing.T) {
	t.Parallel()
	fails := true
	d, cmd := NewDoctor(testEnv(newFakeBus()), func(context.Context) ([]doctor.Finding, error) {
		if fails {
			return nil, errors.New("connection refused")
		}
		return someFindings(), nil
	}, "")
	b := newHarness(t, d, cmd)
	b.shows("✗ couldn't examine the bus: connection refused")
	if first := ansi.Strip(d.Draw(testView(t, 80, 24))[0]); !strings.Contains(first, "Doctor") {
		t.Errorf("its frame begins with %q", first)
	}
	fails = false
	b.press("r")
	b.shows("11 to mend")
	fails = true
	b.press("r")
	b.shows("couldn't examine the bus", "1 entry was trimmed")
}
