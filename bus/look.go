package bus

import (
	"context"
	"net"
	"time"

	"streamdesk/bus/internal/wire"
)

// WithReadOnly makes the bus refuse everything that may change the server, with [fault.ErrReadOnly] and before anything is sent:
// publishing, consuming and every change of its [change.Writer]. [OnlyReads] sees to it on the connections, too.
func WithReadOnly() Option { return func(b *Bus) { b.conn.ReadOnly = true } }

// WithSharedReads makes all who look through the bus's [observe.Reader] share the server's answer to the same question for a
// moment after it came: many who look at the same cost the server little more than one. A change through the bus ends that at once.
func WithSharedReads(moment time.Duration) Option {
	return func(b *Bus) { b.conn.Shared.Window = moment }
}

// OnlyReads returns a dialer whose connections send only commands that change nothing. Whoever uses them, any other command is
// refused with [fault.ErrReadOnly] before it is complete, and its connection is closed. Set it as redis.Options.Dialer, or as the
// Dialer of a cluster's or Sentinel's options: what the bus makes of the client has it, too.
func OnlyReads(dial func(ctx context.Context, network, addr string) (net.Conn, error)) func(ctx context.Context, network, addr string) (net.Conn, error) {
	return wire.OnlyReads(dial)
}
