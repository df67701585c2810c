package dialog

import (
	"strings"

	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/widget"
)

// AlertText says in a few words what is wrong with which group of which stream; prefix is left out of its name.
func AlertText(a *model.Alert, prefix string) string {
	return widget.Clean(a.Group + " on " + strings.TrimPrefix(a.Stream, prefix) + ": " + alertText(a))
}

// alertText says in a few words what is wrong. The limit is named as such: an alert stands a little below it, too.
func alertText(a *model.Alert) string {
	limit := " (limit " + words.Grouped(a.Limit) + ")"
	switch a.Kind {
	case model.AlertPending:
		return words.Counted(a.Value) + " pending" + limit
	case model.AlertLag:
		return words.Counted(a.Value) + " undelivered" + limit
	case model.AlertOldest:
		return "oldest pending " + words.Age(a.Age) + " (limit " + words.Age(a.AgeLimit) + ")"
	case model.AlertDeliveries:
		return "delivered " + words.Counted(a.Value) + " times" + limit
	case model.AlertNoConsumers:
		if !a.Value.Known {
			return "no consumers, and entries wait"
		}
		return "no consumers, " + words.Counted(a.Value) + " waiting"
	case model.AlertVanished:
		return "the group is gone"
	case model.AlertNeverDelivered:
		return words.Counted(a.Value) + " never delivered"
	default:
		return a.Kind.String()
	}
}

// alertAdvice says what an alert means, and where to look.
func alertAdvice(a *model.Alert) string {
	switch a.Kind {
	case model.AlertPending:
		return "Delivered and not acknowledged: the handlers are slow, or fail."
	case model.AlertLag:
		return "Not delivered yet: the group reads slower than events come in."
	case model.AlertOldest:
		return "Held by " + a.Consumer + ": if it is at work no more, claim what it holds."
	case model.AlertDeliveries:
		return "The oldest pending entry, now with " + a.Consumer + ", was tried again and again: look at its payload."
	case model.AlertNoConsumers:
		return "Entries wait and nobody reads them: start a consumer of this group."
	case model.AlertVanished:
		return "It was destroyed, or lost with its data: what it hadn't acknowledged isn't delivered any more."
	case model.AlertNeverDelivered:
		return "Trimmed or deleted before this group had read them: whoever trims has to wait for it."
	default:
		return ""
	}
}
