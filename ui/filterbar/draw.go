package filterbar

import (
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// margin is the width of what is beside the text in the filter's line.
const margin = 5

// Line returns the line of that width with the filter while it is typed.
func (b *Bar) Line(th *theme.Theme, width int) string {
	sign := th.Key.Paint(" / ")
	if b.err != nil {
		sign = th.Bad.Paint(" ✗ ")
	}
	right := th.Dim.Paint("tab completes · ↑ earlier filters · enter apply · esc cancel ")
	typed := widget.Width(widget.Clean(b.input.Text()))
	if typed+margin+widget.Width(right) > width {
		typed, right = b.width, ""
	}
	return widget.Spread(theme.Ink{}, sign+b.input.Draw(theme.Ink{}, th.ButtonFocused, typed+1, true), right, width)
}

// Popup draws the options over the lines of a screen of that width, above line bottom, which has the filter. An error
// is drawn right above its position in the filter. Lines up to and including top stay unchanged.
func (b *Bar) Popup(th *theme.Theme, lines []string, width, top, bottom int) []string {
	if b.err != nil {
		problem := b.problem(th, width)
		problem = problem[:min(len(problem), bottom-top)]
		bottom -= len(problem)
		copy(lines[bottom:], problem)
	}
	c := &b.offered
	rows := min(len(c.options), popupMost, (bottom-top)/2)
	if rows < 1 {
		return lines
	}
	var sight widget.Sight
	at := 0
	if c.cycling {
		at = c.place
	}
	sight.Fit(at, len(c.options), rows)
	wide := widget.Width(c.title) + 8
	for _, o := range c.options[sight.First:sight.End()] {
		wide = max(wide, widget.Width(widget.Clean(o))+6)
	}
	box := widget.Box{
		Width: min(wide, width-2), Height: rows + 2, Title: c.title, Footer: th.Dim.Paint("tab"), Edge: th.Accent, TitleInk: th.Strong,
		Place: sight.Place(0),
	}
	inner, _ := box.Inner()
	var body []string
	for i := sight.First; i < sight.End(); i++ {
		current := c.cycling && i == c.place
		mark := "  "
		if current {
			mark = "▸ "
		}
		body = append(body, th.Text.On(current, widget.Pad(mark+widget.Clean(c.options[i]), inner)))
	}
	x := min(widget.Width(widget.Clean(c.text[:c.from]))+1, width-box.Width)
	return widget.Overlay(lines, box.Draw(body), max(x, 0), bottom-rows-2)
}

// ProblemMost is the max number of lines of a filter's error, because it may list many saved filters.
const ProblemMost = 3

// problem returns the error of the filter, with a mark above its position when the whole filter is visible. Text that
// doesn't fit on one line is folded.
func (b *Bar) problem(th *theme.Theme, width int) []string {
	text := b.input.Text()
	problem := widget.Clean(b.err.Problem)
	x := 3 + widget.Width(widget.Clean(text[:min(b.err.Column, len(text))]))
	room := widget.Width(problem) + 2
	var lines []string
	switch {
	case widget.Width(text) > b.width:
		lines = behind(" ✗ ", b.err.Error(), width)
	case x+room <= width:
		lines = []string{widget.Spaces(x) + "▾ " + problem}
	case room <= x:
		lines = []string{widget.Spaces(x-room+1) + problem + " ▾"}
	default:
		lines = behind(" ▾ ", problem, width)
	}
	for i := range lines {
		lines[i] = th.Bad.Paint(widget.Pad(lines[i], width))
	}
	return lines
}

// behind folds text after a mark.
func behind(mark, text string, width int) []string {
	lines := widget.FoldMost(width-widget.Width(mark), ProblemMost, text)
	for i := range lines {
		lines[i] = mark + lines[i]
		mark = widget.Spaces(widget.Width(mark))
	}
	return lines
}
