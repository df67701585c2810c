package wire

import (
	"context"
	"errors"
	"os"
	"sync/atomic"

	"github.com/redis/go-redis/v9"
)

// Clustered reports whether the keys of one command must be in one slot. It isn't inlined, for the reason of [Client].
//
//go:noinline
func (c *Conn) Clustered() bool {
	_, ok := c.Client.(*redis.ClusterClient)
	return ok
}

// ReloadSlots makes a cluster's clients reload which node has which slot: the clients on which a failure occurred, and the
// one that the bus was given. go-redis does that only for MOVED; it would go on asking a dead node. ReloadSlots doesn't wait
// for the answer.
func (c *Conn) ReloadSlots(ctx context.Context, met ...Sender) {
	for _, client := range append(met, c.Client, c.looking()) {
		if cluster, ok := client.(*redis.ClusterClient); ok {
			cluster.ReloadState(ctx)
		}
	}
}

// noticeLost reloads the slots when a command failed without an answer from a server: its node may be dead.
func (c *Conn) noticeLost(ctx context.Context, met Sender, err error) {
	if err == nil || !c.Clustered() || ctx.Err() != nil || ErrorWord(err) != "" && !Passing(err) {
		return
	}
	c.ReloadSlots(ctx, c.router(met))
}

// router returns a client that finds the node for a command: the one that was used, unless that is of one node of a cluster.
func (c *Conn) router(used Sender) Sender {
	if cluster, ok := used.(*redis.ClusterClient); ok {
		return cluster
	}
	return c.looking()
}

// eachMaster calls do for every server that holds keys, in a cluster for several at a time, and returns the first error. A
// cluster's client first asks any node for the current masters. When that node is frozen, the masters known before are used;
// when there are none, another node is asked.
func eachMaster(ctx context.Context, on Sender, do func(context.Context, Sender) error) error {
	switch client := on.(type) {
	case *redis.ClusterClient:
		var begun atomic.Bool
		each := func(_ context.Context, node *redis.Client) error {
			begun.Store(true)
			return do(ctx, node)
		}
		for attempt := 1; ; attempt++ {
			asking, cancel := context.WithTimeout(ctx, mastersAsked)
			err := client.ForEachMaster(asking, each)
			late := asking.Err() != nil || errors.Is(err, os.ErrDeadlineExceeded) // a connection's deadline may be seen before the context's
			cancel()
			if !late || begun.Load() || ctx.Err() != nil || attempt == maxMastersAsked {
				return err
			}
		}
	case *redis.Ring:
		return client.ForEachShard(ctx, func(ctx context.Context, node *redis.Client) error { return do(ctx, node) })
	default:
		return do(ctx, on)
	}
}
