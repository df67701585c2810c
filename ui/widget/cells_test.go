package widget

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"streamdesk/ui/theme"
)

func TestCellsAreAsWideAsTheyWereMadeWhateverIsPutIntoThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(0, 30).Draw(t, "width")
		c := NewCells(width)
		for range rapid.IntRange(0, 8).Draw(t, "puts") {
			text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a世e\x{301}👩🏽─│·]{0,12}`)).Draw(t, "text")
			c.Put(rapid.IntRange(-10, 35).Draw(t, "x"), theme.Ink{}, Clean(text))
		}
		if line := c.Line(theme.Ink{}, false); Width(line) != width {
			t.Fatalf("%q is %d wide, want %d", line, Width(line), width)
		}
	})
}

func TestWhatIsPutLaterCoversWhatIsThere(t *testing.T) {
	c := NewCells(12)
	for _, put := range []struct {
		x    int
		text string
		want string
	}{
		{0, "│", "│           "},
		{2, "世界", "│ 世界      "},
		{3, "x", "│  x界      "},
		{4, "y", "│  xy       "},
		{-1, "ab", "b  xy       "},
		{11, "世", "b  xy       "},
		{10, "abc", "b  xy     ab"},
	} {
		c.Put(put.x, theme.Ink{}, put.text)
		if got := c.Line(theme.Ink{}, false); got != put.want {
			t.Errorf("%q at %d makes %q, want %q", put.text, put.x, got, put.want)
		}
	}
	if line := NewCells(3).Line(theme.Ink{}, true); strings.TrimSpace(line) != "" {
		t.Errorf("a blank line is %q", line)
	}
}
