package dialog

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// page gathers what stands in a dialog above its buttons: paragraphs with a blank line between them.
type page struct {
	*theme.Theme
	// width is how wide every line may be.
	width int
	// tight leaves out the blank lines, where height is short.
	tight bool

	lines []string
	focus widget.Span // where the focused field is
	forms int         // the line where the form begins
}

// paragraph adds lines, apart from what stands above.
func (p *page) paragraph(lines ...string) {
	if len(lines) == 0 {
		return
	}
	if len(p.lines) > 0 && !p.tight {
		p.lines = append(p.lines, "")
	}
	p.lines = append(p.lines, lines...)
}

// add adds lines right below what stands above.
func (p *page) add(lines ...string) { p.lines = append(p.lines, lines...) }

// text adds a paragraph of words, folded at the page's width.
func (p *page) text(ink theme.Ink, text string) {
	if text != "" {
		p.paragraph(painted(ink, fold(text, p.width))...)
	}
}

// form adds a form's rows.
func (p *page) form(f *widget.Form) {
	lines, focus := f.Draw(p.Theme, p.width)
	p.paragraph(lines...)
	at := len(p.lines) - len(lines)
	p.forms = at
	p.focus = widget.Span{From: at + focus.From, To: at + focus.To}
}

// maxRuneBytes is how many bytes a cell takes at most in ordinary text.
const maxRuneBytes = 4

// labelled adds folded text behind a label, in the columns of the form's rows. What doesn't fit into most lines is cut.
func (p *page) labelled(label string, indent int, ink theme.Ink, text string, most int) {
	indent = max(indent, widget.Width(label)+2)
	lines := fold(clip(text, most*p.width*maxRuneBytes), p.width-indent)
	if len(lines) > most {
		lines = lines[:most]
		lines[most-1] = widget.Cut(lines[most-1], p.width-indent-1) + widget.Ellipsis
	}
	for i, line := range lines {
		lead := widget.Spaces(indent)
		if i == 0 {
			lead = p.Dim.Paint(widget.Pad(label, indent))
		}
		lines[i] = lead + ink.Paint(line)
	}
	p.paragraph(lines...)
}

// maxShown bounds how much of a command, a reply or an error is kept for drawing: no dialog shows more of it, and a
// payload may have a megabyte.
const maxShown = 4 << 10

// clip is the beginning of a text, with an ellipsis when something is left out.
func clip(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return beginning(text, most) + widget.Ellipsis
}

// beginning is at most so many bytes of a text, without a broken character at the end.
func beginning(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}

// fold breaks text into lines of at most width cells, between words where it can. Line breaks in the text are kept;
// everything else is made safe to draw.
func fold(text string, width int) []string {
	if width < 1 {
		return nil
	}
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		lines = append(lines, foldLine(widget.Clean(line), width)...)
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
			w = widget.Width(word)
		}
		gap := min(used, 1)
		if used+gap+w > width && w <= width || used+gap >= width {
			flush()
			gap = 0
		}
		line += widget.Spaces(gap)
		used += gap
		for w > width-used {
			head := headOf(word, width-used)
			if head == "" && used == 0 {
				return append(lines, widget.Cut(word, width)) // a character wider than the line
			}
			word = word[len(head):]
			line += head
			flush()
			if w = width + 1; len(word) <= maxWordBytes*width {
				w = widget.Width(word)
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
	if head := beginning(word, room); widget.Width(head) == len(head) && len(head) == room {
		return head // nothing but letters of a byte and a cell each, and the next one doesn't join them
	}
	return ansi.Truncate(beginning(word, maxWordBytes*room), room, "")
}

// maxWordBytes is how many bytes a cell may take before a text counts as longer than a line: a letter and its marks.
const maxWordBytes = 16

func painted(ink theme.Ink, lines []string) []string {
	for i := range lines {
		lines[i] = ink.Paint(lines[i])
	}
	return lines
}
