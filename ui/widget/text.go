package widget

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Ellipsis replaces text that was cut off.
const Ellipsis = "…"

// Width returns the width of text on the screen in cells. Escape sequences take none.
func Width(text string) int {
	if plainASCII(text) {
		return len(text)
	}
	return ansi.StringWidth(text)
}

// Cut shortens text to max width cells, with an ellipsis at the end when something is missing.
func Cut(text string, width int) string {
	switch {
	case width <= 0:
		return ""
	case len(text) <= width && plainASCII(text):
		return text
	case plainASCII(text):
		return text[:width-1] + Ellipsis
	default:
		cut := ansi.Truncate(text, width, Ellipsis)
		if before, twice := strings.CutSuffix(cut, Ellipsis+Ellipsis); twice && cut != text {
			return before + Ellipsis // it was cut behind an ellipsis of its own
		}
		return cut
	}
}

// CutLeft shortens text to max width cells at its beginning, with an ellipsis there, because IDs differ at the end.
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
		if Width(rest) == 0 { // it also returns no ellipsis when nothing is left
			rest += Ellipsis
		}
		return rest
	}
}

// Pad makes text exactly width cells wide: it cuts the text, or adds spaces after it.
func Pad(text string, width int) string {
	text = Cut(text, width)
	return text + Spaces(width-Width(text))
}

// PadLeft makes text exactly width cells wide: it cuts the text, or adds spaces before it, as for numbers.
func PadLeft(text string, width int) string {
	text = Cut(text, width)
	return Spaces(width-Width(text)) + text
}

const blank = "                                                                                                    "

// Spaces returns n spaces; none for n below 1.
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

// Clean makes foreign text safe to draw on one line. It replaces by a middle dot: control characters (so also escape
// sequences), bytes that aren't UTF-8, and characters that change the direction of writing or join their neighbours invisibly.
// Of an emoji of several characters it keeps those whose width is the same in every terminal: a flag stays whole, any other
// emoji becomes the pictures that it is joined of, without skin tones.
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

// writeClean writes the safe parts of one visible character.
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

// The characters that join several characters to one emoji.
const (
	joiner                          = 0x200D
	asText, asPicture               = 0xFE0E, 0xFE0F
	keycap                          = 0x20E3
	firstSkin, lastSkin             = 0x1F3FB, 0x1F3FF
	firstFlagLetter, lastFlagLetter = 0x1F1E6, 0x1F1FF
)

// joinsPictures reports whether a character only joins or modifies the characters around it to make one emoji: between two
// pictures, or right after one.
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

// picture reports whether a character is shown as its own picture.
func picture(r rune) bool { return unicode.Is(unicode.So, r) && !unsafeRune(r) }

// isFlag reports whether a character is a pair of flag letters. A single flag letter has one cell in some terminals, two in
// others.
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

// unsafeRune reports whether Clean replaces the rune, or leaves it out of an emoji. Terminals disagree on the width of text
// with the last two kinds of runes, and a difference of one cell breaks the frame of a whole row.
func unsafeRune(r rune) bool {
	switch {
	case r < ' ', r >= 0x7F && r < 0xA0, r == utf8.RuneError:
		return true // control characters, and bytes that aren't UTF-8
	case r < 0xAD, r >= 0x3400 && r < 0xD7B0:
		return false // nearly all text
	case r == 0x2028, r == 0x2029, r == 0x034F, r == 0x115F, r == 0x1160, r == 0x3164, r == 0xFFA0:
		return true // line separators, and invisible letters
	case r >= 0x2060 && r <= 0x206F, r >= 0xE0000 && r <= 0xE0FFF, unicode.Is(unicode.Cf, r):
		return true // directions, joiners, tags and marks without a shape
	case r >= 0xFE00 && r <= 0xFE0F, r >= 0x180B && r <= 0x180F:
		return true // variation selectors for the character before
	case r >= firstSkin && r <= lastSkin, r >= firstFlagLetter && r <= lastFlagLetter:
		return true // skin tones, and the letters of flags
	default:
		return false
	}
}

// plainASCII reports whether every byte is a printable ASCII character, so that each byte takes one cell.
func plainASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// runeMost is the max number of bytes of a character. It limits how much text is read for a line.
const runeMost = 4

// Head returns the beginning of a text, long enough for the given number of characters, so that the rest needn't be read.
func Head(text string, characters int) string {
	return text[:min(len(text), runeMost*max(characters, 1))]
}

// CleanCut makes foreign text safe and cuts it to max width cells, without reading all of it.
func CleanCut(text string, width int) string { return Cut(Clean(Head(text, width+1)), width) }
