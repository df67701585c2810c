package sink

import (
	"context"
	"errors"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/change"
)

// tidyEvery is how often abandoned names are looked for: they do no harm except to readers of the list.
const tidyEvery = time.Minute

// Tidy deletes the consumers of a group that killed or crashed processes of this host have left behind, until ctx ends. It
// deletes one when it has nothing pending: its entries were claimed by others, or by a process that came back. It looks every
// minute, and deletes with the script that spares a consumer with pending entries ([change.Writer.DeleteConsumer]).
func (s Names) Tidy(ctx context.Context, b *bus.Bus, group string) {
	ticker := time.NewTicker(tidyEvery)
	defer ticker.Stop()
	for {
		s.tidy(ctx, b, group)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// tidy looks once. What can't be read or deleted now waits for the next look.
func (s Names) tidy(ctx context.Context, b *bus.Bus, group string) {
	keys, err := b.Reader().Discover(ctx)
	if err != nil || len(keys) == 0 {
		return
	}
	snapshot, err := b.Reader().Snapshot(ctx, keys)
	if err != nil {
		return
	}
	left := map[string][]string{} // consumer → streams
	for _, stream := range snapshot.Streams {
		for _, g := range stream.Groups {
			if g.Name != group {
				continue
			}
			for _, c := range g.Consumers {
				if ours(c.Name) && c.Pending == 0 {
					left[c.Name] = append(left[c.Name], stream.Key)
				}
			}
		}
	}
	for consumer, streams := range left {
		s.remove(ctx, b, group, consumer, streams)
	}
}

// remove deletes one consumer that no process uses. It holds the name meanwhile, so that no process can take it.
func (s Names) remove(ctx context.Context, b *bus.Bus, group, consumer string, streams []string) {
	if !holds {
		return
	}
	hold, err := holdName(s.Redis, group, consumer)
	if err != nil || hold == nil {
		return
	}
	defer func() { _ = hold.Close() }() // nothing was written to it
	for _, stream := range streams {
		_, err := b.Writer().DeleteConsumer(ctx, change.DeleteConsumerRequest{Stream: stream, Group: group, Consumer: consumer})
		if err != nil && !errors.Is(err, change.ErrConsumerHasPending) {
			return
		}
	}
}
