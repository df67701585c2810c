package widget

import (
	"cmp"
	"math"
	"strings"
	"time"

	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/theme"
)

// Chart draws up to two series over a window of time: Front as a line, Back as dots where the line isn't. Each value takes
// one column; NaN is a gap, which stays blank.
type Chart struct {
	Theme *theme.Theme
	// Front and Back contain one value per column, newest last. Back may be nil.
	Front, Back []float64
	// Sampled says which values of Front are estimates, drawn as a dashed line; nil when there are none.
	Sampled []bool
	// Window is the time that the columns span; it labels the axis.
	Window time.Duration
	// End labels the end of the axis; default now.
	End string
}

// axisWidth is the width of the scale at the left: a number of max five cells and the axis.
const axisWidth = 6

// Columns returns the number of values that a chart of that width shows.
func (Chart) Columns(width int) int { return max(width-axisWidth, 1) }

// Draw returns the chart in lines of that width; the last line is the time axis.
func (c Chart) Draw(width, height int) []string {
	columns, rows := c.Columns(width), height-1
	if rows < 2 || width <= axisWidth {
		return nil
	}
	scale := newScale(math.Max(largest(c.Front), largest(c.Back)), rows)
	cells := make([][]rune, rows)
	front := make([][]bool, rows)
	for y := range cells {
		cells[y] = []rune(strings.Repeat(" ", columns))
		front[y] = make([]bool, columns)
	}
	level := func(v float64) int {
		share := math.Max(math.Min(v/scale.top(), 1), 0) // no value is outside of the chart
		return rows - 1 - int(math.Round(share*float64(rows-1)))
	}
	back := tail(c.Back, columns)
	for x, v := range back {
		if !math.IsNaN(v) {
			cells[level(v)][columns-len(back)+x] = '·'
		}
	}
	line := tail(c.Front, columns)
	drawLine(line, level, func(x, y int, r rune) {
		if at := len(c.Front) - len(line) + x; r == '─' && at < len(c.Sampled) && c.Sampled[at] {
			r = '╌'
		}
		x += columns - len(line) // the newest value is at the right, however few there are
		cells[y][x], front[y][x] = r, true
	})
	labels := make([]string, rows)
	for i := range scale.steps + 1 {
		labels[level(scale.step*float64(i))] = scale.label(i)
	}
	lines := make([]string, 0, height)
	for y := range rows {
		var b strings.Builder
		b.WriteString(c.Theme.Dim.Paint(PadLeft(labels[y], axisWidth-1)) + c.Theme.Faint.Paint("┤"))
		c.writeRow(&b, cells[y], front[y])
		lines = append(lines, b.String())
	}
	return append(lines, c.axis(columns))
}

// writeRow writes runs of cells that share an ink.
func (c Chart) writeRow(b *strings.Builder, cells []rune, front []bool) {
	for start := 0; start < len(cells); {
		end := start + 1
		for end < len(cells) && front[end] == front[start] {
			end++
		}
		ink := c.Theme.Line2
		if front[start] {
			ink = c.Theme.Line
		}
		b.WriteString(ink.Paint(string(cells[start:end])))
		start = end
	}
}

// axis labels the window: its age at the left, its end at the right.
func (c Chart) axis(columns int) string {
	left, right := "-"+model.FormatAge(c.Window), cmp.Or(c.End, "now")
	middle := columns - Width(left) - Width(right)
	if middle < 2 {
		return Spaces(axisWidth-1) + c.Theme.Faint.Paint("└"+strings.Repeat("─", columns))
	}
	return Spaces(axisWidth-1) + c.Theme.Faint.Paint("└") + c.Theme.Dim.Paint(left) +
		c.Theme.Faint.Paint(strings.Repeat("─", middle)) + c.Theme.Dim.Paint(right)
}

// drawLine connects neighbouring values with box-drawing characters.
func drawLine(values []float64, level func(float64) int, set func(x, y int, r rune)) {
	last := -1
	for x, v := range values {
		if math.IsNaN(v) {
			last = -1
			continue
		}
		y := level(v)
		switch {
		case last < 0 || last == y:
			set(x, y, '─')
		case y < last: // up
			set(x, last, '╯')
			set(x, y, '╭')
		default: // down
			set(x, last, '╮')
			set(x, y, '╰')
		}
		if last >= 0 {
			for between := min(y, last) + 1; between < max(y, last); between++ {
				set(x, between, '│')
			}
		}
		last = y
	}
}

// tail returns the last n values, or all when there are fewer.
func tail(values []float64, n int) []float64 {
	return values[max(len(values)-n, 0):]
}

func largest(values []float64) float64 {
	top := 0.0
	for _, v := range values {
		if v > top && !math.IsInf(v, 1) {
			top = v
		}
	}
	return top
}

// maxLabels is the max number of labels of the scale.
const maxLabels = 6

// scale is a scale from 0 with a label at each multiple of step.
type scale struct {
	step  float64
	steps int
}

// newScale returns the finest scale for values up to top, or up to 1 when that is more, whose labels are 1, 2 or 5 times a
// power of ten apart and stand in rows of their own.
func newScale(top float64, rows int) scale {
	top = min(max(top, 1), highest)
	most := max(min(maxLabels, rows)-1, 1)
	step := math.Pow(10, math.Floor(math.Log10(top/float64(most))))
	for _, factor := range [...]float64{2, 2.5, 2} { // from 1 to 2, 5 and 10
		if top <= step*float64(most) {
			break
		}
		step *= factor
	}
	return scale{step: step, steps: int(math.Ceil(top / step))}
}

// highest is the max value that a scale reaches to; ten times as much is still a number.
const highest = 1e300

// top returns the value at the scale's upper end.
func (s scale) top() float64 { return s.step * float64(s.steps) }

// label returns the text of the i-th label; 0 is the lowest.
func (s scale) label(i int) string {
	v := s.step * float64(i)
	if v < 10 && v == math.Trunc(v) {
		return words.Short(int64(v))
	}
	return words.Rate(v)
}
