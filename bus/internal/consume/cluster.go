package consume

import (
	"context"
	"sync"
	"time"

	"streamdesk/bus/internal/wire"
)

// clusterPool bounds the connections to one node of a cluster. A blocking read holds one per hash slot, which mostly
// means one per stream: four hundred streams on one node are more than the design's largest bus has.
const clusterPool = 400

// clusterSidePool bounds the connections of one consumer to one node for everything else: acknowledgements, recovery, sweeps.
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

// clusterLook is how often the readers are compared with the streams that discovery has found.
const clusterLook = 100 * time.Millisecond

// do sends a command of the consumer that may be repeated without harm. In a cluster it goes through a client of
// the consumer's own, which gives up on a dead node at once and is told when to look for who took over. The client that the bus
// was given makes some seconds of attempts of its own, at the node that it knew when it began.
func (c *consumer) do(ctx context.Context, args ...any) (wire.Reply, error) {
	return c.all.conn.DoOn(ctx, c.client, args...)
}

// pipeline is do for several commands in one round trip.
func (c *consumer) pipeline(ctx context.Context, commands [][]any) ([]wire.Reply, error) {
	return c.all.conn.PipelineOn(ctx, c.client, commands)
}
