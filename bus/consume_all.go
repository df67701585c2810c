package bus

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

// consumers are those of one bus.
type consumers struct {
	conn     *wire.Conn
	reader   *observe.Reader
	hooks    *report.Hooks
	counters consumeCounters

	mu      sync.Mutex
	closed  bool
	running map[*consumer]struct{}
}

// consumeCounters are what bus.Stats tells of consuming.
type consumeCounters struct {
	delivered, acked, retried, deadLettered, claimed, gone, reconnects atomic.Uint64
}

func newConsumers(conn *wire.Conn, reader *observe.Reader, hooks *report.Hooks) *consumers {
	return &consumers{conn: conn, reader: reader, hooks: hooks, running: make(map[*consumer]struct{})}
}

// run consumes until ctx is done; see [Bus.Consume]. One of h and batch is nil.
func (a *consumers) run(ctx context.Context, group string, h func(context.Context, model.Message) error, batch func(context.Context, []model.Message) error, options consumeOptions) error {
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

func (a *consumers) register(c *consumer) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return fmt.Errorf("bus: consume as %s: %w", c.group, fault.ErrClosed)
	}
	a.running[c] = struct{}{}
	return nil
}

func (a *consumers) unregister(c *consumer) {
	a.mu.Lock()
	delete(a.running, c)
	a.mu.Unlock()
	close(c.finished)
}

// notice tells the consumers of a stream that was just written to.
func (a *consumers) notice(stream string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for c := range a.running {
		c.streams.notice(stream)
	}
}

// close stops all consumers, lets none begin, and waits until they have finished or ctx is done. It returns an error for each
// that hadn't then.
func (a *consumers) close(ctx context.Context) (stuck []error) {
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
