package pane

import (
	"time"

	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/model/words"
	"streamdesk/ui/theme"
)

// StateInk returns the ink of a group's state.
func StateInk(t *theme.Theme, s health.State) theme.Ink {
	switch s {
	case health.KeepingUp:
		return t.Good
	case health.Poison, health.Stuck, health.NoConsumers:
		return t.Bad
	default:
		return t.Warn
	}
}

// Oldest returns the age of a group's oldest pending entry: "-" when nothing is pending, "?" when its ID has no date.
func Oldest(g *model.Group, now time.Time) string {
	if age, ok := g.OldestAge(now); ok {
		return words.Age(age)
	} else if g.Oldest != nil {
		return "?"
	}
	return "-"
}
