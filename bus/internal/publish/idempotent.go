package publish

import (
	"context"
	"crypto/rand"
	"strconv"
	"time"

	"streamdesk/bus/internal/wire"
)

// idempotence makes XADD repeatable on a server that has IDMP (Redis 8.6): it remembers the IDs that a producer gave
// its entries, and answers one that it has seen with the entry it made of it then, instead of another. What the writer
// calls an entry is a number of its own and not the event's ID: to publish an event twice on purpose stays possible.
//
// The server remembers so many IDs of a producer in a stream (stream-idmp-maxsize, 100 unless told) for so long
// (stream-idmp-duration, 100 seconds unless told). A batch may hold more entries than that for one stream, so the writer
// goes by several producers' names, one for each hundred places in the batch. It is the goroutine's alone.
type idempotence struct {
	wanted    bool // WithIdempotence
	asked     bool // what the server can do is known
	on        bool
	producers [idempotentLanes]any
	serial    uint64 // the last number given
}

// idempotentLane is how many places of a batch one producer answers for: what a server remembers of one unless told.
const idempotentLane = 100

const idempotentLanes = (maxBatchEvents + idempotentLane - 1) / idempotentLane

// idempotentMargin is left of the time for which the server remembers: a batch that is sent again may be on its way for
// as long as the writer waits, and the server may be as late as that in reading it.
const idempotentMargin = 2 * wire.WriteTimeout

func newIdempotence(wanted bool) idempotence {
	i := idempotence{wanted: wanted}
	name := "streamdesk-" + rand.Text()
	for lane := range i.producers {
		i.producers[lane] = name + "-" + strconv.Itoa(lane)
	}
	return i
}

// learn asks what the server can do, once. The writer's own connection is asked, because Close can end the wait for that.
func (l *lane) learn(ctx context.Context) {
	i := &l.idempotence
	if !i.wanted || i.asked {
		return
	}
	var to wire.Sender = l.conn.client
	if l.conn.conn != nil {
		to = l.conn.conn
	}
	can, known := l.writer.server.CapabilitiesFor(ctx, to)
	i.asked, i.on = known, known && can.Idempotent
}

// producer is who item n of a batch is from, as XADD … IDMP wants to know.
func (i *idempotence) producer(n int) any { return i.producers[n/idempotentLane] }

// number gives an item its number, for good: what is sent again is called as it was.
func (i *idempotence) number(item *outgoing) {
	if item.serial == 0 {
		i.serial++
		item.serial = i.serial
	}
}

// refused says whether err is that of a server that doesn't know IDMP after all: an older one that took over, for
// instance, which takes the word for the entry's ID. Nothing was added.
func (i *idempotence) refused(item *outgoing, err error) bool {
	if !item.idempotent || wire.ErrorWord(err) != "ERR" || wire.Passing(err) {
		return false
	}
	i.on = false // if that wasn't the reason, the next answer tells the same and is final
	return true
}

// remembered asks whether the server still knows the numbers of the batch's items in a stream, if it got them (XINFO
// STREAM). If so, they can be sent again whatever became of them.
func (l *lane) remembered(ctx context.Context, b *batch, stream string) (bool, error) {
	if !l.idempotence.on {
		return false, nil
	}
	info, err := l.inquire(ctx, "XINFO", "STREAM", stream)
	if err != nil {
		return false, wire.OnlyConnection(err)
	}
	size, duration := info.Field("idmp-maxsize").Integer(), info.Field("idmp-duration").Integer()
	left := time.Duration(duration)*time.Second - time.Since(b.begun)
	return size >= idempotentLane && left > idempotentMargin, nil
}

// inquire asks the server on the writer's connection where there is one.
func (l *lane) inquire(ctx context.Context, args ...any) (wire.Reply, error) {
	if l.conn.conn == nil { // a cluster: the writer's own client doesn't repeat what a dead node has failed
		return l.writer.server.DoOn(ctx, l.conn.client, args...)
	}
	return l.writer.server.DoOn(ctx, l.conn.conn, args...)
}
