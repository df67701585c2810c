package dialog

import (
	"errors"
	"strings"
	"time"

	"streamdesk/model"
)

// errWhere says what a group's position can be.
var errWhere = errors.New("want 0, $, an ID, 2026-11-23T14:00:00Z or 10m ago")

// parseWhere reads the position after which a group goes on: 0 for the whole stream, $ for what is added from now on, an
// entry ID, or a time, of which everything that was added since is to be delivered.
func parseWhere(text string, now time.Time) (model.Position, error) {
	text = strings.TrimSpace(text)
	switch text {
	case "0":
		return model.Position{}, nil
	case "$":
		return model.MaxPosition, nil
	case "-", "+":
		return model.Position{}, errWhere
	}
	if id, err := model.ParsePosition(text); err == nil {
		return id, nil
	}
	if length, found := strings.CutSuffix(text, "ago"); found {
		age, err := model.ParseAge(strings.TrimSpace(length))
		if err != nil {
			return model.Position{}, errWhere
		}
		return model.PositionAt(now.Add(-age)).Prev(), nil
	}
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return model.PositionAt(t).Prev(), nil
	}
	return model.Position{}, errWhere
}

// where is a position as a person has put it, settled when it was typed: "10m ago" doesn't move on with the clock.
type where struct {
	text string
	at   model.Position
	err  error
}

// settle reads the text when it is another than before.
func (w *where) settle(text string, now time.Time) {
	if text != w.text || text == "" {
		w.text = text
		w.at, w.err = parseWhere(text, now)
	}
}
