package widget

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func TestBoxIsAsLargeAsItWasTold(t *testing.T) {
	dark := testTheme(t, "dark")
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(cleanText(), 0, 8).Draw(t, "lines")
		for i := range lines {
			if rapid.Bool().Draw(t, "painted") {
				lines[i] = dark.Bad.Paint(lines[i])
			}
		}
		b := Box{
			Width: rapid.IntRange(0, 200).Draw(t, "width"), Height: rapid.IntRange(0, 12).Draw(t, "height"),
			Title: cleanText().Draw(t, "title"), Note: cleanText().Draw(t, "note"), Footer: cleanText().Draw(t, "footer"),
			Edge: dark.Faint, TitleInk: dark.Strong, NoteInk: dark.Dim,
		}
		out := b.Draw(lines)
		if len(out) != b.Height {
			t.Fatalf("%d lines, want %d", len(out), b.Height)
		}
		for _, line := range out {
			requireWidth(t, "box", line, b.Width)
		}
	})
}

func TestBoxOfEachWidth(t *testing.T) {
	for width := range 201 {
		for _, line := range (Box{Width: width, Height: 3, Title: "5 Events", Note: "‖ PAUSED +218 · 日本", Footer: "f follow"}).Draw([]string{"日本語"}) {
			requireWidth(t, "box", line, width)
		}
	}
}

func TestBoxEdges(t *testing.T) {
	for _, c := range []struct {
		name string
		box  Box
		want []string
	}{
		{"title, note and footer", Box{Width: 24, Height: 3, Title: "1 Streams", Note: "26", Footer: "sort"}, []string{
			"╭─1 Streams ────── 26 ─╮", "│                      │", "╰─sort ────────────────╯",
		}},
		{"a note is cut before it is left out", Box{Width: 24, Height: 2, Title: "5 Events", Note: "‖ PAUSED +218"}, []string{
			"╭─5 Events  ‖ PAUSED… ─╮", "╰──────────────────────╯",
		}},
		{"the title goes before the note", Box{Width: 14, Height: 2, Title: "5 Events", Note: "‖ PAUSED"}, []string{
			"╭─5 Events ──╮", "╰────────────╯",
		}},
		{"a long title is cut", Box{Width: 10, Height: 2, Title: "4 Throughput", Note: "x"}, []string{"╭─4 Thr…─╮", "╰────────╯"}},
		{"no room for a title", Box{Width: 3, Height: 2, Title: "4"}, []string{"╭─╮", "╰─╯"}},
		{"nothing but corners", Box{Width: 2, Height: 2}, []string{"╭╮", "╰╯"}},
		{"too small for a frame", Box{Width: 5, Height: 1}, []string{"     "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := c.box.Draw(nil)
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestBoxLeavesPaintedTextInItsInk(t *testing.T) {
	dark := testTheme(t, "dark")
	b := Box{Width: 20, Height: 2, Title: dark.Bad.Paint("stuck"), Edge: dark.Faint, TitleInk: dark.Accent}
	line := b.Draw(nil)[0]
	if !strings.Contains(line, dark.Bad.Paint("stuck")) || strings.Contains(line, strings.TrimSuffix(dark.Accent.Paint("s"), "s\x1b[0m")) {
		t.Errorf("%q", line)
	}
}

// TestOverlayTouchesOnlyWhatItCovers plays both texts on a terminal and compares them cell by cell.
func TestOverlayTouchesOnlyWhatItCovers(t *testing.T) {
	dark := testTheme(t, "dark")
	paint := func(t *rapid.T, name string) string {
		var b strings.Builder
		for _, part := range rapid.SliceOfN(cleanText(), 1, 4).Draw(t, name) {
			switch rapid.IntRange(0, 2).Draw(t, "ink") {
			case 0:
				b.WriteString(dark.Bad.Paint(part))
			case 1:
				b.WriteString(dark.Bar.Paint(part))
			default:
				b.WriteString(part)
			}
		}
		return b.String()
	}
	rapid.Check(t, func(t *rapid.T) {
		line, text := paint(t, "line"), paint(t, "text")
		x := rapid.IntRange(-10, 100).Draw(t, "x")
		before, over := cells(line), cells(text)
		got := Overlay([]string{"above", line, "below"}, []string{text}, x, 1)
		if got[0] != "above" || got[2] != "below" {
			t.Fatalf("other lines were touched: %q", got)
		}
		after := cells(got[1])
		if len(after) != len(before) || ansi.StringWidth(got[1]) != len(before) {
			t.Fatalf("%q over %q at %d: %d cells, want %d: %q", text, line, x, len(after), len(before), got[1])
		}
		for i := range after {
			covered := i >= x && i < x+len(over)
			switch {
			case !covered && after[i] != before[i] && !halved(before, i, x, x+len(over)):
				t.Fatalf("cell %d is %q, was %q: %q over %q at %d gave %q", i, after[i], before[i], text, line, x, got[1])
			case covered && after[i] != over[i-x] && !halved(over, i-x, -x, len(before)-x):
				t.Fatalf("cell %d is %q, laid was %q: %q over %q at %d gave %q", i, after[i], over[i-x], text, line, x, got[1])
			}
		}
	})
}

// halved says whether cell i belongs to a wide character that one of the borders cuts in two.
func halved(line []cell, i, left, right int) bool {
	for _, border := range []int{left, right} {
		if border > 0 && border < len(line) && line[border].text == "" && (i == border || i == border-1) {
			return true
		}
	}
	return false
}

func TestOverlayLeavesOutWhatSticksOut(t *testing.T) {
	background := []string{"....", "....", "...."}
	for _, c := range []struct {
		name string
		x, y int
		want string
	}{
		{"inside", 1, 1, "....|.##.|...."},
		{"over the top left corner", -1, -1, "#...|....|...."},
		{"over the bottom right corner", 3, 2, "....|....|...#"},
		{"right of all", 4, 0, "....|....|...."},
		{"left of all", -2, 0, "....|....|...."},
		{"below all", 0, 3, "....|....|...."},
	} {
		block := []string{"##"}
		if c.y < 0 {
			block = []string{"##", "##"}
		}
		got := ansi.Strip(strings.Join(Overlay(background, block, c.x, c.y), "|"))
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if strings.Join(background, "|") != "....|....|...." {
		t.Error("the background itself was changed")
	}
}
