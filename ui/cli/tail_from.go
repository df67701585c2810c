package cli

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"streamdesk/model"
)

// startingPoint is where a tail begins: at a position, or some time before now; the zero startingPoint is now.
type startingPoint struct {
	at  model.Position
	ago time.Duration
}

// firstPosition is the smallest ID that an entry can have. Zero would mean now.
var firstPosition = model.Position{Seq: 1}

// epochSeconds is the number up to which a whole number is taken for seconds since 1970, as people write them, rather
// than for the milliseconds of an ID: as milliseconds it would be a date before 1973.
const epochSeconds = 1e11

// parseFrom reads an entry ID, a time, or a length of time ago.
func parseFrom(text string) (startingPoint, error) {
	if text == "" {
		return startingPoint{}, nil
	}
	if n, err := strconv.ParseUint(text, 10, 64); err == nil && n > 0 && n < epochSeconds {
		return startingPoint{at: model.PositionAt(time.Unix(int64(n), 0))}, nil
	}
	if p, err := model.ParsePosition(text); err == nil && text != "+" {
		if p.IsZero() {
			p = firstPosition
		}
		return startingPoint{at: p}, nil
	}
	if ago, err := model.ParseAge(strings.TrimPrefix(text, "-")); err == nil && ago > 0 {
		return startingPoint{ago: ago}, nil
	}
	if t, ok := model.ParseTime(text); ok {
		return startingPoint{at: max0(model.PositionAt(t))}, nil
	}
	return startingPoint{}, errors.New("want an entry ID such as 1700000000000-0, a time such as 2025-11-05T13:00:00Z, or a length of time such as 10m")
}

func max0(p model.Position) model.Position {
	if p.IsZero() {
		return firstPosition
	}
	return p
}

// position is the starting point on the server's clock.
func (s startingPoint) position(now time.Time) model.Position {
	if s.ago > 0 {
		return max0(model.PositionAt(now.Add(-s.ago)))
	}
	return s.at
}
