package model

// DeliveryState is the state of one entry in one group.
type DeliveryState uint8

// States of an entry in a group.
const (
	// DeliveryUnknown: the server could not be asked.
	DeliveryUnknown DeliveryState = iota
	// NotDelivered: the group hasn't reached the entry yet.
	NotDelivered
	// DeliveryPending: a consumer holds the entry and has not acknowledged it.
	DeliveryPending
	// DeliveryAcked: the group has passed the entry and it isn't pending. It was acknowledged, or skipped when the
	// group's ID was set.
	DeliveryAcked
	// DeliveryGone: the entry is no longer in the stream and not pending in the group, so its outcome is unknown.
	DeliveryGone
	// NeverExisted: no entry with that ID was ever added.
	NeverExisted
)

// String returns the state as shown on the screen.
func (s DeliveryState) String() string {
	switch s {
	case NotDelivered:
		return "not delivered"
	case DeliveryPending:
		return "pending"
	case DeliveryAcked:
		return "acked"
	case DeliveryGone:
		return "gone"
	case NeverExisted:
		return "never existed"
	default:
		return "unknown"
	}
}

// Delivery is the state of one entry in all groups of its stream.
type Delivery struct {
	Key Key
	// Gone is true when the entry is not in the stream, even if groups still hold it as pending. Never is true when the
	// stream's figures prove that it never was.
	Gone, Never bool
	// Groups are sorted by name.
	Groups []GroupDelivery
}

// GroupDelivery is the state of the entry in one group.
type GroupDelivery struct {
	Group string
	State DeliveryState
	// Pending is the entry's row in the pending entries list; nil unless State is [DeliveryPending].
	Pending *Pending
}

// PendingEntry is a row of a pending entries list, with the entry that it refers to.
type PendingEntry struct {
	Pending
	// Entry has nil Fields unless the entry was requested and exists.
	Entry Entry
	// Gone is true when the entry was requested and is no longer in the stream.
	Gone bool
}

// NeverHeld reports whether the figures prove that an ID missing from the stream was never in it. They do when the ID
// is after the last ID generated, when the stream still holds everything ever added, or when no removed entry can have
// had that ID. False means unknown.
func (s *Stream) NeverHeld(id Position) bool {
	switch {
	case s.Missing || s.Problem != "":
		return false
	case id.After(s.Last), id.IsZero():
		return true
	case !s.EntriesAdded.Known:
		return false
	case s.EntriesAdded.N == s.Length:
		return true
	default: // trimmed IDs are before the first entry, deleted ones at most MaxDeleted
		return s.Length > 0 && id.After(s.First) && id.After(s.MaxDeleted)
	}
}
