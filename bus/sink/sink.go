// Package sink is what the consumer groups of a HyperAgent system share: the contract between a service that works as one of
// them and the program that runs it, the consuming settings, and the name in the group. Each kind of service
// has a package of its own below (websocket, database, metrics, logfile, execute, post). [Worker] keeps one running; the
// program listens and reports their health. Start reading at [Service].
package sink

import (
	"context"
	"net/http"

	"streamdesk/bus"
)

// The consumer groups.
const (
	WebsocketWorkers  = "websocket_workers"
	DBWriters         = "db_writers"
	MetricsCollectors = "metrics_collectors"
	LogAggregators    = "log_aggregators"
)

// Service works as one consumer of a group. Its constructor opens the store and checks the settings, so that every mistake in
// them is reported before an event is read. The caller knows where the settings were written.
type Service interface {
	// Name returns the group's name; logs and health reports use it for the service.
	Name() string
	// Run consumes until ctx ends, then finishes the events in hand, sends the acks and returns nil. It returns an error only
	// for a fault that doesn't pass by itself. When the store goes away, events stay pending, Run retries with growing
	// pauses, and Health reports it. Its goroutines belong to a [Crew]. Run may be called again after it has returned.
	Run(ctx context.Context, b *bus.Bus) error
	// Health returns nil while the store can be reached, and otherwise what is wrong. It may be called at any time, from any
	// goroutine, and doesn't block.
	Health() error
	// Close releases what was opened. It is called after Run, or instead of it.
	Close() error
}

// Observer is a [Service] that observes what the bus does. Its hooks go to [bus.Open] before Run.
type Observer interface {
	Hooks() bus.Hooks
}

// Web is a [Service] that answers HTTP requests, by patterns of [http.ServeMux]. They are served from before Run until after
// it.
type Web interface {
	Routes() map[string]http.Handler
}

// Reopener is a [Service] that writes a file which may be moved away: Reopen opens it anew (SIGHUP).
type Reopener interface {
	Reopen() error
}
