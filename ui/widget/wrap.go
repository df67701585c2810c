package widget

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Beginning is at most so many bytes of a text, without a broken character at the end.
func Beginning(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}

// Fold breaks lines of text into lines of at most width cells, between words where it can. What stands in them is made safe
// to draw, line feeds too: a name can't end its line.
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

// foldLine folds one line. Words are never broken at a hyphen, which entry IDs are full of; one that is longer than a
// line, such as a payload, goes on where it is.
func foldLine(text string, width int) []string {
	var lines []string
	line, used := "", 0
	flush := func() {
		lines = append(lines, line)
		line, used = "", 0
	}
	for word := range strings.SplitSeq(text, " ") {
		// A word of more bytes than this is longer than a line, whatever its letters: measuring it all would cost too much.
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

// headOf is as much of a word as fits into room.
func headOf(word string, room int) string {
	if head := Beginning(word, room); Width(head) == len(head) && len(head) == room {
		return head // nothing but letters of a byte and a cell each, and the next one doesn't join them
	}
	return ansi.Truncate(Beginning(word, maxWordBytes*room), room, "")
}

// maxWordBytes is how many bytes a cell may take before a text counts as longer than a line: a letter and its marks.
const maxWordBytes = 16
