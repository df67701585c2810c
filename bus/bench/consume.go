package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/model"
)

const (
	// rawCount is the COUNT of the raw loop's reads; a larger one gains nothing.
	rawCount = 1000
	// rawBlock is how long the raw loop's reads wait. A blocked read can't be interrupted, so it is also the max delay of an
	// interrupt.
	rawBlock = 200 * time.Millisecond
)

// fill publishes n events for a consumer to find.
func (r *run) fill(ctx context.Context, n int) error {
	return r.withBus(ctx, func(b *bus.Bus) error {
		for i := range n {
			if err := b.Publish(ctx, r.source.event(i)); err != nil {
				return err
			}
		}
		return flush(ctx, b)
	})
}

// consumeByBus consumes n events, from the start of Consume to the last confirmed ack.
func (r *run) consumeByBus(ctx context.Context, n int, t *tally) error {
	if err := r.fill(ctx, n); err != nil {
		return err
	}
	var acked, used atomic.Int64
	all := make(chan struct{})
	hooks := bus.Hooks{Acked: func(_, _ string, more int) {
		if acked.Add(int64(more)) == int64(n) {
			close(all)
		}
	}}
	return r.withBus(ctx, func(b *bus.Bus) error {
		ctx, cancel := context.WithCancel(ctx)
		ended := make(chan error, 1)
		err := t.measure(n, func() error {
			go func() {
				ended <- b.Consume(ctx, group(0), func(_ context.Context, m bus.Message) error {
					used.Add(int64(len(m.Event.WorkflowID)))
					return nil
				}, bus.WithTypes(typeNames()...))
			}()
			select {
			case <-all:
				return nil
			case err := <-ended:
				ended <- nil
				return errors.Join(err, ctx.Err(), errStopped)
			}
		})
		cancel()
		return errors.Join(err, <-ended)
	}, bus.WithHooks(hooks))
}

// errStopped means that a consumer returned too early.
var errStopped = errors.New("the consumer stopped before it had consumed everything")

func typeNames() []string {
	names := make([]string, len(types))
	for i, of := range types {
		names[i] = string(of)
	}
	return names
}

// consumeRaw consumes n events, to the last ack.
func (r *run) consumeRaw(ctx context.Context, n int, t *tally) error {
	if err := r.fill(ctx, n); err != nil {
		return err
	}
	used := 0
	return t.measure(n, func() error {
		for left := n; left > 0; {
			got, err := r.readRaw(ctx, group(0), func(e *wireEvent) { used += len(e.WorkflowID) })
			if err != nil {
				return err
			}
			left -= got
		}
		return nil
	})
}

// readRaw reads once as a consumer of a group, handles each event, acknowledges them, and returns their number: 0 when none
// came in time.
func (r *run) readRaw(ctx context.Context, group string, handle func(*wireEvent)) (int, error) {
	read, err := r.client.XReadGroup(ctx, &redis.XReadGroupArgs{
		Group: group, Consumer: "raw", Streams: r.newEntries, Count: rawCount, Block: rawBlock,
	}).Result()
	if errors.Is(err, redis.Nil) {
		return 0, ctx.Err()
	}
	if err != nil {
		return 0, err
	}
	n := 0
	pipe := r.client.Pipeline()
	for _, stream := range read {
		ids := make([]string, 0, len(stream.Messages))
		for _, m := range stream.Messages {
			var e wireEvent
			text, _ := m.Values[model.FieldData].(string)
			if err := json.Unmarshal([]byte(text), &e); err != nil {
				return n, fmt.Errorf("decode %s/%s: %w", stream.Stream, m.ID, err)
			}
			handle(&e)
			ids = append(ids, m.ID)
		}
		n += len(ids)
		pipe.XAck(ctx, stream.Stream, group, ids...)
	}
	_, err = pipe.Exec(ctx)
	return n, err
}
