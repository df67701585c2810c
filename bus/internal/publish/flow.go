package publish

import (
	"context"

	"streamdesk/bus/internal/wire"
)

// flow publishes batch after batch on a connection that has no trouble. While the server works on one, the next is written
// already when it is full, so that the server never waits for the lane; two are on their way, and the lane's order is theirs.
// One that isn't full waits for the replies, and grows meanwhile.
//
// Nobody hears of a refusal before all that was written is answered: who makes room then doesn't let the end of it overtake
// its beginning. After trouble the batches on their way are one, which is published like one that was sent alone.
func (l *lane) flow(b *batch) {
	life := l.writer.life
	l.watch.Begin()
	l.write(life, b, len(b.items))
	for b != nil {
		var next *batch
		if !b.answered() {
			next = l.full()
		}
		if next != nil {
			l.write(life, next, len(next.items))
		}
		if !l.read(life, b) && next != nil {
			l.read(life, next)
		}
		if trouble := l.settle(b); trouble != nil {
			l.regroup(b, next, trouble)
			return
		}
		l.fine()
		l.finish(b)
		if b = next; b != nil {
			l.watch.Begin()
		}
	}
}

// regroup goes on with the batches that were on their way; next may be nil. The first one's answers have shown trouble.
func (l *lane) regroup(b, next *batch, trouble error) {
	if next != nil {
		if more := l.settle(next); more != nil && wire.ErrorWord(trouble) == "OOM" {
			trouble = more // such as the connection's end
		}
		b.join(next)
	}
	l.part(l.writer.life, trouble)
	l.persist(b, trouble)
	l.finish(b)
}

// flows reports whether batches can be sent by flow: the connection is there, and nothing is sent after a batch but the next.
func (l *lane) flows() bool { return l.conn.line != nil }

// full takes the next batch when it is full; nil when it isn't.
func (l *lane) full() *batch {
	l.writer.mu.Lock()
	defer l.writer.mu.Unlock()
	if len(l.queue) == 0 || len(l.queue) == 1 && l.queue[0].takes(0) {
		return nil
	}
	return l.take()
}

// write writes the first items of a batch that are not done, max most of them, to the connection's line.
func (l *lane) write(ctx context.Context, b *batch, most int) {
	b.pick(&l.idempotence, most)
	l.out = l.out[:0]
	for _, i := range b.sent {
		l.args = b.appendXAdd(l.args[:0], i, &l.writer.config, &l.idempotence, &l.payload, &l.serial)
		l.out = wire.AppendCommand(l.out, l.args)
	}
	b.broken = nil
	if len(l.out) > 0 {
		b.broken = l.conn.line.Write(ctx, l.out)
	}
	if cap(l.out) > keptArena {
		l.out = nil
	}
}

// read reads the answers to what was written of a batch, once, and reports whether each is an ID.
func (l *lane) read(ctx context.Context, b *batch) bool {
	if b.answered() {
		return true
	}
	line, all := l.conn.line, true
	line.Await(ctx)
	for range b.sent {
		a := answer{err: b.broken}
		if a.err == nil {
			a.id, a.err = line.ID()
		}
		all = all && a.err == nil
		b.answers = append(b.answers, a)
	}
	return all
}
