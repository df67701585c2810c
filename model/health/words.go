package health

import (
	"strings"

	"streamdesk/model"
	"streamdesk/model/words"
)

// Text returns in a few words what is wrong with the group, and its stream's name without prefix. Names are not
// escaped.
func (a *Alert) Text(prefix string) string {
	return a.Group + " on " + strings.TrimPrefix(a.Stream, prefix) + ": " + a.What()
}

// What returns the group's state by the alert's number, if there is one, and the reason.
func (a *Alert) What() string {
	if a.State == KeepingUp {
		return a.Reason()
	}
	return a.State.String() + ": " + a.Reason()
}

// Reason returns the number found and its limit, in a few words. The limit is named because an alert also stands
// slightly below it.
func (a *Alert) Reason() string {
	limit := " (limit " + words.Grouped(a.Limit) + ")"
	switch a.Kind {
	case AlertPending:
		return words.Counted(a.Value) + " pending" + limit
	case AlertLag:
		return words.Counted(a.Value) + " undelivered" + limit
	case AlertOldest:
		if a.State == Stuck || a.Age == 0 {
			return "oldest untouched for " + words.Age(a.Idle) + " (limit " + words.Age(a.IdleLimit) + ")"
		}
		return "oldest pending " + words.Age(a.Age) + " (limit " + words.Age(a.AgeLimit) + ")"
	case AlertDeliveries:
		if a.Value == model.Exactly(1) {
			return "delivered once" + limit
		}
		return "delivered " + words.Counted(a.Value) + " times" + limit
	case AlertNoConsumers:
		switch {
		case !a.Value.Known:
			return "entries wait and nobody reads"
		case a.Value.N == 0:
			return "entries are pending and nobody reads"
		default:
			return words.Counted(a.Value) + " undelivered and nobody reads"
		}
	case AlertVanished:
		return "the group is gone"
	case AlertNeverDelivered:
		return words.Counted(a.Value) + " never delivered"
	default:
		return a.Kind.String()
	}
}

// Advice returns what an alert means and where to look.
func (a *Alert) Advice() string {
	switch a.Kind {
	case AlertPending:
		return "Delivered and not acknowledged: the handlers are slow, or fail."
	case AlertLag:
		return "Not delivered yet: the group reads slower than events come in."
	case AlertOldest:
		return "Held by " + a.Consumer + ": if it is at work no more, claim what it holds."
	case AlertDeliveries:
		return "The oldest pending entry, now with " + a.Consumer + ", was tried again and again: look at its payload."
	case AlertNoConsumers:
		return "Entries wait and nobody reads them: start a consumer of this group."
	case AlertVanished:
		return "It was destroyed, or lost with its data: what it hadn't acknowledged isn't delivered any more."
	case AlertNeverDelivered:
		return "Trimmed or deleted before this group had read them: whoever trims has to wait for it."
	default:
		return ""
	}
}
