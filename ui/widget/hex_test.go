package widget

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func TestHexTakesAsManyBytesALineAsThereIsRoomFor(t *testing.T) {
	text := "{\"id\":\"1\"}\x00\x01\xff\nabcd"
	for _, c := range []struct {
		width int
		want  []string
	}{
		{76, []string{"0000  7b 22 69 64 22 3a 22 31  22 7d 00 01 ff 0a 61 62  " + `{"id":"1"}⋄•×_ab`, "0010  63 64                                             cd"}},
		{70, []string{"0000  7b22 6964 223a 2231 227d 0001 ff0a 6162  " + `{"id":"1"}⋄•×_ab`, "0010  6364                                     cd"}},
		{40, []string{"0000  7b 22 69 64 22 3a 22 31  " + `{"id":"1`, `0008  22 7d 00 01 ff 0a 61 62  "}⋄•×_ab`, "0010  63 64                    cd"}},
		{36, []string{"0000  7b22 6964 223a 2231  " + `{"id":"1`, `0008  227d 0001 ff0a 6162  "}⋄•×_ab`, "0010  6364                 cd"}},
		{23, []string{"0000  7b 22 69 64  " + `{"id`, `0004  22 3a 22 31  ":"1`, `0008  22 7d 00 01  "}⋄•`, "000c  ff 0a 61 62  ×_ab", "0010  63 64        cd"}},
		{9, []string{"0000  7b…", "0004  22…", "0008  22…", "000c  ff…", "0010  63…"}},
	} {
		h := NewHex(text)
		got := ansi.Strip(strings.Join(h.Draw(testTheme(t, "none"), c.width, 100, 0, Found{}), "\n"))
		if want := strings.Join(c.want, "\n"); got != want || h.Lines(c.width) != len(c.want) {
			t.Errorf("at %d:\n%s\nwant\n%s", c.width, got, want)
		}
	}
}

func TestHexTellsKindsOfBytesApart(t *testing.T) {
	for _, name := range []string{"dark", "light", "ansi"} {
		inks := map[string]string{}
		for _, c := range []byte{'a', 0, '\n', 0x1B, 0xC3} {
			line := NewHex(string([]byte{c})).Draw(testTheme(t, name), 80, 1, 0, Found{})[0]
			at := cells(line)[6]
			if other, taken := inks[at.style]; taken {
				t.Errorf("%s: %q looks as %q does", name, c, other)
			}
			inks[at.style] = string(c)
		}
	}
}

func TestHexMarksWhatIsFound(t *testing.T) {
	none := testTheme(t, "none")
	line := NewHex("abcdef").Draw(none, 80, 1, 0, Found{[]Span{{0, 1}, {1, 3}}, 1})[0]
	for _, want := range []string{none.Match.Paint("62") + " " + none.Match.Paint("63") + " 64", none.Mark.Paint("61") + " ", none.Mark.Paint("a") + none.Match.Paint("b") + none.Match.Paint("c") + "d"} {
		if !strings.Contains(line, want) {
			t.Errorf("%q has no %q", line, want)
		}
	}
}

func TestHexShowsEveryByteOnce(t *testing.T) {
	dark := testTheme(t, "dark")
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOfN(rapid.Byte(), 1, 300).Draw(t, "text"))
		h := NewHex(text)
		width := rapid.IntRange(1, 200).Draw(t, "width")
		lines := h.Draw(dark, width, h.Lines(width), 0, Found{})
		var numbers strings.Builder
		for _, line := range lines {
			requirePlain(t, "hex", line)
			if ansi.StringWidth(line) > width {
				t.Fatalf("%q is wider than %d", line, width)
			}
			plain := ansi.Strip(line)
			if width >= 23 {
				f := h.form(width)
				numbers.WriteString(strings.ReplaceAll(plain[shortOffset+2:][:f.numbers()], " ", ""))
			}
		}
		if width >= 23 && numbers.String() != fmt.Sprintf("%x", text) {
			t.Fatalf("%s, want %x", numbers.String(), text)
		}
		if at := h.Line(len(text)-1, width); at != len(lines)-1 {
			t.Fatalf("the last byte is on line %d of %d", at, len(lines))
		}
		at := rapid.IntRange(0, len(lines)).Draw(t, "first")
		if part := h.Draw(dark, width, 3, at, Found{}); strings.Join(part, "\n") != strings.Join(lines[at:min(at+3, len(lines))], "\n") {
			t.Fatalf("from %d on: %q", at, part)
		}
	})
}

func TestBinaryIsWhatNobodyReads(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "text\twith\r\nlines": false, "日本": false, "\x00": true, "\xff": true, "\x1b[31mred\x1b[0m": false, "a\x7f": true, "a line that has a \x00 in it": false,
		strings.Repeat("日", 64<<10): false, strings.Repeat("a", 64<<10) + "\x00": false,
	} {
		if Binary(text) != want {
			t.Errorf("%.20q: %v", text, !want)
		}
	}
}

// BenchmarkHex draws a screen at the end of 64 MB: it costs what one at the beginning does.
func BenchmarkHex(b *testing.B) {
	text, dark := strings.Repeat("0123456\x00\xff\n", 64<<20/10), testTheme(b, "dark")
	for b.Loop() {
		h := NewHex(text)
		h.Draw(dark, 100, 50, h.Lines(100)-50, Found{})
	}
}
