package model

// Message is an entry on its way to a handler.
type Message struct {
	Record
	// Group and Consumer are those that the entry was delivered to.
	Group, Consumer string
	// Deliveries counts this delivery and the earlier ones to any consumer, as far as Redis knows.
	Deliveries int64
	// Redelivered is true when the entry was delivered before: a handler may have seen it or crashed on it.
	Redelivered bool
}
