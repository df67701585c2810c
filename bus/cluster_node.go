package bus

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"
)

// ClusterNodeError is why [Open] refuses a *redis.Client whose server is one node of a Redis Cluster: such a client reads
// the streams of that node only, and is sent away (MOVED, CROSSSLOT) from all others.
type ClusterNodeError struct {
	// Addr is the address that the client was made with.
	Addr string
	// Err is the server's refusal of the client's database; nil when the node was asked what it is.
	Err error
}

// Error names the address, and how to make a client of the whole cluster.
func (e *ClusterNodeError) Error() string {
	text := fmt.Sprintf("%s is one node of a cluster, whose other nodes this client doesn't see: "+
		"make the client with redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{%q}})", e.Addr, e.Addr)
	if e.Err != nil {
		text += ", without a database: " + e.Err.Error()
	}
	return text
}

// Unwrap is Err.
func (e *ClusterNodeError) Unwrap() error { return e.Err }

// What a node of a cluster answers to a client that selects a database other than 0: Redis, and Valkey from 9.0 on, where a
// cluster may have several. The second is also what any other server says of a database that it doesn't have.
const (
	refusedDatabase = "SELECT is not allowed in cluster mode"
	noSuchDatabase  = "DB index is out of range"
)

// asClusterNode returns a [ClusterNodeError] for a client of a single server when that is a node of a cluster, and nil
// for any other. pingErr is what PING failed with. It sends HELLO, and CLUSTER MYID where HELLO isn't known or
// allowed (Redis 5); a server that answers neither counts as none. Other parts of CLUSTER won't do: Valkey 9.1 answers
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

// helloMode is the mode in an answer to HELLO, which is a map in RESP3 and a flat list in RESP2.
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
