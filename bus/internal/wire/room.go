package wire

import (
	"context"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// Room is the memory of one page of entries: its reply and its entries. Who is done with a page can read the next one into the same
// room: then nothing is allocated. The zero Room is empty.
type Room struct {
	buffers []*Buffer
	batch   EntryBatch
	raw     []byte
}

// Entries sends a [Range] or [RangeBack] and parses its reply directly, without the tree of a general reply. Entries that were read
// into the room before are overwritten with those it returns.
func (l Look) Entries(ctx context.Context, stream string, r Read, room *Room) ([]model.Entry, error) {
	if err := fault.NeedContext(ctx); err != nil {
		return nil, err
	}
	if len(room.buffers) > 0 {
		room.buffers[0].bytes = room.raw[:0]
	}
	raws, err := l.Buffered(ctx, Node{}, []Read{r}, &room.buffers)
	if err != nil {
		return nil, err
	}
	room.raw = raws[0]
	return l.readEntries(ctx, stream, raws[0], r, room.batch.again())
}

// Leave leaves the memory to the entries that were read into the room. The next page gets memory of its own, as much as this one took.
func (r *Room) Leave() { r.raw, r.batch = nil, EntryBatch{} }

// again returns an empty batch in the memory of an earlier one.
func (b *EntryBatch) again() *EntryBatch {
	b.Entries, b.fields = b.Entries[:0], b.fields[:0]
	return b
}
