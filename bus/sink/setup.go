package sink

import (
	"log/slog"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/internal/wire"
)

// Setup is what every service is told, beside its own options.
type Setup struct {
	// Group and Consumer are the names under which it consumes; see [Names.Take] for the consumer's.
	Group, Consumer string
	// Types are globs of the event types to consume; empty means all.
	Types []string
	// AckWait, MaxDeliver, MaxAckPending and Concurrency are those of [bus.WithAckWait] and the others; 0 means the
	// bus's default.
	AckWait                                time.Duration
	MaxDeliver, MaxAckPending, Concurrency int
	// Backoff is [bus.WithBackoff]; the zero Backoff means the bus's default.
	Backoff wire.Backoff
	// Log is told what a person who runs the service wants to know; nil means nobody is.
	Log *slog.Logger
}

// Logger is Log with the group's name, or one that writes nowhere.
func (s Setup) Logger() *slog.Logger {
	if s.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return s.Log.With("group", s.Group)
}

// Options are those of [bus.Bus.Consume] for this setup, followed by more, which go before them. The consumer is
// deleted from the group when it ends in good order with nothing pending.
func (s Setup) Options(more ...bus.ConsumeOption) []bus.ConsumeOption {
	options := []bus.ConsumeOption{bus.WithLeave()}
	if len(s.Types) > 0 {
		options = append(options, bus.WithTypes(s.Types...))
	}
	if s.Consumer != "" {
		options = append(options, bus.WithConsumer(s.Consumer))
	}
	if s.AckWait > 0 {
		options = append(options, bus.WithAckWait(s.AckWait))
	}
	if s.MaxDeliver > 0 {
		options = append(options, bus.WithMaxDeliver(s.MaxDeliver))
	}
	if s.MaxAckPending > 0 {
		options = append(options, bus.WithMaxAckPending(s.MaxAckPending))
	}
	if s.Concurrency > 0 {
		options = append(options, bus.WithConcurrency(s.Concurrency))
	}
	if s.Backoff != (wire.Backoff{}) {
		options = append(options, bus.WithBackoff(s.Backoff))
	}
	return append(options, more...)
}
