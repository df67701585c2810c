package table

import (
	"time"

	"streamdesk/model"
)

// Seconds is a duration as JSON has it: seconds, to the millisecond.
func Seconds(d time.Duration) *float64 {
	s := float64(d.Milliseconds()) / 1000
	return &s
}

// Moment is a time as JSON has it, null when it isn't known.
func Moment(t time.Time) *model.Timestamp {
	if t.IsZero() {
		return nil
	}
	stamp := model.Timestamp(t)
	return &stamp
}

// IDOrNull is an entry ID as JSON has it, null when there is none.
func IDOrNull(p model.Position) *model.Position {
	if p.IsZero() {
		return nil
	}
	return &p
}

// TextOrNull is a text as JSON has it, null when there is none.
func TextOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
