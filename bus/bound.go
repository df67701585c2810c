package bus

import (
	"context"
	"net"

	"streamdesk/bus/internal/wire"
)

// DefaultMaxReply is how many bytes a reply may have: what a server lets one string have, 512 MB.
const DefaultMaxReply int64 = 512 << 20

// WithMaxReply bounds a reply of the server, and each string in it, to so many bytes on the connections that the bus makes;
// default [DefaultMaxReply]. Whatever would be larger, announces more than a million elements, is nested more than 128 deep, has
// a line of over 64 KB or is no reply of Redis at all fails with an error that says what came, before memory is set aside for
// it, and its connection is closed. For the client given to [Open], see [BoundReplies].
func WithMaxReply(bytes int64) Option { return func(b *Bus) { b.conn.MaxReply = bytes } }

// BoundReplies makes the connections of a client's dialer refuse what [WithMaxReply] speaks of: hand its result to
// redis.Options.Dialer, or that of a cluster's or Sentinel's options. bytes bounds a reply; 0 means [DefaultMaxReply].
// redis.NewDialer makes the dialer that a client has by itself.
func BoundReplies(dial func(ctx context.Context, network, addr string) (net.Conn, error), bytes int64) func(ctx context.Context, network, addr string) (net.Conn, error) {
	return wire.Bound(dial, wire.Limits{Bytes: bytes})
}
