package widget

import (
	"fmt"
	"strconv"
	"time"

	"streamdesk/model"
)

// Short writes a number in at most five cells: whole below 10,000, then with k, M, G, T.
func Short(n int64) string {
	if n < 0 {
		return "-" + Short(-n)
	}
	if n < 10_000 {
		return strconv.FormatInt(n, 10)
	}
	v := float64(n)
	for _, unit := range []string{"k", "M", "G"} {
		v /= 1000
		if v < 99.95 {
			return strconv.FormatFloat(v, 'f', 1, 64) + unit
		}
		if v < 999.5 {
			return strconv.FormatFloat(v, 'f', 0, 64) + unit
		}
	}
	return strconv.FormatFloat(v/1000, 'f', 1, 64) + "T"
}

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

// Grouped writes a number whole, with commas between thousands.
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

// Rate writes a number of things per second: whole from 10 on, one decimal below, 0 for none.
func Rate(perSecond float64) string {
	switch {
	case perSecond == 0:
		return "0"
	case perSecond > -9.95 && perSecond < 9.95:
		return strconv.FormatFloat(perSecond, 'f', 1, 64)
	default:
		return Short(int64(perSecond + 0.5))
	}
}

// Bytes writes a size in at most five cells: 640B, 1.1k, 20k, 1.0M.
func Bytes(n int) string {
	v := float64(n)
	switch {
	case n < 1000:
		return strconv.Itoa(n) + "B"
	case v < 9_950:
		return fmt.Sprintf("%.1fk", v/1e3)
	case v < 999_500:
		return fmt.Sprintf("%.0fk", v/1e3)
	case v < 9_950_000:
		return fmt.Sprintf("%.1fM", v/1e6)
	default:
		return fmt.Sprintf("%.0fM", v/1e6)
	}
}

// Age writes a length of time in at most six cells, with the two units that matter: <0.1s, 0.2s, 48s, 2m14s, 3h05m, 2d04h.
func Age(d time.Duration) string {
	switch {
	case d < 100*time.Millisecond:
		return "<0.1s"
	case d < 9950*time.Millisecond:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + "s"
	case d < time.Minute:
		return strconv.Itoa(int(d.Seconds())) + "s"
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	case d < 24*time.Hour:
		return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
	default:
		return fmt.Sprintf("%dd%02dh", int(d.Hours())/24, int(d.Hours())%24)
	}
}
