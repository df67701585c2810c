package transfer

import (
	"testing"
	"time"
)

func TestAReplayClockKeepsThePace(t *testing.T) {
	now := time.Date(2025, 11, 5, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		clock clock
		ms    []uint64
		want  []time.Duration
	}{
		{clock{speed: 1}, []uint64{1000, 1250, 1250, 9000}, []time.Duration{0, 250 * time.Millisecond, 250 * time.Millisecond, 8 * time.Second}},
		{clock{speed: 10}, []uint64{1000, 2000, 4000}, []time.Duration{0, 100 * time.Millisecond, 300 * time.Millisecond}},
		{clock{speed: 0.5}, []uint64{1000, 2000}, []time.Duration{0, 2 * time.Second}},
		{clock{speed: 1, maxGap: time.Second}, []uint64{1000, 90000, 90500}, []time.Duration{0, time.Second, 1500 * time.Millisecond}},
		{clock{}, []uint64{1000, 90000}, []time.Duration{0, 0}},
		{clock{speed: 1}, []uint64{1000, 1 << 63}, []time.Duration{0, maxGapMs * time.Millisecond}},
	} {
		for i, ms := range c.ms {
			if got := c.clock.at(ms, now).Sub(now); got != c.want[i] {
				t.Errorf("%+v: entry %d is due after %s, want %s", c.clock, i, got, c.want[i])
			}
		}
	}
}
