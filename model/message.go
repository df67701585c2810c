package model

// Message is an entry on its way to a handler.
type Message struct {
	Record
	// Group and Consumer are whom it was delivered to.
	Group, Consumer string
	// Deliveries counts this delivery and those before it, by whichever consumer, as far as Redis knows of them.
	Deliveries int64
	// Redelivered says that it was delivered before: the handler may have seen it, or died with it.
	Redelivered bool
}
