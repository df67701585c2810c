package redistest

import (
	"context"
	"strconv"
	"strings"
	"testing"
)

// awaitEpochs returns once every node knows the config epoch of every other.
//
// A node that takes over a slot claims it with an epoch above all that it knows. When another epoch hasn't reached it yet
// (Redis 6.0 tells its own with the next heartbeat, up to some seconds later), its claim is the older one: the third node makes it
// give the slot back, with its keys, and from then on the two redirect clients to each other for ever. Hence the epochs are
// waited for before a slot is moved, and a node whose epoch isn't known is made to send it.
func (c *Cluster) awaitEpochs(t testing.TB) {
	t.Helper()
	ctx := t.Context()
	if !holdsWithin(formTimeout, func() bool {
		known := true
		for _, node := range c.Nodes {
			own, id := node.configEpoch(ctx), node.probe().ClusterMyID(ctx).Val()
			for _, other := range c.Nodes {
				if other != node && other.epochOf(ctx, id) != own {
					known = false
					// A node that is known already takes a MEET as a heartbeat.
					_ = node.probe().ClusterMeet(ctx, "127.0.0.1", strconv.Itoa(other.Port())).Err()
				}
			}
		}
		return known
	}) {
		t.Fatalf("redistest: the nodes did not learn each other's epochs within %s", formTimeout)
	}
}

// configEpoch returns the node's own config epoch, and "" when it doesn't answer.
func (s *Server) configEpoch(ctx context.Context) string {
	for line := range strings.Lines(s.probe().ClusterInfo(ctx).Val()) {
		if epoch, ok := strings.CutPrefix(line, "cluster_my_epoch:"); ok {
			return strings.TrimSpace(epoch)
		}
	}
	return ""
}

// epochOf returns the config epoch of the node with id as s knows it, and "?" when it doesn't know the node.
func (s *Server) epochOf(ctx context.Context, id string) string {
	const epochField = 6
	for line := range strings.Lines(s.probe().ClusterNodes(ctx).Val()) {
		if fields := strings.Fields(line); len(fields) > epochField && fields[0] == id {
			return fields[epochField]
		}
	}
	return "?"
}
