package widget

import (
	"strings"
	"unicode"
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
	case plainASCII(text):
		return Ellipsis + text[over+1:]
	default:
		rest := ansi.TruncateLeft(text, over+1, Ellipsis)
		if Width(rest) > width { // TruncateLeft keeps a wide character whole
			rest = ansi.TruncateLeft(text, over+2, Ellipsis)
		}
		if Width(rest) == 0 { // nor does it say that nothing is left
			rest += Ellipsis
		}
		return rest
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
// itself to its neighbours unseen. Of an emoji of several characters those stay whose cells every terminal counts alike: flags are
// whole, others are shown as the pictures they are joined of, without their skin tones.
func Clean(text string) string {
	if plainASCII(text) {
		return text
	}
	if strings.IndexFunc(text, unsafeRune) < 0 && utf8.ValidString(text) {
		return text
	}
	var b strings.Builder
	for text != "" {
		cluster, _ := ansi.FirstGraphemeCluster(text, ansi.GraphemeWidth)
		text = text[len(cluster):]
		writeClean(&b, cluster)
	}
	return b.String()
}

// writeClean writes what of one character, as a person sees it, is safe.
func writeClean(b *strings.Builder, cluster string) {
	if isFlag(cluster) {
		b.WriteString(cluster)
		return
	}
	var before rune
	for cluster != "" {
		r, size := utf8.DecodeRuneInString(cluster)
		cluster = cluster[size:]
		behind, _ := utf8.DecodeRuneInString(cluster)
		switch {
		case !unsafeRune(r):
			b.WriteRune(r)
		case !joinsPictures(before, r, behind):
			b.WriteRune('·')
		}
		before = r
	}
}

// The characters that emoji of several are made with.
const (
	joiner                          = 0x200D
	asText, asPicture               = 0xFE0E, 0xFE0F
	keycap                          = 0x20E3
	firstSkin, lastSkin             = 0x1F3FB, 0x1F3FF
	firstFlagLetter, lastFlagLetter = 0x1F1E6, 0x1F1FF
)

// joinsPictures says whether a character does nothing but make one emoji of those around it: between two pictures, or right behind
// one.
func joinsPictures(before, r, behind rune) bool {
	skin := before >= firstSkin && before <= lastSkin
	switch {
	case r == joiner:
		return (picture(before) || skin || before == asPicture) && picture(behind)
	case r == asPicture && behind == keycap:
		return true
	case r == asText, r == asPicture, r >= firstSkin && r <= lastSkin:
		return picture(before)
	default:
		return false
	}
}

// picture says whether a character is shown as a picture of its own.
func picture(r rune) bool { return unicode.Is(unicode.So, r) && !unsafeRune(r) }

// isFlag says whether a character is a pair of letters that flags are made of: of one alone, terminals count one cell or two.
func isFlag(cluster string) bool {
	n := 0
	for _, r := range cluster {
		if r < firstFlagLetter || r > lastFlagLetter {
			return false
		}
		n++
	}
	return n == 2
}

// unsafeRune says whether Clean replaces the rune, or leaves it out of an emoji. The terminals in use don't agree on how wide the last two kinds
// make what they join, and one cell of disagreement breaks the frame of a whole row.
func unsafeRune(r rune) bool {
	switch {
	case r < ' ', r >= 0x7F && r < 0xA0, r == utf8.RuneError:
		return true // control characters, and bytes that are no UTF-8
	case r < 0xAD, r >= 0x3400 && r < 0xD7B0:
		return false // nearly all text there is
	case r == 0x2028, r == 0x2029, r == 0x034F, r == 0x115F, r == 0x1160, r == 0x3164, r == 0xFFA0:
		return true // separators of lines, and letters that can't be seen
	case r >= 0x2060 && r <= 0x206F, r >= 0xE0000 && r <= 0xE0FFF, unicode.Is(unicode.Cf, r):
		return true // directions, joiners, tags and marks without a shape
	case r >= 0xFE00 && r <= 0xFE0F, r >= 0x180B && r <= 0x180F:
		return true // variants of the character before
	case r >= firstSkin && r <= lastSkin, r >= firstFlagLetter && r <= lastFlagLetter:
		return true // the parts that skin tones and flags are made of
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

// runeMost is how many bytes a character takes at most: a bound on what is looked at for a line.
const runeMost = 4

// Head is the beginning of a text, as long as so many characters can be at most: what is behind needn't be looked at.
func Head(text string, characters int) string {
	return text[:min(len(text), runeMost*max(characters, 1))]
}

// CleanCut makes the beginning of a foreign text safe and short enough, without looking at all of it.
func CleanCut(text string, width int) string { return Cut(Clean(Head(text, width+1)), width) }
