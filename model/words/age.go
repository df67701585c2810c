package words

import (
	"math"
	"time"
)

// Seconds is a number of seconds as a duration, of a thousand days at most: past this nobody reads the number.
func Seconds(s float64) time.Duration {
	const longest = 1000 * 24 * time.Hour
	return time.Duration(math.Min(s, longest.Seconds()) * float64(time.Second))
}
