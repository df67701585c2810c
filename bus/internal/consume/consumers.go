// Package consume reads streams as consumers of a group, passes each entry to a handler, and then acknowledges it. Package
// bus has the public part: options, handlers, documentation. Start reading at [Consumers.Run], and trace an entry from
// reader.go through ledger.go to lane.go and acker.go.
package consume

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/bus/observe"
	"streamdesk/bus/report"
	"streamdesk/model"
)

// Consumers holds the consumers of one bus and their shared parts.
type Consumers struct {
	conn   *wire.Conn
	reader *observe.Reader
	hooks  *report.Hooks
	tracer report.Tracer // nil without one
	// Counters counts the work of all consumers.
	Counters Counters
	controls controls

	mu      sync.Mutex
	closed  bool
	running map[*consumer]struct{}
}

// Counters are the counters of consuming in bus.Stats.
type Counters struct {
	Delivered, Acked, Retried, DeadLettered, Claimed, Gone, Reconnects atomic.Uint64
}

// New returns a new Consumers for a bus, with no consumer running.
func New(conn *wire.Conn, reader *observe.Reader, hooks *report.Hooks, tracer report.Tracer) *Consumers {
	return &Consumers{conn: conn, reader: reader, hooks: hooks, tracer: tracer, running: make(map[*consumer]struct{}), controls: controls{byGroup: make(map[string]*control)}}
}

// Run consumes until ctx is done; see bus.Consume. One of h and batch is nil.
func (a *Consumers) Run(ctx context.Context, group string, h func(context.Context, model.Message) error, batch func(context.Context, []model.Message) error, options Options) error {
	if err := fault.NeedContext(ctx); err != nil {
		return fmt.Errorf("bus: consume as %s: %w", group, err)
	}
	if err := options.complete(); err != nil {
		return fmt.Errorf("bus: consume as %s: %w", group, err)
	}
	if group == "" {
		return fmt.Errorf("bus: consume: %w", fault.Request("no consumer group named (give the group's name)"))
	}
	c := newConsumer(a, group, options)
	c.handle, c.handleBatch = h, batch
	return c.run(ctx)
}

func (a *Consumers) register(c *consumer) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return fmt.Errorf("bus: consume as %s: %w", c.group, fault.ErrClosed)
	}
	a.running[c] = struct{}{}
	return nil
}

func (a *Consumers) unregister(c *consumer) {
	a.mu.Lock()
	delete(a.running, c)
	a.mu.Unlock()
	close(c.finished)
}

// Notice notifies the consumers of a stream that was just written to.
func (a *Consumers) Notice(stream string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for c := range a.running {
		c.streams.notice(stream)
	}
}

// Close stops all consumers, prevents new ones, and waits until they have finished or ctx is done. It returns an error for
// each that has not finished by then.
func (a *Consumers) Close(ctx context.Context) (stuck []error) {
	a.mu.Lock()
	a.closed = true
	running := slices.Collect(maps.Keys(a.running))
	a.mu.Unlock()
	for _, c := range running {
		c.stop()
	}
	for _, c := range running {
		select {
		case <-c.finished:
		case <-ctx.Done():
			stuck = append(stuck, fmt.Errorf("bus: close: group %s: %w", c.group, fault.ErrHandlerStuck))
		}
	}
	return stuck
}
