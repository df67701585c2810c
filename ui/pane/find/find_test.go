package find

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// list is a pane of rows with a cursor.
type list struct {
	rows []string
	at   int
}

func (l *list) now() *pane.Rows {
	return &pane.Rows{Len: len(l.rows), At: l.at, Text: func(row int) string { return l.rows[row] }, Go: func(row int) { l.at = row }}
}

var begin = time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC)

// press sends keys, each a letter or a name of Bubble Tea's.
func press(s *Search, l *list, keys ...string) {
	for _, key := range keys {
		k := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(key)}
		for kind, name := range map[tea.KeyType]string{tea.KeyEnter: "enter", tea.KeyEsc: "esc", tea.KeyDown: "down", tea.KeyUp: "up", tea.KeyBackspace: "backspace"} {
			if name == key {
				k = tea.KeyMsg{Type: kind}
			}
		}
		s.Type(k, l.now(), begin)
	}
}

func foot(t *testing.T, s *Search) string {
	t.Helper()
	return strings.Join(strings.Fields(ansi.Strip(s.Foot(colours(t), 100))), " ")
}

func colours(t *testing.T) *theme.Theme {
	t.Helper()
	th, err := theme.New("dark", theme.Settings{Profile: termenv.TrueColor})
	if err != nil {
		t.Fatal(err)
	}
	return th
}

func TestTypingGoesToTheNearestHitAndEscComesBack(t *testing.T) {
	l := &list{rows: []string{"apple", "pear", "apricot", "plum", "Pear tree"}, at: 1}
	var s Search
	s.Begin(l.now())
	for _, step := range []struct {
		key  string
		at   int
		foot string
	}{
		{"a", 1, "/a · 2 of 4 · enter keeps · esc ends"},
		{"p", 2, "/ap · 2 of 2 · enter keeps · esc ends"},
		{"x", 1, "/apx · not here · enter keeps · esc ends"},
		{"backspace", 2, "/ap · 2 of 2 · enter keeps · esc ends"},
		{"down", 0, "/ap · 1 of 2, from the top again · enter keeps · esc ends"},
		{"up", 2, "/ap · 2 of 2, from the bottom again · enter keeps · esc ends"},
		{"enter", 2, "/ap · 2 of 2, from the bottom again · n N · esc ends"},
	} {
		press(&s, l, step.key)
		if got := foot(t, &s); l.at != step.at || got != step.foot {
			t.Errorf("after %s the cursor is on row %d and the foot says %q, want row %d and %q", step.key, l.at, got, step.at, step.foot)
		}
	}
	s.Begin(l.now())
	press(&s, l, "P", "e", "esc")
	if l.at != 2 || s.On() {
		t.Errorf("after esc the cursor is on row %d, searching %v, want row 2, false", l.at, s.On())
	}
}

func TestNextAndPreviousGoRoundAndStartAtTheCursor(t *testing.T) {
	l := &list{rows: []string{"x", "b", "x", "b", "x"}}
	s := Search{needle: widget.NewNeedle("x")}
	var went []int
	for _, later := range []bool{true, true, true, false, false} {
		s.Next(later, l.now(), begin)
		went = append(went, l.at)
	}
	if want := []int{2, 4, 0, 4, 2}; !slices.Equal(went, want) {
		t.Errorf("the cursor went to %v, want %v", went, want)
	}
	l.at = 3 // moved by hand, off the hits
	s.Fit(l.now(), begin)
	if got := foot(t, &s); got != "/x · 3 hits · n N · esc ends" {
		t.Errorf("off the hits the foot says %q", got)
	}
}

func TestHitsAreCountedAgainWhenTheRowsHaveChanged(t *testing.T) {
	l := &list{rows: []string{"b", "x"}, at: 1}
	s := Search{needle: widget.NewNeedle("x")}
	s.Fit(l.now(), begin)
	l.rows = append(l.rows, "x", "x")
	s.Fit(l.now(), begin.Add(time.Millisecond))
	if got := foot(t, &s); got != "/x · 1 of 1 · n N · esc ends" {
		t.Errorf("within a second the foot says %q", got)
	}
	s.Fit(l.now(), begin.Add(countEvery))
	if got := foot(t, &s); got != "/x · 1 of 3 · n N · esc ends" {
		t.Errorf("after it the foot says %q", got)
	}
	l.rows[1] = "b" // the cursor's own row is seen at once
	s.Fit(l.now(), begin.Add(countEvery))
	if got := foot(t, &s); got != "/x · 2 hits · n N · esc ends" {
		t.Errorf("when the cursor's row has changed, the foot says %q", got)
	}
}

func TestHitsAreMarkedInTheirInkAndAtTheEdgeWithoutChangingTheText(t *testing.T) {
	for _, name := range []string{"dark", "none"} {
		th, err := theme.New(name, theme.Settings{Profile: termenv.TrueColor})
		if err != nil {
			t.Fatal(err)
		}
		l := &list{rows: []string{"a hit", "nothing", "cut off before the hit"}}
		s := Search{needle: widget.NewNeedle("hit")}
		s.Fit(l.now(), begin)
		f := pane.Frame{Place: widget.Place{Top: 1, Lines: 3, Shown: 3, All: 3}, Lines: []string{
			"head hit", th.Good.Paint("a h") + th.Bad.Paint("it") + th.Dim.Paint(" more"), th.Text.Paint("nothing"), "cut off…",
		}}
		plain := make([]string, len(f.Lines))
		for i := range f.Lines {
			plain[i] = ansi.Strip(f.Lines[i])
		}
		hits := s.Mark(&f, l.now(), th)
		if want := []bool{false, true, false, true}; !slices.Equal(hits, want) {
			t.Errorf("%s: hits on lines %v, want %v", name, hits, want)
		}
		for i := range f.Lines {
			if got := ansi.Strip(f.Lines[i]); got != plain[i] {
				t.Errorf("%s: line %d reads %q, want %q", name, i, got, plain[i])
			}
		}
		if !strings.Contains(f.Lines[1], th.Match.Paint("hit")) || strings.Contains(f.Lines[0], "\x1b") {
			t.Errorf("%s: marked as %q, and the head as %q", name, f.Lines[1], f.Lines[0])
		}
		if _, rest, _ := strings.Cut(f.Lines[1], "hit"); !strings.Contains(rest, th.Dim.Paint(" more")) {
			t.Errorf("%s: behind the hit its ink is lost: %q", name, rest)
		}
	}
}

func BenchmarkCountingTenThousandRows(b *testing.B) {
	l := &list{}
	for i := range 10_000 {
		l.rows = append(l.rows, fmt.Sprintf("1795442665%03d-0\ngeneration.progress\nwf-%d\ncoordinator", i, i))
	}
	s := Search{needle: widget.NewNeedle("wf-9999")}
	for b.Loop() {
		s.count(l.now(), begin)
	}
}
