package model

import (
	"errors"
	"strings"
	"time"
)

// errAfter names the forms that [ParseAfter] accepts.
var errAfter = errors.New("want 0, $, an ID, 2026-11-23T14:00:00Z or 10m ago")

// ParseAfter parses the position after which a group reads, as a person writes it: 0 for the whole stream, $ for
// entries added from now on ([MaxPosition]), an entry ID, or a time or "10m ago". After a time, every entry added since
// is delivered.
func ParseAfter(text string, now time.Time) (Position, error) {
	text = strings.TrimSpace(text)
	switch text {
	case "0":
		return Position{}, nil
	case "$":
		return MaxPosition, nil
	case "-", "+":
		return Position{}, errAfter
	}
	if id, err := ParsePosition(text); err == nil {
		return id, nil
	}
	if length, found := strings.CutSuffix(text, "ago"); found {
		age, err := ParseAge(strings.TrimSpace(length))
		if err != nil {
			return Position{}, errAfter
		}
		return PositionAt(now.Add(-age)).Prev(), nil
	}
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return PositionAt(t).Prev(), nil
	}
	return Position{}, errAfter
}
