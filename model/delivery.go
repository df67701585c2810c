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
	default:
		return "unknown"
	}
}

// Delivery is where one entry stands, over all groups of its stream.
type Delivery struct {
	Key Key
	// Gone says that the entry is no longer in the stream, whatever the groups still hold of it.
	Gone bool
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
