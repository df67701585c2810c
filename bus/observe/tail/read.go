package tail

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// tailRead holds the streams that one XREAD reads.
type tailRead struct {
	streams []*stream
}

// streamsPerRead is the max number of streams per XREAD, so that one command doesn't block a server with very many streams.
const streamsPerRead = 1000

// plan decides which streams to read together, and which can't be read.
func (t *tail) plan(ctx context.Context) {
	if t.reads != nil {
		return
	}
	t.reads, t.readable, t.unreadable = []tailRead{}, 0, nil
	if t.look.Clustered() {
		t.settle(ctx)
	}
	bySlot := make(map[uint16][]*stream)
	for _, s := range t.streams {
		if problem := s.whyNot(); problem != "" {
			if t.unreadable == nil {
				t.unreadable = make(map[string]string)
			}
			t.unreadable[s.key] = problem
		} else {
			t.readable++
		}
		if s.problem != "" {
			continue
		}
		slot := uint16(0)
		if t.look.Clustered() {
			slot = wire.KeySlot(s.key)
		}
		bySlot[slot] = append(bySlot[slot], s)
	}
	for _, streams := range bySlot {
		for chunk := range slices.Chunk(byKey(streams), streamsPerRead) {
			t.reads = append(t.reads, tailRead{streams: chunk})
		}
	}
}

func (r tailRead) command(count int) wire.Read {
	return wire.After(len(r.streams), count, func(i int) (string, model.Position) { return r.streams[i].key, r.streams[i].at })
}

// each returns a separate read for every stream.
func (r tailRead) each() []tailRead {
	reads := make([]tailRead, len(r.streams))
	for i := range r.streams {
		reads[i] = tailRead{streams: r.streams[i : i+1]}
	}
	return reads
}

// read reads every stream once, in one round trip, and jumps where one has fallen behind.
func (t *tail) read(ctx context.Context) error {
	t.plan(ctx)
	count := t.perRead
	reads := t.reads
	if t.o.Ordered {
		reads = t.order.begin(time.Now(), t.reads, count)
	}
	reads, flooded := withoutFlooded(reads)
	full, failed, err := t.readAll(ctx, reads, count)
	if err == nil && len(failed) > 0 {
		full, err = t.sortOut(ctx, full, failed, count)
	}
	if err := cmp.Or(err, t.nothing()); err != nil {
		return err
	}
	t.plan(ctx)
	if t.o.Ordered {
		full = t.order.end(time.Now(), full)
	}
	if t.o.Lossless {
		t.hurry = len(full) > 0
		return nil
	}
	return t.jump(ctx, append(full, flooded...), count)
}

// The rough max size of one read: after a larger one, the next read asks for fewer entries. A tail that isn't Lossless shows only
// a sample of what arrives faster than a person can read: at 80 ms and 300 bytes, of more than some 40,000 events a second.
const (
	maxReadBytes   = 4 << 20
	maxSampleBytes = 1 << 20
)

// minPerRead is the min number of entries that a read asks for, however large they are.
const minPerRead = 8

// refusedRead is a read that the server refused because of one of its keys.
type refusedRead struct {
	tailRead
	why wire.ServerError
}

