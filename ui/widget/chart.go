package widget

import (
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
	top := niceTop(math.Max(largest(c.Front), largest(c.Back)))
	cells := make([][]rune, rows)
	front := make([][]bool, rows)
	for y := range cells {
		cells[y] = []rune(strings.Repeat(" ", columns))
		front[y] = make([]bool, columns)
	}
	level := func(v float64) int {
		share := math.Max(math.Min(v/top, 1), 0) // no value is outside of the chart
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
	lines := make([]string, 0, height)
	for y := range rows {
		var b strings.Builder
		label := ""
		if value := top * float64(rows-1-y) / float64(rows-1); y == 0 || y == rows-1 || y*2 == rows-1 || rows > 5 && y%2 == 0 {
			label = words.Rate(value)
		}
		b.WriteString(c.Theme.Dim.Paint(PadLeft(label, axisWidth-1)) + c.Theme.Faint.Paint("┤"))
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

// axis labels the window: its age at the left, now at the right.
func (c Chart) axis(columns int) string {
	left, right := "-"+model.FormatAge(c.Window), "now"
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

// niceTop rounds up the end of a scale to 1, 1.5, 2, 3, 4, 6 or 8 times a power of ten, so that the scale doesn't change with
// every value.
func niceTop(v float64) float64 {
	if v <= 1 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, step := range []float64{1, 1.5, 2, 3, 4, 6, 8} {
		if v <= step*power {
			return math.Min(step*power, math.MaxFloat64)
		}
	}
	return math.Min(10*power, math.MaxFloat64)
}
