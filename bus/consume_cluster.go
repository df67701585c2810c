package bus

import (
	"context"
	"sync"
	"time"
)

// clusterPool bounds the connections to one node of a cluster. A blocking read holds one per hash slot, which mostly
// means one per stream: four hundred streams on one node are more than the design's largest bus has.
const clusterPool = 400

// readCluster runs a reader for each hash slot that has streams: keys of different slots can't be read in one command,
// even when one node holds them.
func (c *consumer) readCluster(ctx context.Context) {
	client, owned := c.bus.deriveClient(c.options.block+readMargin, clusterPool)
	if owned {
		defer func() { _ = client.Close() }() // nothing is on its way any more
	}
	var readers sync.WaitGroup
	running := make(map[uint16]struct{})
	for ctx.Err() == nil {
		for _, s := range c.streams.all() {
			slot := keySlot(s.key)
			if _, there := running[slot]; there {
				continue
			}
			running[slot] = struct{}{}
			r := &reader{
				consumer: c, mine: func(s *stream) bool { return keySlot(s.key) == slot },
				link: blockingLink{client: client, owned: owned},
			}
			readers.Go(c.bus.Guard(func() { r.run(ctx) }))
		}
		pause(ctx, min(c.options.discovery, clusterLook))
	}
	readers.Wait() // not deferred, as in read
}

// clusterLook is how often the readers are compared with the streams that discovery has found.
const clusterLook = 100 * time.Millisecond