// readAll sends the reads in one round trip, and accepts their entries and those of late earlier reads. It returns the streams
// that may have more, and the reads that were refused because of a key. When a read fails, the entries of the others are kept.
func (t *tail) readAll(ctx context.Context, reads []tailRead, count int) (full []*stream, refused []refusedRead, err error) {
	if len(reads) == 0 {
		return nil, nil, nil
	}
	size := 0
	var alone []tailRead // of streams that are moving to another node, some before others
	for _, q := range t.ask(ctx, reads, count) {
		failed := q.err
		for i, raw := range q.raws {
			size += len(raw)
			entries, parseErr := wire.ParseStreams(raw)
			var why wire.ServerError
			switch {
			case !errors.As(parseErr, &why):
			case len(q.reads[i].streams) > 1 && wire.SlotOnBothSides(why):
				alone = append(alone, q.reads[i].each()...)
				continue
			case wire.RefusedByNode(wire.Reply{Kind: wire.KindError, Text: string(why)}):
				t.reads = nil // the slot may have moved
				entries, parseErr = t.readAgain(ctx, q.commands[i])
			}
			switch {
			case parseErr == nil:
				full = append(full, t.accept(q.reads[i], entries, q.count)...)
			case errors.As(parseErr, &why) && wire.AboutKey(string(why)):
				refused = append(refused, refusedRead{q.reads[i], why})
			default:
				failed = cmp.Or(failed, parseErr)
			}
		}
		switch {
		case failed == nil:
			t.recovered(q.of)
		case t.look.Clustered():
			t.failed(q.of, failed)
		default:
			err = failed
		}
	}
	if len(alone) > 0 {
		fullAlone, refusedAlone, errAlone := t.readAll(ctx, alone, count)
		full, refused, err = append(full, fullAlone...), append(refused, refusedAlone...), cmp.Or(err, errAlone)
	}
	switch most := t.maxBytes(); {
	case size > most:
		t.perRead = max(t.perRead/2, minPerRead)
	case size < most/4 && len(full) > 0:
		t.perRead = min(t.perRead*2, t.o.PerRead)
	}
	return full, refused, err
}

// maxBytes returns the rough max size of one read.
func (t *tail) maxBytes() int {
	if t.o.Lossless {
		return maxReadBytes
	}
	return maxSampleBytes
}

// sortOut finds out which streams made the server refuse a read, sets them aside, and reads the others. When no stream at all can
// be read, the streams aren't the cause, and it returns an error.
func (t *tail) sortOut(
	ctx context.Context, full []*stream, refused []refusedRead, count int,
) ([]*stream, error) {
	var single []tailRead
	for _, r := range refused {
		single = append(single, r.each()...)
	}
	fine := len(single) < t.readable
	more, refused, err := t.readAll(ctx, single, count)
	switch {
	case err != nil:
		return nil, err
	case len(refused) == len(single) && !fine && len(single) > 1:
		return nil, refused[0].why
	}
	for _, r := range refused {
		r.streams[0].problem = string(r.why)
	}
	t.reads = nil
	t.plan(ctx)
	return append(full, more...), nil
}

// accept moves the positions of the streams past what was read.
func (t *tail) accept(r tailRead, entries []model.Entry, count int) (full []*stream) {
	if t.entries == nil {
		t.entries = entries[:0] // what is kept of them moves to the front
	}
	for next := 0; len(entries) > 0; {
		n := 1
		for n < len(entries) && entries[n].Stream == entries[0].Stream {
			n++
		}
		if i := r.find(entries[0].Stream, next); i >= 0 {
			s := r.streams[i]
			next = i + 1
			for j := range entries[:n] {
				entries[j].Stream = s.key // one string for all, which doesn't keep the reply alive
			}
			s.got(entries[:n])
			t.entries = append(t.entries, entries[:n]...)
			if n >= count {
				full = append(full, s)
			}
		}
		entries = entries[n:]
	}
	return full
}

// find returns the index of a stream, -1 when it isn't there. A reply has its streams in the order of the request, so the stream
// is at next or soon after; only go-redis's own parser changes the order.
func (r tailRead) find(key string, next int) int {
	for i := next; i < len(r.streams); i++ {
		if r.streams[i].key == key {
			return i
		}
	}
	return slices.IndexFunc(r.streams, func(s *stream) bool { return s.key == key })
}

// readAgain sends XREAD through go-redis's own parser, for a slot that has moved.
func (t *tail) readAgain(ctx context.Context, read wire.Read) ([]model.Entry, error) {
	r, err := t.look.Again(ctx, read)
	if err != nil {
		return nil, err
	}
	var entries []model.Entry
	for stream, list := range r.Streams() {
		entries = append(entries, list.Entries(stream)...)
	}
	return entries, nil
}
