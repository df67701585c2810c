package words

import "strconv"

// PerSecond returns a rate of events with as many digits as it needs: "200 events/s", "0.5 events/s".
func PerSecond(rate float64) string {
	if rate >= 1 && rate == float64(int64(rate)) {
		return Grouped(int64(rate)) + " events/s"
	}
	return strconv.FormatFloat(rate, 'g', 3, 64) + " events/s"
}
