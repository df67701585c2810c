package health

import (
	"cmp"
	"strings"
	"time"

	"streamdesk/model"
)

// Kind is the kind of problem that a group has.
type Kind uint8

// Kinds of alerts.
const (
	// AlertPending: too many entries are delivered and not acknowledged.
	AlertPending Kind = iota
	// AlertLag: too many entries wait to be delivered.
	AlertLag
	// AlertOldest: the oldest pending entry is too old, or was untouched for too long.
	AlertOldest
	// AlertDeliveries: the oldest pending entry was delivered too often.
	AlertDeliveries
	// AlertNoConsumers: entries wait and the group has no consumer to read them.
	AlertNoConsumers
	// AlertVanished: the group no longer exists, but its stream does.
	AlertVanished
	// AlertNeverDelivered: entries were trimmed or deleted before the group had read them.
	AlertNeverDelivered
)

// String returns the kind as shown in lists.
func (k Kind) String() string {
	switch k {
	case AlertPending:
		return "pending"
	case AlertLag:
		return "lag"
	case AlertOldest:
		return "oldest"
	case AlertDeliveries:
		return "deliveries"
	case AlertNoConsumers:
		return "no consumers"
	case AlertVanished:
		return "vanished"
	case AlertNeverDelivered:
		return "never delivered"
	default:
		return "unknown"
	}
}

// Alert is one problem of one group, as of its last review.
type Alert struct {
	Kind          Kind
	Stream, Group string
	// Entry is the oldest pending entry and Consumer its holder, when the alert is about that.
	Entry    model.Position
	Consumer string
	// Value is the number found and Limit its limit, in entries or deliveries. Both are zero when nothing is counted.
	Value model.Count
	Limit int64
	// Age and Idle, with their limits, are the same for AlertOldest, which counts nothing. An age that isn't known is 0.
	Age, AgeLimit, Idle, IdleLimit time.Duration
	// State is the group's state by this number. It is [KeepingUp] when the number is back within its limit and the
	// alert about to end, and for kinds that report a past event.
	State State
	// Since is the server's clock at the snapshot that raised it. Began is when the problem began, computed from an
	// entry's age or idle time; for other kinds it is Since.
	Since, Began time.Time
	// Ended is the server's clock at the first snapshot without the alert; zero while it stands.
	Ended time.Time
}

// For returns how long the problem has lasted until now, or until it ended.
func (a *Alert) For(now time.Time) time.Duration {
	if !a.Ended.IsZero() {
		now = a.Ended
	}
	return max(now.Sub(a.Began), 0)
}

// over returns how long the age or the idle time has been above its limit, the longer of the two.
func (a *Alert) over() (d time.Duration) {
	if a.AgeLimit > 0 && a.Age > a.AgeLimit {
		d = a.Age - a.AgeLimit
	}
	if a.IdleLimit > 0 && a.Idle > a.IdleLimit {
		d = max(d, a.Idle-a.IdleLimit)
	}
	return d
}

// Same reports whether two alerts are about the same problem of the same group.
func (a *Alert) Same(b *Alert) bool { return compareAlerts(a, b) == 0 }

// compareAlerts orders by stream, group and kind.
func compareAlerts(a, b *Alert) int {
	if c := strings.Compare(a.Stream, b.Stream); c != 0 {
		return c
	}
	if c := strings.Compare(a.Group, b.Group); c != 0 {
		return c
	}
	return cmp.Compare(a.Kind, b.Kind)
}
