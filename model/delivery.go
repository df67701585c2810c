package model

// DeliveryState is where one entry stands with one group.
type DeliveryState uint8

// What can have become of an entry in a group.
const (
	// DeliveryUnknown: the server could not be asked.
	DeliveryUnknown DeliveryState = iota
	// NotDelivered: the group hasn't come to it yet.
	NotDelivered
	// DeliveryPending: a consumer has it and has not acknowledged it.
	DeliveryPending
	// DeliveryAcked: the group is past it and it isn't pending: acknowledged, or skipped when the group's ID was set.
	DeliveryAcked
	// DeliveryGone: the entry isn't there, and the group holds nothing of it, so that nothing tells what became of it.
	DeliveryGone
	// NeverExisted: no entry of that ID was ever added.
	NeverExisted
)

// String is the state as it stands on the screen.
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

// Delivery is where one entry stands, over all groups of its stream.
type Delivery struct {
	Key Key
	// Gone says that the entry is not in the stream, whatever the groups still hold of it; Never that it never was, as far
	// as the stream's figures prove.
	Gone, Never bool
	// Groups are sorted by name.
	Groups []GroupDelivery
}

// GroupDelivery is where the entry stands with one group.
type GroupDelivery struct {
	Group string
	State DeliveryState
	// Pending is the row of the pending entries list; nil unless State is [DeliveryPending].
	Pending *Pending
}

// PendingEntry is a row of a pending entries list with the entry it stands for.
type PendingEntry struct {
	Pending
	// Entry has nil Fields unless it was asked for and is there.
	Entry Entry
	// Gone says that the entry was asked for and is no longer in the stream.
	Gone bool
}

// NeverHeld says whether the figures prove that no entry of an ID, which isn't there now, ever was: it lies behind the last ID
// generated, or the stream still holds all that was ever added to it, or nothing that was removed can have had that ID. False
// means that it can't be told.
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
	default: // what was trimmed lies before the first entry, what was deleted not behind the greatest that was
		return s.Length > 0 && id.After(s.First) && id.After(s.MaxDeleted)
	}
}
