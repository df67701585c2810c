// Package sink is what the consumer groups of a HyperAgent system have in common: the contract between a service that
// works as one of them and the program that runs it, what it is told about consuming, and its name in the group. Each
// group has a package of its own below (websocket, database, metrics, logfile); keeping one at
// work is [Worker]'s; listening and answering for their health is the program's. Start reading at [Service].
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

// Service works as one consumer of a group. What makes one opens its store and checks its settings, so that everything
// that is wrong with them is said before an event is read; who calls it knows where the settings were written.
type Service interface {
	// Name is the group's name; logs and health reports call the service so.
	Name() string
	// Run consumes until ctx ends, then finishes what it has in hand, sends the acks and returns nil; an error is
	// something that time doesn't mend. A store that goes away is none: the events stay pending, Run tries again with
	// growing pauses, and Health says so. Goroutines of its own are of a [Crew]. It may be called again when it has returned.
	Run(ctx context.Context, b *bus.Bus) error
	// Health is nil while the store can be reached, and otherwise says what is wrong. It may be called at any time, from
	// any goroutine, and answers at once.
	Health() error
	// Close releases what was opened; after Run, or in place of it.
	Close() error
}

// Observer is a [Service] that wants to be told what the bus does. Its hooks are handed to [bus.Open] before Run.
type Observer interface {
	Hooks() bus.Hooks
}

// Web is a [Service] that answers HTTP requests, by patterns as [http.ServeMux] reads them. They are answered from
// before Run until after it.
type Web interface {
	Routes() map[string]http.Handler
}

// Reopener is a [Service] that writes a file which somebody may move away: Reopen has it opened anew (SIGHUP).
type Reopener interface {
	Reopen() error
}
