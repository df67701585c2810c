package workflow

import (
	"math"
	"strconv"
	"time"

	"streamdesk/ui/widget"
)

// Units that package time lacks, because a day on a clock may have one hour more, and a year one day more.
const (
	day  = 24 * time.Hour
	year = 365 * day
)

// scaleSteps are the distances between labels that people are used to.
var scaleSteps = [...]time.Duration{
	time.Millisecond, 2 * time.Millisecond, 5 * time.Millisecond, 10 * time.Millisecond, 20 * time.Millisecond, 50 * time.Millisecond,
	100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond,
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	day, 2 * day, 7 * day, 14 * day, 30 * day, 90 * day, 180 * day, year, 5 * year, 20 * year, 100 * year,
}

// scaleUnits are what the labels are written in.
var scaleUnits = [...]struct {
	unit time.Duration
	name string
}{{year, "y"}, {day, "d"}, {time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}, {time.Millisecond, "ms"}}

// labelApart is the min distance of labels in cells: the longest, "500ms", and a gap.
const labelApart = 7

// scaleLine returns the line above the bars: the time since the first event.
func (b *workflowBars) scaleLine() string {
	text := make([]byte, b.width)
	for i := range text {
		text[i] = ' '
	}
	perCell := float64(b.axis) / float64(max(b.width-1, 1))
	step := scaleSteps[len(scaleSteps)-1]
	for _, s := range scaleSteps {
		if float64(s) >= perCell*labelApart {
			step = s
			break
		}
	}
	count := int(b.axis / step)
	free := 0 // the first cell that is free for the next label
	for i := range count + 1 {
		label := scaleLabel(i, count, step)
		at := min(int(math.Round(float64(i)*float64(step)/perCell)), b.width-len(label))
		if at < free {
			continue
		}
		copy(text[at:], label)
		free = at + len(label) + 1
	}
	return b.v.Theme.Dim.Paint(widget.Cut(widget.Spaces(b.label+2)+string(text), b.v.Width))
}

// scaleLabel formats the i-th of the labels from 0 to last; the last one names the unit. The unit is the largest in which all
// labels are whole numbers; seconds may have a decimal.
func scaleLabel(i, last int, step time.Duration) string {
	for _, u := range scaleUnits {
		if step < u.unit && (u.unit != time.Second || time.Duration(last)*step < u.unit) {
			continue
		}
		label := strconv.FormatFloat(float64(i)*float64(step)/float64(u.unit), 'f', -1, 64)
		if i == last && i > 0 {
			label += u.name
		}
		return label
	}
	return ""
}
