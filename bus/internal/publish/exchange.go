package publish

import (
	"cmp"
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// exchange sends the first items of a batch that are not done, max most of them, in one pipeline of go-redis's. WAIT or WAITAOF
// follows on the same connection when configured.
func (l *lane) exchange(ctx context.Context, b *batch, most int) {
	b.pick(&l.idempotence, most)
	if len(b.sent) == 0 {
		return
	}
	how := &l.writer.config
	b.commands(ctx, how, &l.idempotence)
	pipe := l.conn.pipeliner()
	if err := pipe.BatchProcess(ctx, b.cmds...); err != nil {
		b.gather(err)
		return
	}
	var wait *redis.Cmd
	switch ms := how.WaitTimeout.Milliseconds(); {
	case how.LocalAOF:
		wait = pipe.Do(ctx, "waitaof", 1, how.Replicas, ms)
	case how.Replicas > 0:
		wait = pipe.Do(ctx, "wait", how.Replicas, ms)
	}
	_, err := pipe.Exec(ctx)
	if wait != nil {
		l.checkWait(b, wait) // whatever Exec says: that may be an XADD's failure, or the wait's own
	}
	b.gather(err)
}

// checkWait reads how many replicas have the batch. No answer, or one that can't be read, counts as none.
func (l *lane) checkWait(b *batch, wait *redis.Cmd) {
	how := &l.writer.config
	var err error
	switch reply := wait.Val().(type) {
	case int64:
		if reply < int64(how.Replicas) {
			err = fmt.Errorf("%w: %d of %d replicas", fault.ErrReplicas, reply, how.Replicas)
		}
	case []any: // WAITAOF: local, replicas
		local, replicas := integerAt(reply, 0), integerAt(reply, 1)
		if local < 1 || replicas < int64(how.Replicas) {
			err = fmt.Errorf("%w: fsynced here: %t, by %d of %d replicas", fault.ErrReplicas, local > 0, replicas, how.Replicas)
		}
	default:
		err = fmt.Errorf("%w: %w", fault.ErrReplicas, cmp.Or(wait.Err(), fault.ErrReply))
	}
	for _, i := range b.sent {
		b.items[i].short = err
	}
}

func integerAt(reply []any, i int) int64 {
	if i >= len(reply) {
		return 0
	}
	n, _ := reply[i].(int64)
	return n
}

// gather takes the answers from the commands of an exchange.
func (b *batch) gather(execErr error) {
	for _, c := range b.cmds {
		cmd := c.(wire.XAdd) //nolint:forcetypeassert // commands makes nothing else
		err := cmd.Err()
		if err == nil && cmd.Val() == "" {
			// go-redis doesn't send the commands when the connection's handshake was refused.
			err = &wire.HandshakeError{Err: execErr}
		}
		id, malformed := model.ParsePosition(cmd.Val())
		if err == nil && malformed != nil {
			err = fmt.Errorf("%w: %w", fault.ErrReply, malformed) // replies no longer match commands: hang up
		}
		b.answers = append(b.answers, answer{id, err})
	}
}
