package words

import (
	"math"
	"strconv"
	"time"
)

// Seconds returns a number of seconds as a duration, max a thousand days: above that nobody reads the number.
func Seconds(s float64) time.Duration {
	const longest = 1000 * 24 * time.Hour
	return time.Duration(math.Min(s, longest.Seconds()) * float64(time.Second))
}

// Took writes how long something took, in at most six cells: to the millisecond below a second, and as [Age] from there on.
func Took(d time.Duration) string {
	if d < time.Second {
		return strconv.FormatInt(d.Milliseconds(), 10) + "ms"
	}
	return Age(d)
}
