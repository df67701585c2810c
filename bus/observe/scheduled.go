package observe

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
	"streamdesk/model/sorting"
)

const (
	// scheduledPage is the max number of scheduled entries per request, because each is read whole.
	scheduledPage = 100
	// maxScheduledFound is the max number of entries looked through for one ID.
	maxScheduledFound = 1_000_000
)

// Schedule is what is scheduled.
type Schedule struct {
	// At is the server's time of the look, or this machine's when the server denies it.
	At time.Time
	// Streams are the streams for which something is scheduled, sorted by key.
	Streams []model.ScheduledStream
	// Entries are the entries that are due first, in the order in which they are due.
	Entries []model.Scheduled
}

// Overdue returns the number of streams whose first entry is due for longer than a while.
func (s *Schedule) Overdue(after time.Duration) (streams []model.ScheduledStream) {
	for _, one := range s.Streams {
		if s.At.Sub(one.Next) > after {
			streams = append(streams, one)
		}
	}
	return streams
}

// Now returns the server's time (TIME), or this machine's when the server denies it.
func (rd *Reader) Now(ctx context.Context) (time.Time, error) {
	r, err := rd.look.Do(ctx, wire.Time())
	switch {
	case wire.Denied(r):
		return time.Now(), nil
	case err != nil:
		return time.Time{}, fmt.Errorf("bus: the server's time: %w", err)
	}
	return serverTime(r)
}

// Scheduled returns what is scheduled for a stream, or for all streams of the bus when stream is empty: the counts, and the count
// entries that are due first. It sends SCAN … MATCH scheduled:* to every master of a cluster, unless a stream is named, then ZCARD
// and ZRANGE for each stream, and TIME.
func (rd *Reader) Scheduled(ctx context.Context, stream string, count int) (Schedule, error) {
	streams, err := rd.scheduledStreams(ctx, stream)
	if err != nil {
		return Schedule{}, fmt.Errorf("bus: scheduled: %w", err)
	}
	var all Schedule
	for _, part := range rd.look.ByNode(ctx, streams) {
		for chunk := range slices.Chunk(part.Keys, snapshotChunk) {
			if err := rd.readScheduled(ctx, part.Node, chunk, count, &all); err != nil {
				return all, fmt.Errorf("bus: scheduled: %w", err)
			}
		}
	}
	sorting.By(all.Streams, func(a, b *model.ScheduledStream) int { return strings.Compare(a.Stream, b.Stream) })
	sorting.By(all.Entries, func(a, b *model.Scheduled) int { return a.Due.Compare(b.Due) })
	all.Entries = all.Entries[:min(len(all.Entries), max(count, 0))]
	all.At, err = rd.Now(ctx)
	return all, err
}

// scheduledStreams returns the streams for which something may be scheduled.
func (rd *Reader) scheduledStreams(ctx context.Context, stream string) ([]string, error) {
	if err := fault.NeedContext(ctx); err != nil || stream != "" {
		return []string{stream}, err
	}
	found := wire.NewKeySet()
	err := rd.look.ScanScheduled(ctx, found.Add)
	var streams []string
	for _, key := range found.Sorted() {
		if of, ok := model.StreamOfScheduled(key); ok && strings.HasPrefix(of, rd.look.Prefix()) {
			streams = append(streams, of)
		}
	}
	return streams, err
}

// readScheduled adds what is scheduled for streams of one node. It reads one entry of each first, so that the payloads of
// thousands of streams aren't read for a few.
func (rd *Reader) readScheduled(ctx context.Context, node wire.Node, streams []string, count int, into *Schedule) error {
	reads := make([]wire.Read, 0, 2*len(streams))
	for _, stream := range streams {
		reads = append(reads, wire.ScheduledCount(stream), wire.ScheduledRange(stream, 0, 1))
	}
	replies, err := rd.look.PipelineOn(ctx, node, reads)
	if err != nil {
		return err
	}
	var first []model.ScheduledStream
	for i, stream := range streams {
		held, front := replies[2*i], replies[2*i+1]
		if err := cmp.Or(refusal(held), refusal(front)); err != nil {
			return fmt.Errorf("%s: %w", model.ScheduledKey(stream), err)
		}
		if entries := front.Scheduled(stream); len(entries) > 0 {
			first = append(first, model.ScheduledStream{Stream: stream, Count: held.Integer(), Next: entries[0].Due})
		}
	}
	into.Streams = append(into.Streams, first...)
	sorting.By(first, func(a, b *model.ScheduledStream) int { return a.Next.Compare(b.Next) })
	for _, one := range first[:min(len(first), max(count, 0))] { // the others begin later than count entries
		entries, err := rd.scheduledOf(ctx, node, one.Stream, count)
		if err != nil {
			return err
		}
		into.Entries = append(into.Entries, entries...)
	}
	return nil
}

// scheduledOf returns the count entries of a stream that are due first.
func (rd *Reader) scheduledOf(ctx context.Context, node wire.Node, stream string, count int) (entries []model.Scheduled, err error) {
	for len(entries) < count {
		most := min(count-len(entries), scheduledPage)
		r, err := rd.look.DoOn(ctx, node, wire.ScheduledRange(stream, len(entries), most))
		if err != nil {
			return entries, err
		}
		page := r.Scheduled(stream)
		if entries = append(entries, page...); len(page) < most {
			break
		}
	}
	return entries, nil
}

// FindScheduled returns the entries that are scheduled for a stream under an event's ID; more than one when the event was scheduled
// again with another content. It sends ZRANGE for each 100 entries.
func (rd *Reader) FindScheduled(ctx context.Context, stream, id string) (found []model.Scheduled, err error) {
	if err := fault.NeedStream(stream); err != nil {
		return nil, fmt.Errorf("bus: scheduled: %w", err)
	}
	for skip := 0; skip < maxScheduledFound; skip += scheduledPage {
		r, err := rd.look.Do(ctx, wire.ScheduledRange(stream, skip, scheduledPage))
		if err != nil {
			return nil, fmt.Errorf("bus: scheduled for %s: %w", stream, err)
		}
		page := r.Scheduled(stream)
		for i := range page {
			if page[i].ID == id && id != "" {
				found = append(found, page[i])
			}
		}
		if len(page) < scheduledPage {
			break
		}
	}
	return found, nil
}

func refusal(r wire.Reply) error {
	if r.Kind == wire.KindError {
		return wire.ServerError(r.Text)
	}
	return nil
}
