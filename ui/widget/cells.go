package widget

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"streamdesk/ui/theme"
)

// Cells is a line that is drawn cell by cell, in any order. Later text covers earlier text.
type Cells []oneCell

// oneCell is one cell. A character that is two cells wide is stored in the first; the second has held set.
type oneCell struct {
	text string
	ink  theme.Ink
	held bool
}

// NewCells returns a new blank line.
func NewCells(width int) Cells { return make(Cells, max(width, 0)) }

// Put writes text from cell x on. The text has to be clean already. Parts of it outside of the line are left out.
func (c Cells) Put(x int, ink theme.Ink, text string) {
	for text != "" && x < len(c) {
		cluster, width := ansi.FirstGraphemeCluster(text, ansi.GraphemeWidth)
		text = text[len(cluster):]
		if joins(cluster, width) {
			cluster, width = "·", 1
		}
		if width > 0 && x >= 0 && x+width <= len(c) {
			c.clear(x, width)
			c[x] = oneCell{text: cluster, ink: ink}
			for i := x + 1; i < x+width; i++ {
				c[i].held = true
			}
		}
		x += width
	}
}

// joins reports whether a character can merge with a character beside it, such as a mark without its letter or half a flag.
func joins(cluster string, width int) bool {
	return len(cluster) > 1 && (Width("x"+cluster+"x") != width+2 || Width(cluster+cluster) != 2*width)
}

// clear makes cells blank. It also clears the rest of a character that is only partly in these cells.
func (c Cells) clear(x, width int) {
	for x > 0 && c[x].held {
		x, width = x-1, width+1
	}
	for i := x; i < len(c) && (i < x+width || c[i].held); i++ {
		c[i] = oneCell{}
	}
}

// Line returns the line, on the background of a selected row when selected.
func (c Cells) Line(fill theme.Ink, selected bool) string {
	var out, run strings.Builder
	ink := fill
	for _, one := range c {
		if one.held {
			continue
		}
		if one.text == "" {
			one = oneCell{text: " ", ink: fill}
		}
		if one.ink != ink {
			out.WriteString(ink.On(selected, run.String()))
			run.Reset()
			ink = one.ink
		}
		run.WriteString(one.text)
	}
	out.WriteString(ink.On(selected, run.String()))
	return out.String()
}
