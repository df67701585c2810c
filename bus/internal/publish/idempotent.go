package publish

import (
	"context"
	"crypto/rand"
	"strconv"
	"time"

	"streamdesk/bus/internal/wire"
)

// idempotence makes XADD repeatable on a server that has IDMP (Redis 8.6). The server remembers the IDs that a producer gave
// its entries. It answers a known ID with the existing entry instead of adding another. The writer's ID of an entry is a
// number of its own, not the event's ID, so that publishing an event twice on purpose stays possible.
//
// The server remembers a number of IDs of a producer in a stream (stream-idmp-maxsize, default 100) for a limited time
// (stream-idmp-duration, default 100 seconds). A batch may hold more entries than that for one stream, so the writer uses
// several producer names, one for each hundred places in the batch, and others for every second batch, because two may be
// on their way. Only the lane's goroutine uses it.
type idempotence struct {
	wanted    bool // WithIdempotence
	asked     bool // the server's capabilities are known
	on        bool
	producers [idempotentLanes]any
	serial    uint64 // the last number assigned
}

// idempotentLane is the number of places of a batch per producer: the server's default for the IDs it remembers of one.
const idempotentLane = 100

// idempotentLanes is the number of producers: those of a whole batch, or of the halves of two.
const (
	idempotentHalf  = (maxBatchEvents/2 + idempotentLane - 1) / idempotentLane
	idempotentLanes = 2 * idempotentHalf
)

// idempotentMargin is subtracted from the time for which the server remembers: a batch that is sent again may take as long as
// the writer waits, and the server may read it that much later too.
const idempotentMargin = 2 * wire.WriteTimeout

func newIdempotence(wanted bool) idempotence {
	i := idempotence{wanted: wanted}
	name := "streamdesk-" + rand.Text()
	for lane := range i.producers {
		i.producers[lane] = name + "-" + strconv.Itoa(lane)
	}
	return i
}

// learn asks once for the server's capabilities. It uses the writer's own connection, because Close can end a wait on that
// one.
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

// number assigns an item its number once, and the producer of its place in the batch: an item that is sent again keeps both.
func (i *idempotence) number(item *outgoing, place int, odd bool) {
	if item.serial > 0 {
		return
	}
	i.serial++
	producer := place / idempotentLane
	if odd {
		producer += idempotentHalf
	}
	item.serial, item.producer = i.serial, uint8(producer%idempotentLanes)
}

// refused reports whether err comes from a server that doesn't know IDMP after all, for instance an older one that took over
// and parses the word as the entry's ID. Nothing was added.
func (i *idempotence) refused(item *outgoing, err error) bool {
	if !item.idempotent || wire.ErrorWord(err) != "ERR" || wire.Passing(err) {
		return false
	}
	i.on = false // if that wasn't the reason, the next answer is the same and final
	return true
}

// remembered asks whether the server still knows the numbers of the batch's items in a stream, if it received them (XINFO
// STREAM). If so, they can be sent again safely.
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

// inquire sends a command on the writer's connection, or on its client when there is none.
func (l *lane) inquire(ctx context.Context, args ...any) (wire.Reply, error) {
	if l.conn.conn == nil { // a cluster: the writer's own client doesn't retry on a dead node
		return l.writer.server.DoOn(ctx, l.conn.client, args...)
	}
	return l.writer.server.DoOn(ctx, l.conn.conn, args...)
}
