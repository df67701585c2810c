package desk

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"streamdesk/bus/redistest"
	"streamdesk/model"
	"streamdesk/ui/pane/deadletters"
)

// bury writes a dead letter as a consumer of this bus does.
func (b *harness) bury(from model.Entry, group, reason string, attempt int64) {
	b.t.Helper()
	args := []any{"XADD", b.bus.Reader().DeadLetterKey(from.Stream), "*"}
	for _, f := range model.DeadLetterFields(from, group, reason, attempt) {
		args = append(args, f.Name, f.Value)
	}
	if err := b.client.Do(b.t.Context(), args...).Err(); err != nil {
		b.t.Fatal(err)
	}
}

// readAgain is longer than the pane waits between two looks.
const readAgain = 3 * time.Second

const stackTooDeep = "compile: stack too deep: the variable `owner` is 1 slot(s) too deep inside the stack; " +
	"the contract was generated with 19 local variables in one function, and the optimizer is off"

// withDeadLetters gives up entries of two streams: three of one, and the newest of the other.
func withDeadLetters(b *harness) {
	b.t.Helper()
	for i := range 3 {
		entry := b.publish(model.GenerationFailed, fmt.Sprintf("wf-%d", i), `{"contract":"ERC20"}`)
		b.bury(entry, "db_writers", fmt.Sprintf("%s (%d)", stackTooDeep, i), 5)
		b.pass(40 * time.Second)
	}
	b.bury(b.publish(model.AuditFailed, "wf-9", `{"odd":1.50}`), "log_aggregators", "no \"id\": the payload is no event", 10)
	b.pass(5 * time.Second)
	b.look()
}

func TestScreensOfTheDeadLetters(t *testing.T) {
	for _, size := range [][2]int{{60, 15}, {80, 24}, {120, 40}} {
		b := newHarness(t, size[0], size[1])
		b.press("8")
		b.sees("reading…")
		b.look()
		b.sees("✓ Nothing was given up")
		b.press("esc")
		b.pass(readAgain)
		withDeadLetters(b)
		b.press("3 8")
		b.fits()
		golden(t, fmt.Sprintf("deadletters/list-%dx%d", size[0], size[1]), b.desk.View()+"\n")
		b.press("j enter")
		b.fits()
		golden(t, fmt.Sprintf("deadletters/open-%dx%d", size[0], size[1]), b.desk.View()+"\n")
		b.press("esc esc")
		if b.desk.tiles.Focus != PendingPane || !b.desk.tiles.Layout.Panes[PendingPane].Shown() {
			t.Errorf("%v: esc leads to pane %d, want %d", size, b.desk.tiles.Focus+1, PendingPane+1)
		}
	}
}

func TestTheDeadLettersOfTheWholeBusAreDealtWithWhereTheyAreListed(t *testing.T) {
	b := newRealHarness(t, 120, 40)
	withDeadLetters(b)
	b.press("8")
	b.sees("4 of 2 streams")
	b.sees("log_aggregators")
	b.press("s s G")
	b.sees("the optimizer is off (2)")
	b.press("enter") // by name, the last
	redistest.Eventually(t, 10*time.Second, func() bool { b.frame(); return b.top() == "Dead letters" }, "the letters of the stream to be open")
	b.sees("events:generation.failed")
	b.press("tab tab enter")
	b.sees("Requeue")
	b.press("tab enter")
	redistest.Eventually(t, 10*time.Second, func() bool {
		n, err := b.client.XLen(t.Context(), "dead:events:generation.failed").Result()
		return err == nil && n == 2
	}, "one letter to be back in its stream")
	if n, err := b.client.XLen(t.Context(), "events:generation.failed").Result(); n != 4 || err != nil {
		t.Errorf("the stream has %d entries (%v), want the three and the one that came back", n, err)
	}
	b.press("esc esc 8")
	redistest.Eventually(t, 10*time.Second, func() bool {
		b.look()
		return strings.Contains(stripped(b.screen()), "3 of 2 streams")
	}, "the pane to be told of it")
	b.sees("the optimizer is off (1)") // the newest of those that are left
}

func TestTheDeadLettersAreReachedFromThePaletteAndTheMenu(t *testing.T) {
	for _, keys := range []string{"8", ": 'pane dead' enter", "alt+w 8"} {
		b := newHarness(t, 80, 24)
		withDeadLetters(b)
		b.keys(keys)
		if p, id := the[*deadletters.Pane](&b.desk.panes); p == nil || b.desk.tiles.Focus != id {
			t.Errorf("%s leads to pane %d", keys, b.desk.tiles.Focus+1)
		}
		b.sees("Dead letters of the whole bus")
	}
}
