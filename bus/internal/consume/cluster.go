package consume

import (
	"context"
	"sync"
	"time"

	"streamdesk/bus/internal/wire"
)

// clusterPool is the max number of connections to one node of a cluster. A blocking read uses one per hash slot, which mostly
// means one per stream: four hundred streams on one node are more than the design's largest bus has.
const clusterPool = 400

// clusterSidePool is the max number of connections of one consumer to one node for everything else: acks, recovery, sweeps.
const clusterSidePool = 16

// readCluster runs a reader for each hash slot that has streams: keys of different slots can't be read in one command,
// even when one node holds them.
func (c *consumer) readCluster(ctx context.Context) {
	client, owned := c.all.conn.DeriveClient(c.options.Block+wire.ReadMargin, clusterPool)
	if owned {
		defer func() { _ = client.Close() }() // nothing is on its way any more
	}
	var readers sync.WaitGroup
	running := make(map[uint16]struct{})
	for ctx.Err() == nil {
		for _, s := range c.streams.all() {
			slot := wire.KeySlot(s.key)
			if _, there := running[slot]; there {
				continue
			}
			running[slot] = struct{}{}
			r := &reader{
				consumer: c, mine: func(s *stream) bool { return wire.KeySlot(s.key) == slot },
				link: blockingLink{client: client, owned: owned},
			}
			readers.Go(c.all.conn.Guard(func() { r.run(ctx) }))
		}
		wire.Pause(ctx, min(c.options.Discovery, clusterLook))
	}
	readers.Wait() // not deferred, as in read
}

// clusterLook is how often new streams from discovery are checked for slots without a reader.
const clusterLook = 100 * time.Millisecond

// do sends a command of the consumer that can be repeated safely. In a cluster it uses the consumer's own client, which gives
// up on a dead node at once and is told when to look for its replacement. The bus's client would retry for some seconds at
// the node that it knew at the start.
func (c *consumer) do(ctx context.Context, args ...any) (wire.Reply, error) {
	return c.all.conn.DoOn(ctx, c.client, args...)
}

// pipeline is do for several commands in one round trip.
func (c *consumer) pipeline(ctx context.Context, commands [][]any) ([]wire.Reply, error) {
	return c.all.conn.PipelineOn(ctx, c.client, commands)
}
