package bus

import (
	"context"
	"net"

	"streamdesk/bus/internal/wire"
)

// DefaultMaxReply is the default max size of a reply in bytes: 512 MB, the max size of one string on a server.
const DefaultMaxReply int64 = 512 << 20

// WithMaxReply sets the max size in bytes of a reply, and of each string in it, on the connections that the bus makes;
// default [DefaultMaxReply]. A reply fails when it is larger, announces more than a million elements, is nested more than 128
// deep, has a line of over 64 KB or isn't a Redis reply at all. The error says what came. No memory is allocated for the
// reply, and its connection is closed. For the client given to [Open], see [BoundReplies].
func WithMaxReply(bytes int64) Option { return func(b *Bus) { b.conn.MaxReply = bytes } }

// BoundReplies returns a dialer whose connections refuse the replies that [WithMaxReply] describes. Set it as
// redis.Options.Dialer, or as the Dialer of a cluster's or Sentinel's options. bytes is the max size of a reply; 0 means
// [DefaultMaxReply]. redis.NewDialer returns go-redis's default dialer.
func BoundReplies(dial func(ctx context.Context, network, addr string) (net.Conn, error), bytes int64) func(ctx context.Context, network, addr string) (net.Conn, error) {
	return wire.Bound(dial, wire.Limits{Bytes: bytes})
}
