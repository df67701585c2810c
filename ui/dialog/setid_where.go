package dialog

import (
	"time"

	"streamdesk/model"
)

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
		w.at, w.err = model.ParseAfter(text, now)
	}
}
