package websocket

import (
	"context"
	"errors"
	"time"

	"streamdesk/bus"
	"streamdesk/model"
)

const (
	// goneAfter is how long an entry may be missing from the broadcast before its stream is checked: by then it may have been
	// trimmed or deleted before its broadcast.
	goneAfter = 500 * time.Millisecond
	// drainWait is how long the broadcast has to reach the delivered entries when the service stops.
	drainWait = 2 * time.Second
)

var errNotBroadcast = errors.New("not broadcast before the end")

// confirmation lets the group's entries be acknowledged after their broadcast.
type confirmation struct {
	service  *Service
	bus      *bus.Bus
	stopping context.Context
}

// confirm returns nil once the broadcast has passed all messages. While the streams can't be read it waits, and the entries
// stay pending.
func (c confirmation) confirm(ctx context.Context, messages []bus.Message) error {
	for i := range messages {
		if err := c.await(ctx, messages[i].Key()); err != nil {
			return bus.RetryAfter(0, err)
		}
	}
	return nil
}

func (c confirmation) await(ctx context.Context, key model.Key) error {
	passed, moved := c.service.hub.passed(key)
	if passed {
		return nil
	}
	looked := time.NewTimer(goneAfter)
	defer looked.Stop()
	stopping := c.stopping.Done()
	drained := time.NewTimer(time.Hour) // set when the service stops
	defer drained.Stop()
	for !passed {
		select {
		case <-moved:
		case <-looked.C:
			if entries, err := c.bus.Reader().Range(ctx, key.Stream, key.ID, key.ID, 1); err == nil && len(entries) == 0 {
				return nil // nobody can broadcast it any more
			}
			looked.Reset(goneAfter)
		case <-stopping:
			stopping = nil
			drained.Reset(drainWait)
		case <-drained.C:
			if stopping == nil {
				return errNotBroadcast
			}
		case <-ctx.Done():
			return ctx.Err()
		}
		passed, moved = c.service.hub.passed(key)
	}
	return nil
}
