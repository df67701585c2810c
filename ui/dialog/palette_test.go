package dialog

import (
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

func TestThePaletteFindsByAFewLettersAndRunsWhatCanBeDone(t *testing.T) {
	commands := []Command{
		{Name: "ack", Title: "acknowledge", Key: "A", Disabled: "there is no entry"},
		{Name: "follow", Title: "follow the newest event", Key: "f"},
		{Name: "filter", Title: "filter the events", Key: "/"},
		{Name: "trim", Title: "trim the stream"},
		{Name: "stream", Title: "the stream: entries, IDs"},
		{Name: "quit", Title: "quit", Key: "q"},
	}
	for _, c := range []struct {
		typed, keys, want string
		open              bool
	}{
		{"", "", "ack", true}, // disabled: enter does nothing
		{"", "down", "follow", false},
		{"", "down down down down down down down", "quit", false},
		{"fil", "", "filter", false},
		{"the stream", "", "stream", false}, // it begins so
		{"flw", "", "follow", false},
		{"ackn", "", "", true},
		{"nothing like it", "", "", true},
	} {
		d := NewPalette(commands, nil)
		for _, r := range c.typed {
			d.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
		}
		for range strings.FieldsSeq(c.keys) {
			d.Update(tea.KeyMsg{Type: tea.KeyDown})
		}
		cmd, done := d.Update(tea.KeyMsg{Type: tea.KeyEnter})
		switch {
		case c.open && (done || cmd != nil):
			t.Errorf("%q %q: ran something", c.typed, c.keys)
		case !c.open && (!done || cmd() != Chosen{Name: c.want}):
			t.Errorf("%q %q: did not choose %s", c.typed, c.keys, c.want)
		}
	}
}

func TestThePaletteFitsAtEverySize(t *testing.T) {
	th, err := theme.New("none", theme.Settings{Profile: termenv.TrueColor})
	if err != nil {
		t.Fatal(err)
	}
	d := NewPalette([]Command{{Name: "x", Title: strings.Repeat("wide 部", 40), Key: "ctrl+alt+x", Disabled: "因"}, {Name: "y", Title: "y"}}, nil)
	for width := 20; width < 100; width++ {
		for height := 5; height < 30; height++ {
			lines := d.Draw(View{Theme: th, Width: width, Height: height, Now: time.Time{}, Location: time.UTC})
			if len(lines) > height {
				t.Fatalf("%d lines in %d", len(lines), height)
			}
			for _, line := range lines {
				if widget.Width(line) > width {
					t.Fatalf("%dx%d: %q is too wide", width, height, ansi.Strip(line))
				}
			}
		}
	}
}

func TestAReasonThatIsCutStandsBelow(t *testing.T) {
	t.Parallel()
	const reason = "marks are for pending entries: go to pane 3"
	long := Command{Name: "mark", Title: "mark the pending entry", Key: "space", Disabled: reason}
	items := []MenuItem{{Command: Command{Name: "open", Title: "open", Key: "enter"}}, {Command: long}}
	for _, d := range []Dialog{NewPalette([]Command{items[0].Command, long}, nil), NewMenu("Event", items, 0, 0, false)} {
		b := newHarness(t, d, nil)
		if strings.Contains(b.screen(60, 15), reason) {
			t.Errorf("%s says it before it is asked, or has room for it:\n%s", d.Title(), b.screen(60, 15))
		}
		b.press("down")
		if !strings.Contains(b.screen(60, 15), reason) {
			t.Errorf("%s doesn't say it whole:\n%s", d.Title(), b.screen(60, 15))
		}
	}
}
