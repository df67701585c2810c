package model

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// Start is where reading begins: at a position, some time before now, or at a time of day. The zero Start means none.
type Start struct {
	At  Position
	Ago time.Duration
	// Clock is a time of day such as 14:02 or 14:02:11, the most recent one; empty when none was given.
	Clock string
}

// FirstPosition is the smallest ID that an entry can have. A zero Position would mean none.
var FirstPosition = Position{Seq: 1}

// epochSeconds is the max whole number that is read as seconds since 1970, as people write them, rather than as an ID's
// milliseconds. As milliseconds it would be a date before 1973.
const epochSeconds = 1e11

// ParseStart parses an entry ID, a time, a time of day, or a duration before now.
func ParseStart(text string) (Start, error) {
	if text == "" {
		return Start{}, nil
	}
	if n, err := strconv.ParseUint(text, 10, 64); err == nil && n > 0 && n < epochSeconds {
		return Start{At: PositionAt(time.Unix(int64(n), 0))}, nil
	}
	if p, err := ParsePosition(text); err == nil && text != "+" {
		if p.IsZero() {
			p = FirstPosition
		}
		return Start{At: p}, nil
	}
	if ago, err := ParseAge(strings.TrimPrefix(text, "-")); err == nil && ago > 0 {
		return Start{Ago: ago}, nil
	}
	if t, ok := ParseTime(text); ok {
		return Start{At: max0(PositionAt(t))}, nil
	}
	if _, ok := parseClock(text, time.Time{}); ok {
		return Start{Clock: text}, nil
	}
	return Start{}, errors.New("want an entry ID such as 1700000000000-0, a time such as 2025-11-05T13:00:00Z or 14:02, or a length of time such as 10m")
}

func max0(p Position) Position {
	if p.IsZero() {
		return FirstPosition
	}
	return p
}

// Position returns the position at the time now; zero when the Start is zero. A time of day is in the zone of now.
func (s Start) Position(now time.Time) Position {
	if at, ok := parseClock(s.Clock, now); ok {
		return max0(PositionAt(at))
	}
	if s.Ago > 0 {
		return max0(PositionAt(now.Add(-s.Ago)))
	}
	return s.At
}
