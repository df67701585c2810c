package bus

import (
	"context"

	"github.com/redis/go-redis/v9"
)

// nodeKeys are keys that one node holds.
type nodeKeys struct {
	node sender
	keys []string
}

// clustered says whether one command may only name keys of one slot.
func (c *conn) clustered() bool {
	_, ok := c.client.(*redis.ClusterClient)
	return ok
}

// byNode groups keys by the node that holds them: all of them together when there is no cluster. Keys whose node can't
// be told go to the cluster's client as a whole, which finds out or says why not.
func (c *conn) byNode(ctx context.Context, keys []string) []nodeKeys {
	cluster, ok := c.client.(*redis.ClusterClient)
	if !ok || len(keys) == 0 {
		return []nodeKeys{{node: c.client, keys: keys}}
	}
	var parts []nodeKeys
	index := make(map[sender]int)
	for _, key := range keys {
		var node sender = cluster
		if master, err := cluster.MasterForKey(ctx, key); err == nil {
			node = master
		}
		i, ok := index[node]
		if !ok {
			i = len(parts)
			index[node] = i
			parts = append(parts, nodeKeys{node: node})
		}
		parts[i].keys = append(parts[i].keys, key)
	}
	return parts
}

// reloadSlots has the clients of a cluster find out who holds which slot now: those that a failure was met on, and the
// one that the bus was given. go-redis does so by itself for MOVED only; of a node that is dead it would go on asking. It
// doesn't wait for the answer.
func (c *conn) reloadSlots(ctx context.Context, met ...redis.UniversalClient) {
	for _, client := range append(met, c.client) {
		if cluster, ok := client.(*redis.ClusterClient); ok {
			cluster.ReloadState(ctx)
		}
	}
}

// noticeLost reloads the slots when a command failed without an answer from a server: its node may be dead.
func (c *conn) noticeLost(ctx context.Context, met sender, err error) {
	if err == nil || !c.clustered() || ctx.Err() != nil || serverErrorWord(err) != "" && !passing(err) {
		return
	}
	c.reloadSlots(ctx, c.router(met))
}

// router is a client that finds out where a command belongs: the one that was used, unless that is of one node of a cluster.
func (c *conn) router(used sender) redis.UniversalClient {
	if cluster, ok := used.(*redis.ClusterClient); ok {
		return cluster
	}
	return c.client
}
