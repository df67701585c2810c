package widget

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Ellipsis stands for what was cut off.
const Ellipsis = "…"

// Width is how many cells text takes on the screen; escape sequences take none.
func Width(text string) int {
	if plainASCII(text) {
		return len(text)
	}
	return ansi.StringWidth(text)
}

// Cut shortens text to at most width cells, with an ellipsis at the end when something is missing.
func Cut(text string, width int) string {
	switch {
	case width <= 0:
		return ""
	case len(text) <= width && plainASCII(text):
		return text
	case plainASCII(text):
		return text[:width-1] + Ellipsis
	default:
		return ansi.Truncate(text, width, Ellipsis)
	}
}

// CutLeft shortens text to at most width cells by what stands first, with an ellipsis there: IDs differ at the end.
func CutLeft(text string, width int) string {
	over := Width(text) - width
	switch {
	case width <= 0:
		return ""
	case over <= 0:
		return text
	default:
		return ansi.TruncateLeft(text, over+1, Ellipsis)
	}
}

// Pad makes text exactly width cells wide: cut, or filled with spaces behind.
func Pad(text string, width int) string {
	text = Cut(text, width)
	return text + Spaces(width-Width(text))
}

// PadLeft makes text exactly width cells wide: cut, or filled with spaces in front, as numbers stand.
func PadLeft(text string, width int) string {
	text = Cut(text, width)
	return Spaces(width-Width(text)) + text
}

const blank = "                                                                                                    "

// Spaces are n spaces; none for n below 1.
func Spaces(n int) string {
	switch {
	case n <= 0:
		return ""
	case n <= len(blank):
		return blank[:n]
	default:
		return strings.Repeat(" ", n)
	}
}

// Clean makes foreign text safe to draw on one line: control characters (escape sequences with them) and bytes that
// are no UTF-8 are shown as a middle dot, and so is everything that would turn the direction of writing or join
// itself to its neighbours unseen.
func Clean(text string) string {
	if plainASCII(text) {
		return text
	}
	clean := true
	for _, r := range text {
		if unsafeRune(r) {
			clean = false
			break
		}
	}
	if clean && utf8.ValidString(text) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if unsafeRune(r) {
			return '·'
		}
		return r
	}, text)
}

func unsafeRune(r rune) bool {
	switch {
	case r < ' ', r >= 0x7F && r < 0xA0, r == utf8.RuneError:
		return true
	case r >= 0x200B && r <= 0x200F, r >= 0x2028 && r <= 0x202E, r >= 0x2060 && r <= 0x206F, r == 0xFEFF, r == 0x061C:
		return true
	case r >= 0xE0000 && r <= 0xE0FFF, r >= 0xFE00 && r <= 0xFE0F:
		return true
	default:
		return false
	}
}

// plainASCII says whether every byte is a printable ASCII character, so that bytes are cells.
func plainASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' {
			return false
		}
	}
	return true
}
