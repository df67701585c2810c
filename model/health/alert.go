package health

import (
	"cmp"
	"strings"
	"time"

	"streamdesk/model"
)

// Kind is what is wrong with a group.
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
	// AlertNoConsumers: entries wait and nobody is there to read them.
	AlertNoConsumers
	// AlertVanished: the group was there, and is no more, on a stream that still is.
	AlertVanished
	// AlertNeverDelivered: entries were trimmed or deleted before the group had read them.
	AlertNeverDelivered
)

// String is the kind as it stands in lists.
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

// Alert is one thing that is wrong with one group, as it was when it was last looked at.
type Alert struct {
	Kind          Kind
	Stream, Group string
	// Entry is the oldest pending entry and Consumer who holds it, where the alert is about that.
	Entry    model.Position
	Consumer string
	// Value is what was found and Limit what it is measured by: entries or deliveries. Both are zero where nothing is
	// counted.
	Value model.Count
	Limit int64
	// Age and Idle, with their limits, are the same for AlertOldest, which counts nothing. An age that isn't known is 0.
	Age, AgeLimit, Idle, IdleLimit time.Duration
	// State is what the number makes of its group: [KeepingUp] when it is back within its limit and the alert about to
	// end, and for a kind that tells of what is over.
	State State
	// Since is the server's clock at the snapshot that raised it. Began is when it came to that, which the age of an entry
	// tells, or for how long nobody has touched it; of anything else it is Since.
	Since, Began time.Time
	// Ended is the server's clock at the snapshot that it doesn't stand in any more; zero while it stands.
	Ended time.Time
}

// For is for how long it has been so by now, or had been when it ended.
func (a *Alert) For(now time.Time) time.Duration {
	if !a.Ended.IsZero() {
		now = a.Ended
	}
	return max(now.Sub(a.Began), 0)
}

// over is for how long the age or the idle time has been above its limit by now, the longer of the two.
func (a *Alert) over() (d time.Duration) {
	if a.AgeLimit > 0 && a.Age > a.AgeLimit {
		d = a.Age - a.AgeLimit
	}
	if a.IdleLimit > 0 && a.Idle > a.IdleLimit {
		d = max(d, a.Idle-a.IdleLimit)
	}
	return d
}

// Same says whether two alerts tell of the same fault of the same group.
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
