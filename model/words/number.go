// Package words writes numbers, lengths of time and amounts as people read them: 12.3k, 2m14s, "3 entries". It measures
// no width and paints nothing, and knows nothing of what is counted. Start reading at [Short], [Age] and [Counted].
package words

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"streamdesk/model"
)

// Short returns a number in max five cells, plus a sign for a negative one: whole below 10,000, then with k, M, G, T,
// P, E.
func Short(n int64) string {
	if n > -10_000 && n < 10_000 {
		return strconv.FormatInt(n, 10)
	}
	sign, v := "", float64(n)
	if v < 0 {
		sign, v = "-", -v
	}
	unit := 0
	for v /= 1000; v >= 999.5 && unit < len(shortUnits)-1; v /= 1000 {
		unit++
	}
	decimals := 1
	if v >= 99.95 {
		decimals = 0
	}
	return sign + strconv.FormatFloat(v, 'f', decimals, 64) + shortUnits[unit:unit+1]
}

// shortUnits are the units of [Short], each a thousand of the one before.
const shortUnits = "kMGTPE"

// ShortCount is Short for a count that may be unknown ("?") or estimated ("~").
func ShortCount(c model.Count) string {
	switch {
	case !c.Known:
		return "?"
	case c.Estimated:
		return "~" + Short(c.N)
	default:
		return Short(c.N)
	}
}

// Grouped returns a number in full, with commas between thousands.
func Grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Rate returns a number of things per second: whole from 10 on, one decimal below; 0 only for exactly none. NaN is
// unknown.
func Rate(perSecond float64) string {
	switch size := math.Abs(perSecond); {
	case math.IsNaN(perSecond):
		return "?"
	case perSecond == 0:
		return "0"
	case size < 0.05 && perSecond > 0:
		return "<0.1"
	case size < 0.05:
		return ">-0.1"
	case size < 9.95:
		return strconv.FormatFloat(perSecond, 'f', 1, 64)
	case size >= math.MaxInt64:
		return "?" // more than can be counted is no measurement
	default:
		return Short(int64(math.Round(perSecond)))
	}
}

// Bytes returns a size in max five cells: 640B, 1.1k, 20k, 1.0M, 1.0G.
func Bytes(n int) string {
	if n < 1000 {
		return strconv.Itoa(n) + "B"
	}
	unit, v := 0, float64(n)
	for v /= 1000; v >= 999.5; v /= 1000 {
		unit++
	}
	decimals := 1
	if v >= 9.95 {
		decimals = 0
	}
	return strconv.FormatFloat(v, 'f', decimals, 64) + shortUnits[unit:unit+1]
}

// Age returns a duration in max six cells, with its two largest units: <0.1s, 0.2s, 48s, 2m14s, 3h05m, 2d04h, 123d. It
// is always rounded down: an age has been reached or it hasn't.
func Age(d time.Duration) string {
	switch {
	case d < 100*time.Millisecond:
		return "<0.1s"
	case d < 10*time.Second:
		return strconv.FormatFloat(d.Truncate(100*time.Millisecond).Seconds(), 'f', 1, 64) + "s"
	case d < time.Minute:
		return strconv.Itoa(int(d.Seconds())) + "s"
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	case d < 24*time.Hour:
		return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
	case d < 100*24*time.Hour:
		return fmt.Sprintf("%dd%02dh", int(d.Hours())/24, int(d.Hours())%24)
	default:
		return strconv.Itoa(int(d.Hours())/24) + "d"
	}
}
