package model

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// Moment is a place in the streams as a person writes it: one entry, or the first entry at or after a time.
type Moment struct {
	// Key is the place. The stream is empty unless one was named.
	Key
	// Exact is true when an entry's ID was given rather than a time.
	Exact bool
}

// ErrMoment is the error of [ParseMoment] for text that it can't parse.
var ErrMoment = errors.New("want an entry ID, a time (14:02) or how long ago (5m ago)")

// epochSecondsMost is the max whole number that is read as seconds since 1970, as people write them, rather than as an
// ID's milliseconds. As milliseconds it would be a date before 1973.
const epochSecondsMost = 1e11

// clockForms are the layouts of a time without a date, dateForms those with a date and without a zone.
var (
	clockForms = []string{"15:04", "15:04:05"}
	dateForms  = []string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02"}
)

// ParseMoment parses an entry ID with or without its stream, a time in the zone of now, or a duration before now. A
// time of day without a date is the most recent one. The error is [ErrMoment].
func ParseMoment(text string, now time.Time) (Moment, error) {
	text = strings.TrimSpace(text)
	if i := strings.LastIndexByte(text, '/'); i > 0 {
		if id, err := ParsePosition(text[i+1:]); err == nil && strings.Contains(text[i+1:], "-") {
			return Moment{Key: Key{Stream: text[:i], ID: id}, Exact: true}, nil
		}
		return Moment{}, ErrMoment
	}
	if n, err := strconv.ParseUint(text, 10, 64); err == nil {
		if n < epochSecondsMost {
			return atTime(time.Unix(int64(n), 0)), nil
		}
		return Moment{Key: Key{ID: Position{Ms: n}}}, nil
	}
	if id, err := ParsePosition(text); err == nil {
		return Moment{Key: Key{ID: id}, Exact: text != "-" && text != "+"}, nil
	}
	ago := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(text, "-"), "ago"))
	if d, err := ParseAge(ago); err == nil {
		return atTime(now.Add(-d)), nil
	}
	if t, ok := parseClock(text, now); ok {
		return atTime(t), nil
	}
	for _, form := range dateForms {
		if t, err := time.ParseInLocation(form, text, now.Location()); err == nil {
			return atTime(t), nil
		}
	}
	if t, ok := ParseTime(text); ok {
		return atTime(t), nil
	}
	return Moment{}, ErrMoment
}

// parseClock parses a time of day and returns the most recent one, in the zone of now.
func parseClock(text string, now time.Time) (time.Time, bool) {
	for _, form := range clockForms {
		if t, err := time.ParseInLocation(form, text, now.Location()); err == nil {
			t = time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), now.Location())
			if t.After(now) {
				t = t.AddDate(0, 0, -1)
			}
			return t, true
		}
	}
	return time.Time{}, false
}

func atTime(t time.Time) Moment { return Moment{Key: Key{ID: PositionAt(t)}} }
