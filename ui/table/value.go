package table

import (
	"time"

	"streamdesk/model"
)

// Seconds returns a duration for JSON: in seconds, to the millisecond.
func Seconds(d time.Duration) *float64 {
	s := float64(d.Milliseconds()) / 1000
	return &s
}

// Moment returns a time for JSON; nil (null) when it isn't known.
func Moment(t time.Time) *model.Timestamp {
	if t.IsZero() {
		return nil
	}
	stamp := model.Timestamp(t)
	return &stamp
}

// IDOrNull returns an entry ID for JSON; nil (null) when there is none.
func IDOrNull(p model.Position) *model.Position {
	if p.IsZero() {
		return nil
	}
	return &p
}

// TextOrNull returns a text for JSON; nil (null) when there is none.
func TextOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
