package sink

import (
	"log/slog"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/internal/wire"
)

// Setup holds the settings that all services share.
type Setup struct {
	// Group and Consumer are the names to consume under; see [Names.Take] for the consumer's.
	Group, Consumer string
	// Types are globs of the event types to consume; empty means all.
	Types []string
	// AckWait, MaxDeliver, MaxAckPending and Concurrency are the values of [bus.WithAckWait] and its siblings; 0 means the
	// bus's default.
	AckWait                                time.Duration
	MaxDeliver, MaxAckPending, Concurrency int
	// Limit is [bus.WithLimit]; 0 leaves the group's limit alone.
	Limit float64
	// Backoff is [bus.WithBackoff]; the zero Backoff means the bus's default.
	Backoff wire.Backoff
	// Log gets the messages for the person who runs the service; nil means none are logged.
	Log *slog.Logger
}

// Logger returns Log with the group's name; it discards everything when Log is nil.
func (s Setup) Logger() *slog.Logger {
	if s.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return s.Log.With("group", s.Group)
}

// Options returns the options of [bus.Bus.Consume] for this setup, followed by more, which override them. The consumer is
// deleted from the group when it ends normally with nothing pending.
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
	if s.Limit > 0 {
		options = append(options, bus.WithLimit(s.Limit))
	}
	if s.Backoff != (wire.Backoff{}) {
		options = append(options, bus.WithBackoff(s.Backoff))
	}
	return append(options, more...)
}
