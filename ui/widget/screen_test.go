package widget

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"streamdesk/ui/theme"
)

// testTheme is a theme for a terminal of all colours.
func testTheme(t testing.TB, name string) *theme.Theme {
	t.Helper()
	th, err := theme.New(name, theme.Settings{Profile: termenv.TrueColor})
	if err != nil {
		t.Fatal(err)
	}
	return th
}

// cell is one cell of a screen: what stands in it, and the style it is in. The right half of a wide character holds "".
type cell struct{ text, style string }

// cells plays a line as a terminal would. The style of a cell is every escape sequence since the last reset.
func cells(line string) []cell {
	var out []cell
	style := ""
	var state byte
	for line != "" {
		seq, width, n, next := ansi.DecodeSequence(line, state, nil)
		line, state = line[n:], next
		switch {
		case width == 0 && strings.HasPrefix(seq, "\x1b"):
			if seq == "\x1b[0m" || seq == "\x1b[m" {
				style = ""
			} else {
				style += seq
			}
		case width == 0 && len(out) > 0:
			out[len(out)-1].text += seq
		case width > 0:
			out = append(out, cell{seq, style})
			for range width - 1 {
				out = append(out, cell{"", style})
			}
		}
	}
	return out
}

// requireWidth fails unless the line is exactly that wide and holds nothing that moves the cursor.
func requireWidth(t interface{ Fatalf(string, ...any) }, what, line string, width int) {
	if w := ansi.StringWidth(line); w != width {
		t.Fatalf("%s: %d cells, want %d: %q", what, w, width, line)
	}
	requirePlain(t, what, line)
}

// requirePlain fails when a line holds a control character or an escape sequence other than one that sets a style.
func requirePlain(t interface{ Fatalf(string, ...any) }, what, line string) {
	for rest := line; rest != ""; {
		i := strings.IndexFunc(rest, func(r rune) bool { return r < ' ' || r >= 0x7F && r < 0xA0 })
		if i < 0 {
			return
		}
		rest = rest[i:]
		end := strings.IndexByte(rest, 'm')
		if !strings.HasPrefix(rest, "\x1b[") || end < 0 || strings.Trim(rest[2:end], "0123456789;") != "" {
			t.Fatalf("%s: a control character at %q", what, rest)
		}
		rest = rest[end+1:]
	}
}
