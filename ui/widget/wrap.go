package widget

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Beginning cuts a text to a max number of bytes, without a broken character at the end.
func Beginning(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}

// Fold breaks texts into lines of max width cells, between words where possible. It makes the text safe to draw, line feeds
// too, so that a name can't end its line.
func Fold(width int, texts ...string) []string {
	if width < 1 {
		return nil
	}
	var lines []string
	for _, text := range texts {
		lines = append(lines, foldLine(Clean(text), width)...)
	}
	return lines
}

// FoldMost is Fold for one text and a max number of lines: when there are more, an ellipsis ends the last one.
func FoldMost(width, most int, text string) []string {
	lines := Fold(width, text)
	if most = max(most, 0); len(lines) > most {
		if lines = lines[:most]; most > 0 {
			last := strings.TrimRight(lines[most-1], " "+Ellipsis)
			lines[most-1] = Cut(last+Ellipsis, width)
		}
	}
	return lines
}

// foldLine folds one line. It never breaks a word at a hyphen, because entry IDs contain hyphens. A word that is longer than a
// line, such as a payload, begins on the current line and continues on the next.
func foldLine(text string, width int) []string {
	var lines []string
	line, used := "", 0
	flush := func() {
		lines = append(lines, line)
		line, used = "", 0
	}
	for word := range strings.SplitSeq(text, " ") {
		// A word with more bytes than this is longer than any line. Measuring all of it would be slow.
		long := len(word) > maxWordBytes*width
		w := width + 1
		if !long {
			w = Width(word)
		}
		gap := min(used, 1)
		if used+gap+w > width && w <= width || used+gap >= width {
			flush()
			gap = 0
		}
		line += Spaces(gap)
		used += gap
		for w > width-used {
			head := headOf(word, width-used)
			if head == "" && used == 0 {
				return append(lines, Cut(word, width)) // a character wider than the line
			}
			word = word[len(head):]
			line += head
			flush()
			if w = width + 1; len(word) <= maxWordBytes*width {
				w = Width(word)
			}
		}
		line += word
		used += w
	}
	flush()
	return lines
}

// headOf returns as much of a word as fits into room.
func headOf(word string, room int) string {
	if head := Beginning(word, room); Width(head) == len(head) && len(head) == room {
		return head // only letters of one byte and one cell, and the next letter doesn't join them
	}
	return ansi.Truncate(Beginning(word, maxWordBytes*room), room, "")
}

// maxWordBytes is the max number of bytes per cell, a letter and its marks; a text with more counts as longer than a line.
const maxWordBytes = 16
