package consume

import (
	"context"
	"sync"
	"time"

	"streamdesk/bus/internal/wire"
)

// shard is the streams of a consumer that are sure to lie on one node: those of one hash slot of a cluster, or all of a single
// server. What waits for a node that doesn't answer waits for its shards alone.
type shard struct {
	acks *acker
	// claiming is held from the listing or claiming of pending entries until they are in the ledger: sweep and recovery
	// would otherwise both bring the same ones.
	claiming sync.Mutex
}

// shards are all of a consumer's.
type shards struct {
	consumer *consumer

	mu                sync.Mutex
	bySlot            map[uint16]*shard // 0 without a cluster
	started, finished bool
	acking            sync.WaitGroup
}

// of is the one that a stream belongs to.
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

// start starts acknowledging.
func (s *shards) start() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.started = true
	for _, one := range s.bySlot {
		s.acking.Go(s.consumer.all.conn.Guard(one.acks.run))
	}
}

// finish sends the acks that are left, and waits for that.
func (s *shards) finish() {
	s.mu.Lock()
	s.finished = true
	for _, one := range s.bySlot {
		one.acks.finish()
	}
	s.mu.Unlock()
	s.acking.Wait()
}

// eachShard calls do for the streams of each shard, for all at the same time, and waits for that. In a cluster ctx ends with the
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
