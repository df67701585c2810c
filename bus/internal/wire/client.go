package wire

import (
	"context"
	"net"

	"github.com/redis/go-redis/v9"
)

// Sender is a client, or one node of a cluster.
type Sender interface {
	Process(ctx context.Context, cmd redis.Cmder) error
	Pipeline() redis.Pipeliner
}

// Client is what the bus's structs hold of a go-redis client or connection, and never its type: what a struct holds is read by
// the compiler in every package that the struct gets to. A *redis.Client brings some 1,500 methods that are compiled there
// anew, two seconds and nine megabytes for each package that uses a Bus or a Reader. Who needs the type asks for it
// where it is used (client.(*redis.ClusterClient)), in a function rather than a method: a struct holds its methods too.
// TestClientsAreHeldByTheirInterface finds where one is held.
type Client interface {
	Sender
	TxPipeline() redis.Pipeliner
	Close() error
}

// follower is what makes the connections of the bus's own clients leave a server that isn't a master any more.
type follower interface {
	close(ctx context.Context)
}

// dialFunc makes a connection.
type dialFunc = func(ctx context.Context, network, addr string) (net.Conn, error)

// Unblocker ends a read that is blocked on a connection of its node.
type Unblocker interface {
	ClientUnblock(ctx context.Context, id int64) *redis.IntCmd
}

// Connect returns a connection of its own to a client's server, which is closed rather than given back; nil when the client
// isn't one of a single server. It isn't inlined, for the reason of [Client].
//
//go:noinline
func Connect(client Client) Client {
	if single, ok := client.(*redis.Client); ok {
		return single.EphemeralConn()
	}
	return nil
}

// ConnectTo is [Connect] for the node that holds key, which it returns too. Both are nil with an unknown kind of client.
func ConnectTo(ctx context.Context, client Client, key string) (Client, Unblocker, error) {
	switch client := client.(type) {
	case *redis.Client:
		conn := client.EphemeralConn()
		return conn, client, nil
	case *redis.ClusterClient:
		master, err := client.MasterForKey(ctx, key)
		if err != nil {
			return nil, nil, err
		}
		conn := master.EphemeralConn()
		return conn, master, nil
	default:
		return nil, nil, nil
	}
}
