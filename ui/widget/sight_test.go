package widget

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAFrameSaysWhichRowsAreInSight(t *testing.T) {
	for _, c := range []struct {
		first, rows int
		footer      string
		bottom      string
		bar         string
	}{
		{0, 3, "keys", "╰─keys ──────────────────╯", "│││"},
		{0, 208, "keys", "╰─keys ────── 1–3 of 208 ─╯", "▐││"},
		{11, 208, "keys", "╰─keys ──── 12–14 of 208 ─╯", "│▐│"},
		{205, 208, "keys", "╰─keys ── 206–208 of 208 ─╯", "││▐"},
		{0, 208, "a footer that takes the room", "╰─a footer that takes th…─╯", "▐││"},
		{0, 4, "", "╰────────────── 1–3 of 4 ─╯", "▐▐│"},
		{1, 4, "", "╰────────────── 2–4 of 4 ─╯", "│▐▐"},
	} {
		var s Sight
		s.First = c.first
		s.Fit(c.first, c.rows, 3)
		box := Box{Width: 27, Height: 6, Footer: c.footer, Place: s.Place(1)}.Draw([]string{"HEAD", "a", "b", "c"})
		bar := ""
		for _, line := range box[2:5] {
			bar += string([]rune(line)[26:])
		}
		if c.rows == 3 {
			c.bottom = "╰─keys ───────────────────╯"
		}
		if bottom := box[5]; bottom != c.bottom || bar != c.bar || !strings.HasSuffix(box[1], "│") {
			t.Errorf("at %d of %d: bottom %q, want %q; bar %q, want %q:\n%s", c.first, c.rows, bottom, c.bottom, bar, c.bar, strings.Join(box, "\n"))
		}
	}
}

func TestTheScrollBarIsAtAnEndOnlyWhenTheListIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		height := rapid.IntRange(3, 60).Draw(t, "height")
		rows := rapid.IntRange(height+1, 100_000).Draw(t, "rows")
		s := Sight{First: rapid.IntRange(0, rows-height).Draw(t, "first")}
		s.Fit(s.First, rows, height)
		p := s.Place(1)
		from, to := p.bar()
		if from < 1 || to > 1+height || to <= from {
			t.Fatalf("lines %d to %d of %+v", from, to, p)
		}
		size := to - from
		if atTop := from == 1; size < height-1 && atTop != (p.First == 0) {
			t.Fatalf("at the top %v: %+v", atTop, p)
		}
		if atEnd := to == 1+height; size < height-1 && atEnd != (s.End() == rows) {
			t.Fatalf("at the end %v: %+v", atEnd, p)
		}
	})
}

func TestASightThatIsScrolledLeavesTheCursorAloneUntilItMoves(t *testing.T) {
	var s Sight
	steps := []struct {
		name  string
		do    func()
		on    string
		at    int
		first int
	}{
		{"the cursor on the first row", func() {}, "a", 0, 0},
		{"scrolled down", func() { s.Scroll(3) }, "a", 0, 3},
		{"fitted again", func() {}, "a", 0, 3},
		{"its row has changed places", func() {}, "a", 19, 3},
		{"scrolled past the end", func() { s.Scroll(100) }, "a", 0, 15},
		{"the cursor moved", func() {}, "b", 1, 1},
		{"scrolled again", func() { s.Scroll(5) }, "b", 1, 6},
		{"held", s.Hold, "b", 1, 1},
		{"scrolled to where it is", func() { s.Scroll(-1); s.Scroll(-1) }, "c", 9, 5},
	}
	for _, step := range steps {
		step.do()
		s.FitOn(step.on, step.at, 20, 5)
		if s.First != step.first {
			t.Errorf("%s: the first row in sight is %d, want %d", step.name, s.First, step.first)
		}
	}
}
