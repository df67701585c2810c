package widget

import (
	"math"
	"strings"
)

var sparkBars = []rune("▁▂▃▄▅▆▇█")

// Spark draws values as bars of one cell each, scaled to the largest value. A gap (NaN) is blank. Only zero has the lowest
// bar, so that any larger value is visible.
func Spark(values []float64) string {
	top := 0.0
	for _, v := range values {
		if v > top && !math.IsInf(v, 1) { // false for NaN
			top = v
		}
	}
	var b strings.Builder
	for _, v := range values {
		switch {
		case math.IsNaN(v):
			b.WriteByte(' ')
		case v <= 0 || top == 0:
			b.WriteRune(sparkBars[0])
		default:
			b.WriteRune(sparkBars[1+int(math.Min(v/top*float64(len(sparkBars)-1), float64(len(sparkBars)-2)))])
		}
	}
	return b.String()
}
