package tail

import (
	"context"
	"time"

	"streamdesk/bus/internal/wire"
)

// inTime sends the reads of the only server and, where their order matters, TIME before them in the same round trip: whatever is
// added after these reads has a millisecond from that time on. A read that takes several round trips counts from the first.
func (t *tail) inTime(ctx context.Context, q *question) ([][]byte, error) {
	if !t.o.Ordered || t.noClock {
		return t.look.Buffered(ctx, q.of.node, q.commands, &q.of.buffers)
	}
	raws, err := t.look.Buffered(ctx, q.of.node, append([]wire.Read{wire.Time()}, q.commands...), &q.of.buffers)
	if len(raws) == 0 {
		return nil, err
	}
	switch now, refused := wire.Parse(raws[0]); {
	case err != nil:
	case refused != nil: // this user may not ask for it; another refusal is that of all reads
		word := wire.ErrorWord(refused)
		t.noClock = word == "NOPERM" || word == "ERR" // it is denied, or renamed
	default:
		t.order.tell(time.Now(), now.At(0).Integer()*1_000_000+now.At(1).Integer())
	}
	return raws[1:], err
}
