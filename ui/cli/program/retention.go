package program

import (
	"streamdesk/bus/change"
	"streamdesk/model/config"
)

// Retention returns the rules of the settings for how much of streams is kept.
func Retention(settings *config.Settings) []change.Retention {
	rules := make([]change.Retention, len(settings.Retention))
	for i, r := range settings.Retention {
		rules[i] = change.Retention{Pattern: r.Pattern, MaxLength: int64(r.MaxLength), MaxAge: r.MaxAge.Std()}
	}
	return rules
}
