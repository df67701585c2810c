package health

import (
	"time"

	"streamdesk/model"
	"streamdesk/model/words"
)

// PauseReason says who paused a group, since when, for how long it still lasts, and why: "by ann for 12m, 48m more: the
// database is moved". What isn't known is left out.
func PauseReason(p *model.Pause, now time.Time) string {
	text := "by a person"
	if p.By != "" {
		text = "by " + p.By
	}
	if !p.Since.IsZero() {
		text += " for " + words.Age(max(now.Sub(p.Since), 0))
	}
	if p.Until.IsZero() {
		text += ", without an end"
	} else {
		text += ", " + words.Age(max(p.Until.Sub(now), 0)) + " more"
	}
	if p.Why != "" {
		text += ": " + p.Why
	}
	return text
}
