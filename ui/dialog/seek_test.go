package dialog

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"streamdesk/bus/doctor"
)

func TestListsOfDialogsAreSearched(t *testing.T) {
	t.Parallel()
	f, _ := stuck()
	givenUp(f, nil)
	letters, read := NewDeadLetters(testEnv(f), testStream, "")
	found := []doctor.Finding{
		{Severity: doctor.Warning, Check: "lag", Message: "far behind", Group: "db_writers"},
		{Severity: doctor.Warning, Check: "idle", Message: "nobody reads", Group: "log_aggregators"},
		{Severity: doctor.OK, Check: "memory", Message: "enough of it"},
	}
	examination, examine := NewDoctor(testEnv(f), func(context.Context) ([]doctor.Finding, error) { return found, nil }, "")
	profiles := []ConnectProfile{{Name: "dev"}, {Name: "staging", Address: "10.0.0.7"}, {Name: "prod", Production: true}}
	for _, c := range []struct {
		name  string
		bench *harness
		typed string
		on    string // on the row with the cursor
		state string
	}{
		{"alerts", newHarness(t, NewAlerts("events:", someAlerts(), nil), nil), "d e l i v e r e d", "worker-3", "/delivered · 1 of 2"},
		{"dead letters", newHarness(t, letters, read), "d i s k", "disk full", "/disk · 1 of 1"},
		{"findings", newHarness(t, examination, examine), "n o b o d y", "nobody reads", "/nobody · 1 of 1"},
		{"profiles", newHarness(t, NewConnect(context.Background(), time.Now, profiles, nil), nil), "0 . 7", "staging", "/0.7 · 1 of 1"},
	} {
		b := c.bench
		b.press("/ " + c.typed)
		b.shows("/" + strings.ReplaceAll(c.typed, " ", ""))
		b.press("enter")
		b.shows(c.state)
		if line := lineWith(b, "▸"); !strings.Contains(line, c.on) && c.name != "alerts" {
			t.Errorf("%s: the cursor is on %q", c.name, line)
		}
		b.press("esc")
		b.hides(c.state)
		if b.closed {
			t.Errorf("%s: the first esc closes it", c.name)
		}
		b.press("/ x x x")
		b.shows("not here")
		b.press("esc")
		b.hides("not here")
		b.press("n")
		if key := unusedKey(b); key != "n" {
			t.Errorf("%s: without a search n is used: %q", c.name, key)
		}
		b.press("z")
		if key := unusedKey(b); key != "z" {
			t.Errorf("%s: the unused key is %q, not z", c.name, key)
		}
		b.press("down")
		if key := unusedKey(b); key != "" {
			t.Errorf("%s: down is said to do nothing (%q)", c.name, key)
		}
		b.press("esc")
		if !b.closed {
			t.Errorf("%s: esc doesn't close it", c.name)
		}
	}
}

func unusedKey(b *harness) string {
	keyed, ok := b.dialog.(Keyed)
	if !ok {
		return "it doesn't tell"
	}
	return keyed.Unused()
}

// lineWith is the first line with a sign.
func lineWith(b *harness, sign string) string {
	for line := range strings.SplitSeq(ansi.Strip(b.screen(120, 40)), "\n") {
		if strings.Contains(line, sign) {
			return line
		}
	}
	return ""
}

func TestALongTextIsSearchedLineByLine(t *testing.T) {
	t.Parallel()
	lines := make([]string, 200)
	for i := range lines {
		lines[i] = "line " + strings.Repeat("i", i%7)
	}
	lines[60], lines[150] = "the needle", "the needle again"
	b := newHarness(t, NewMessage("Log", lines...), nil)
	b.screen(80, 24)
	b.press("/ n e e d l e enter")
	if drawn := b.screen(80, 24); !strings.Contains(drawn, "the needle") || !strings.Contains(drawn, "1 of 2") {
		t.Errorf("the first hit isn't in sight:\n%s", drawn)
	}
	b.press("n")
	if drawn := b.screen(80, 24); !strings.Contains(drawn, "the needle again") || !strings.Contains(drawn, "2 of 2") {
		t.Errorf("the second hit isn't in sight:\n%s", drawn)
	}
	b.press("n")
	if drawn := b.screen(80, 24); !strings.Contains(drawn, "1 of 2, from the top") {
		t.Errorf("it doesn't begin again:\n%s", drawn)
	}
	b.press("esc")
	if b.closed {
		t.Error("the first esc closes it")
	}
	b.press("q")
	if !b.closed {
		t.Error("q doesn't close it")
	}
}
