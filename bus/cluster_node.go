package bus

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"
)

// ClusterNodeError is the error of [Open] for a *redis.Client whose server is one node of a Redis Cluster. Such a client
// reads only the streams of that node, and is redirected (MOVED, CROSSSLOT) for all others.
type ClusterNodeError struct {
	// Addr is the address that the client was made with.
	Addr string
	// Err is the server's refusal of the client's database; nil when the node's mode was found by asking.
	Err error
}

// Error returns the address and how to make a client of the whole cluster.
func (e *ClusterNodeError) Error() string {
	text := fmt.Sprintf("%s is one node of a cluster, whose other nodes this client doesn't see: "+
		"make the client with redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{%q}})", e.Addr, e.Addr)
	if e.Err != nil {
		text += ", without a database: " + e.Err.Error()
	}
	return text
}

// Unwrap returns Err.
func (e *ClusterNodeError) Unwrap() error { return e.Err }

// A cluster node's answers to a client that selects a database other than 0: from Redis, and from Valkey 9.0 on, where a
// cluster may have several. Any other server also gives the second answer for a database that it doesn't have.
const (
	refusedDatabase = "SELECT is not allowed in cluster mode"
	noSuchDatabase  = "DB index is out of range"
)

// asClusterNode returns a [ClusterNodeError] when client is for a single server that is a node of a cluster, and nil
// otherwise. pingErr is the error of PING. It sends HELLO, and CLUSTER MYID where HELLO is unknown or denied (Redis 5). A
// server that answers neither doesn't count as a node. Other CLUSTER subcommands don't work for this: Valkey 9.1 answers
// KEYSLOT in every mode.
func asClusterNode(ctx context.Context, client redis.UniversalClient, pingErr error) error {
	single, ok := client.(*redis.Client)
	if !ok {
		return nil
	}
	refusal := &ClusterNodeError{Addr: single.Options().Addr}
	if pingErr != nil {
		refusal.Err = pingErr
		switch text := pingErr.Error(); {
		case strings.Contains(text, refusedDatabase):
			return refusal
		case strings.Contains(text, noSuchDatabase):
			o := *single.Options()
			o.DB = 0
			single = redis.NewClient(&o)
			defer func() { _ = single.Close() }() // nothing is on its way any more
		default:
			return nil
		}
	}
	mode, err := helloMode(single.Do(ctx, "HELLO"))
	if err != nil && ctx.Err() == nil && single.Do(ctx, "CLUSTER", "MYID").Err() == nil {
		return refusal
	}
	if mode == "cluster" {
		return refusal
	}
	return nil
}

// helloMode returns the mode in an answer to HELLO, which is a map in RESP3 and a flat list in RESP2.
func helloMode(answer *redis.Cmd) (mode string, err error) {
	value, err := answer.Result()
	if err != nil {
		return "", err
	}
	switch told := value.(type) {
	case map[any]any:
		mode, _ = told["mode"].(string)
	case []any:
		for i := 0; i+1 < len(told); i += 2 {
			if told[i] == "mode" {
				mode, _ = told[i+1].(string)
			}
		}
	default:
		return "", errors.New("HELLO was answered with neither a map nor a list")
	}
	return mode, nil
}
