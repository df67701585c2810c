package dialog

import (
	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// page collects the content of a dialog above its buttons: paragraphs with a blank line between them.
type page struct {
	*theme.Theme
	// width is the max width of a line.
	width int
	// tight leaves out the blank lines, to save height.
	tight bool

	lines []string
	focus widget.Span  // the lines of the focused field
	forms int          // the first line of the form
	place widget.Place // of a list on the page; its Top is an index of lines

	hits []bool // the lines that contain what is searched for
	foot string // what is searched for, for the frame; "" without a search
}

// found marks the hits of a search in the lines. Without a list on the page, the rows are all its lines.
func (p *page) found(s *seek, rows pane.Rows, v View) {
	if !s.On() || p.foot != "" {
		return
	}
	box := widget.Box{Width: p.width, Place: p.place}
	if p.place.Lines == 0 {
		box.Place = widget.Place{Lines: len(p.lines), Shown: len(p.lines), All: len(p.lines)}
	}
	s.mark(&box, p.lines, rows, v)
	p.hits, p.foot = box.Hits, box.Footer
	p.hits = append(p.hits, make([]bool, len(p.lines)-len(p.hits))...)
}

// paragraph adds lines, after a blank line.
func (p *page) paragraph(lines ...string) {
	if len(lines) == 0 {
		return
	}
	if len(p.lines) > 0 && !p.tight {
		p.lines = append(p.lines, "")
	}
	p.lines = append(p.lines, lines...)
}

// add adds lines without a blank line before them.
func (p *page) add(lines ...string) { p.lines = append(p.lines, lines...) }

// text adds a paragraph. Each text begins on a new line and is folded at the page's width.
func (p *page) text(ink theme.Ink, texts ...string) {
	if len(texts) > 1 || len(texts) == 1 && texts[0] != "" {
		p.paragraph(painted(ink, widget.Fold(p.width, texts...))...)
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

// maxRuneBytes is the max number of bytes per cell in ordinary text.
const maxRuneBytes = 4

// labelled adds folded text after a label, aligned with the form's rows. most is the max number of lines; the rest is cut.
func (p *page) labelled(label string, indent int, ink theme.Ink, text string, most int) {
	indent = max(indent, widget.Width(label)+2)
	lines := widget.FoldMost(p.width-indent, most, clip(text, most*p.width*maxRuneBytes))
	for i, line := range lines {
		lead := widget.Spaces(indent)
		if i == 0 {
			lead = p.Dim.Paint(widget.Pad(label, indent))
		}
		lines[i] = lead + ink.Paint(line)
	}
	p.paragraph(lines...)
}

// maxShown is the max number of bytes of a command, a reply or an error that are kept for drawing: no dialog shows more,
// and a payload may have a megabyte.
const maxShown = 4 << 10

// clip cuts a text to a max number of bytes, with an ellipsis when something is left out.
func clip(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return widget.Beginning(text, most) + widget.Ellipsis
}

func painted(ink theme.Ink, lines []string) []string {
	for i := range lines {
		lines[i] = ink.Paint(lines[i])
	}
	return lines
}
