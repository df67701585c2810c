package wire

import (
	"context"

	"github.com/redis/go-redis/v9"
)

// NodeKeys are keys that one node holds.
type NodeKeys struct {
	Node Sender
	Keys []string
}

// Clustered says whether one command may only name keys of one slot.
func (c *Conn) Clustered() bool {
	_, ok := c.Client.(*redis.ClusterClient)
	return ok
}

// ByNode groups keys by the node that holds them: all of them together when there is no cluster. Keys whose node can't
// be told go to the cluster's client as a whole, which finds out or says why not.
func (c *Conn) ByNode(ctx context.Context, keys []string) []NodeKeys {
	cluster, ok := c.Client.(*redis.ClusterClient)
	if !ok || len(keys) == 0 {
		return []NodeKeys{{Node: c.Client, Keys: keys}}
	}
	var parts []NodeKeys
	index := make(map[Sender]int)
	for _, key := range keys {
		var node Sender = cluster
		if master, err := cluster.MasterForKey(ctx, key); err == nil {
			node = master
		}
		i, ok := index[node]
		if !ok {
			i = len(parts)
			index[node] = i
			parts = append(parts, NodeKeys{Node: node})
		}
		parts[i].Keys = append(parts[i].Keys, key)
	}
	return parts
}

// ReloadSlots has the clients of a cluster find out who holds which slot now: those that a failure was met on, and the
// one that the bus was given. go-redis does so by itself for MOVED only; of a node that is dead it would go on asking. It
// doesn't wait for the answer.
func (c *Conn) ReloadSlots(ctx context.Context, met ...redis.UniversalClient) {
	for _, client := range append(met, c.Client) {
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

// router is a client that finds out where a command belongs: the one that was used, unless that is of one node of a cluster.
func (c *Conn) router(used Sender) redis.UniversalClient {
	if cluster, ok := used.(*redis.ClusterClient); ok {
		return cluster
	}
	return c.Client
}

// EachMaster calls do for every server that holds keys of its own, for several at a time in a cluster, and returns the
// first error.
func (c *Conn) EachMaster(ctx context.Context, do func(context.Context, Sender) error) error {
	return eachMaster(ctx, c.Client, do)
}

func eachMaster(ctx context.Context, on redis.UniversalClient, do func(context.Context, Sender) error) error {
	each := func(ctx context.Context, node *redis.Client) error { return do(ctx, node) }
	switch client := on.(type) {
	case *redis.ClusterClient:
		return client.ForEachMaster(ctx, each)
	case *redis.Ring:
		return client.ForEachShard(ctx, each)
	default:
		return do(ctx, on)
	}
}
