package consume

import (
	"context"
	"sync"
	"time"

	"streamdesk/bus/internal/wire"
)

// shard is the part of a consumer's streams that are certain to be on one node: those of one hash slot of a cluster, or all
// of a single server. A node that doesn't answer delays only its own shards.
type shard struct {
	acks *acker
	// claiming is locked from the listing or claiming of pending entries until they are in the ledger; otherwise sweep and
	// recovery would both bring the same ones.
	claiming sync.Mutex
}

// shards holds all shards of a consumer.
type shards struct {
	consumer *consumer

	mu                sync.Mutex
	bySlot            map[uint16]*shard // 0 without a cluster
	started, finished bool
	acking            sync.WaitGroup
}

// of returns the shard of a stream.
func (s *shards) of(key string) *shard {
	slot := uint16(0)
	if s.consumer.all.conn.Clustered() {
		slot = wire.KeySlot(key)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.bySlot[slot]
	if one == nil {
		one = &shard{acks: newAcker(s.consumer)}
		s.bySlot[slot] = one
		if s.started && !s.finished {
			s.acking.Go(s.consumer.all.conn.Guard(one.acks.run))
		}
	}
	return one
}

// start starts the ackers.
func (s *shards) start() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.started = true
	for _, one := range s.bySlot {
		s.acking.Go(s.consumer.all.conn.Guard(one.acks.run))
	}
}

// finish makes the ackers send their remaining acks, and waits for them.
func (s *shards) finish() {
	s.mu.Lock()
	s.finished = true
	for _, one := range s.bySlot {
		one.acks.finish()
	}
	s.mu.Unlock()
	s.acking.Wait()
}

// eachShard calls do for the streams of each shard, in a cluster concurrently, and waits. In a cluster ctx ends after the
// limit, so that a shard whose node doesn't answer delays the next round of the others by no more.
func (c *consumer) eachShard(ctx context.Context, limit time.Duration, streams []*stream, do func(context.Context, []*stream)) {
	parts := make(map[*shard][]*stream)
	for _, s := range streams {
		parts[s.shard] = append(parts[s.shard], s)
	}
	if !c.all.conn.Clustered() {
		for _, part := range parts {
			do(ctx, part)
		}
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var all sync.WaitGroup
	for _, part := range parts {
		all.Go(c.all.conn.Guard(func() { do(ctx, part) }))
	}
	all.Wait()
}
