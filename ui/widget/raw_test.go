package widget

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func TestRawShowsEveryByte(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 5, nil},
		{"abcdef", 5, []string{"abcde", "f"}},
		{"a\nb", 8, []string{`a\x0a`, "b"}},
		{"\n\n", 8, []string{`\x0a`, `\x0a`}},
		{"日本語", 5, []string{"日本", "語"}},
		{"\x00\xff", 8, []string{`\x00\xff`}},
		{"\x00\xff", 7, []string{`\x00`, `\xff`}},
		{"\x1b[31m", 20, []string{`\x1b[31m`}},
		{"a\u202eb", 20, []string{`a\xe2\x80\xaeb`}},
		{"e\u0301", 20, []string{`e\xcc\x81`}},
	} {
		raw := NewRaw(c.text)
		got := raw.Draw(testTheme(t, "none"), c.width, 100, 0, -1)
		if strings.Join(got, "|") != strings.Join(c.want, "|") || raw.Lines(c.width) != len(c.want) {
			t.Errorf("%q at %d: %q, want %q", c.text, c.width, got, c.want)
		}
	}
}

func TestRawMarksAByte(t *testing.T) {
	raw, none := NewRaw("abcdefgh"), testTheme(t, "none")
	if got, want := raw.Draw(none, 5, 9, 0, 6)[1], "f"+none.Match.Paint("g")+"h"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestRawLosesNothing(t *testing.T) {
	dark := testTheme(t, "dark")
	rapid.Check(t, func(t *rapid.T) {
		text := foreignText().Draw(t, "text")
		raw := NewRaw(text)
		for _, width := range []int{rapid.IntRange(16, 200).Draw(t, "width"), rapid.IntRange(1, 15).Draw(t, "narrow")} {
			lines := raw.Draw(dark, width, raw.Lines(width), 0, -1)
			for _, line := range lines {
				if ansi.StringWidth(line) > width {
					t.Fatalf("%q is wider than %d", line, width)
				}
				requirePlain(t, "raw", line)
			}
			// From 16 cells on there is room for every character escaped.
			if got := ansi.Strip(strings.Join(lines, "")); width >= 16 && got != Escape(text) {
				t.Fatalf("%q at %d: %q, want %q", text, width, got, Escape(text))
			}
			at := rapid.IntRange(0, raw.Lines(width)).Draw(t, "first")
			if part := raw.Draw(dark, width, 3, at, -1); strings.Join(part, "\n") != strings.Join(lines[at:min(at+3, len(lines))], "\n") {
				t.Fatalf("from %d on: %q", at, part)
			}
		}
	})
}

func BenchmarkRaw(b *testing.B) {
	text, dark := largeJSON(), testTheme(b, "dark")
	b.Run("wrap", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			NewRaw(text).Lines(70)
		}
	})
	b.Run("draw", func(b *testing.B) {
		raw := NewRaw(text)
		for b.Loop() {
			raw.Draw(dark, 70, 30, 1000, -1)
		}
	})
}
