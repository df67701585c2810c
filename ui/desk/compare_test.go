package desk

import (
	"strings"
	"testing"
	"time"
)

func TestTwoEventsAreComparedByPath(t *testing.T) {
	b := newHarness(t, 120, 40)
	b.publish("generation.started", "wf-1", `{"attempt":1,"model":{"name":"m-large","temperature":0.2},"old":"x"}`)
	b.deliver("events:generation.started", "db_writers", "worker-3", 1)
	b.pass(42 * time.Second)
	b.publish("generation.started", "wf-1", `{"attempt":2,"model":{"name":"m-large","temperature":0.1},"hints":["reduce locals"]}`)
	b.look()
	b.settled()
	b.press("5 k")
	b.settled()
	b.press("=")
	b.sees("is marked: = on another event compares the two")
	b.press("j")
	b.settled()
	b.press("=")
	for _, text := range []string{
		"Compare two events", "3 changed · 1 added · 1 removed", "(42s later)", "pending ×1, idle 42s, with worker-3", "not delivered", ".data.model.temperature", "0.2", "~ .data.attempt",
		"+ .data.hints", "- .data.old", "more are the same: u shows them",
	} {
		b.sees(text)
	}
	b.seesNot(".data.model.name")
	b.fits()
	b.press("u")
	b.sees(".data.model.name")
	b.press("x")
	b.sees("+ .data.old")
	b.sees("(42s earlier)")
	b.press("esc")
	b.seesNot("Compare two events")
}

func TestADeadLetterIsComparedWithItsOriginal(t *testing.T) {
	b := newHarness(t, 120, 40)
	e := b.publish("generation.failed", "wf-1", `{"n":1}`)
	b.look()
	copied := b.add("events:generation.failed", "data", e.Fields[0].Value, "origin", e.Stream+"/"+e.ID.String())
	b.look()
	b.settled()
	b.press("5")
	b.settled()
	b.press("=")
	b.sees("= again compares it with its origin")
	b.press("=")
	b.sees("Compare two events")
	b.sees(copied.ID.String())
	b.sees("0 changed · 1 added · 0 removed")
	b.press("esc")
	if err := b.client.XDel(t.Context(), e.Stream, e.ID.String()).Err(); err != nil {
		t.Fatal(err)
	}
	b.press("= =")
	b.sees("is gone from its stream")
}

// TestDeadLettersAreComparedLikeEvents marks a letter in the dialog, and compares it with the one below, with its origin, and from the
// pane; a marked one has its sign.
func TestDeadLettersAreComparedLikeEvents(t *testing.T) {
	b := newHarness(t, 120, 40)
	withDeadLetters(b)
	b.press("f4 8")
	b.pass(readAgain)
	b.look()
	b.settled()
	b.press("j enter")
	b.settled()
	b.press("=")
	b.sees("▸=")
	b.sees("= again compares it with its origin")
	b.press("j =")
	b.sees("Compare two events")
	b.sees("~ .workflow_id")
	b.press("esc")
	b.sees("Dead letters")
	b.press("= =")
	b.sees("Compare two events")
	b.press("esc esc")
	b.press("=")
	b.sees("is marked")
	b.sees("▸=")
	b.press("=")
	b.sees("Compare two events")
	b.press("esc")
	b.press("esc")
	if b.desk.focused() != b.desk.panes.pane(8) {
		t.Errorf("esc leads from the dead letters to %s", specOf(b.desk.tiles.Focus).Name)
	}
}

func TestAMarkedEventHasItsSign(t *testing.T) {
	b := withTraffic(t, 120, 40)
	b.press("5 k")
	b.settled()
	b.press("= j")
	if screen := uncoloured(b.screen()); !strings.Contains(screen, "│ =") {
		t.Errorf("the marked event has no sign:\n%s", screen)
	}
	b.press("k =")
	if screen := uncoloured(b.screen()); strings.Contains(screen, "│ =") || strings.Contains(screen, "▸=") {
		t.Errorf("the sign stays:\n%s", screen)
	}
}
