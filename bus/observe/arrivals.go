package observe

import (
	"context"
	"fmt"
	"time"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// The rate of each part is estimated from a sample of its entries: enough for a rate, few enough that a quarter of an hour of a
// stream is a reply of one megabyte.
const (
	sampleMost  = 16
	sampleLeast = 3
	sampleBytes = 1 << 20
)

// Arrivals splits the time between from and to into equal parts, and returns the number of entries added to a stream in each,
// oldest first. It is exact for few entries, otherwise an estimate from the first entries of the part. It is unknown when entries
// at the start of the part may have been trimmed, when its entries arrived all at once, or when they are too large to read.
// Deleted entries aren't counted. It sends two rounds of XRANGE. The error wraps [fault.ErrRequest] when there is no time between
// the two, or no part.
func (rd *Reader) Arrivals(ctx context.Context, s *model.Stream, from, to time.Time, parts int) ([]model.Count, error) {
	if parts < 1 || to.Sub(from) < time.Duration(parts)*time.Millisecond {
		return nil, fault.Request("%d parts from %s to %s (give at least one, of a millisecond or more)", parts, from, to)
	}
	a := arrivals{stream: s, from: from, length: to.Sub(from), counts: make([]model.Count, parts)}
	sample, err := a.sample(ctx, rd)
	if err == nil && sample > 0 {
		err = a.read(ctx, rd, sample)
	}
	if err != nil {
		return nil, fmt.Errorf("bus: arrivals in %s: %w", s.Key, err)
	}
	return a.counts, nil
}

type arrivals struct {
	stream *model.Stream
	from   time.Time
	length time.Duration
	counts []model.Count
}

// part returns when a part begins.
func (a *arrivals) part(i int) time.Time {
	return a.from.Add(a.length * time.Duration(i) / time.Duration(len(a.counts)))
}

// sample returns the number of entries to read of each part; 0 when even a few would be too large.
func (a *arrivals) sample(ctx context.Context, rd *Reader) (int, error) {
	entries, err := rd.Range(ctx, a.stream.Key, model.PositionAt(a.from), model.PositionAt(a.part(len(a.counts))).Prev(), sampleLeast)
	if err != nil {
		return 0, err
	}
	size := 1
	for i := range entries {
		size = max(size, entries[i].Size())
	}
	if n := sampleBytes / len(a.counts) / size; n >= sampleLeast {
		return min(n, sampleMost), nil
	}
	return 0, nil
}

func (a *arrivals) read(ctx context.Context, rd *Reader, sample int) error {
	reads := make([]wire.Read, len(a.counts))
	for i := range reads {
		reads[i] = wire.Range(a.stream.Key, model.PositionAt(a.part(i)), model.PositionAt(a.part(i+1)).Prev(), sample)
	}
	raws, err := rd.look.RawPipeline(ctx, reads)
	if err != nil {
		return err
	}
	for i, raw := range raws {
		entries, err := rd.look.ReadEntries(ctx, a.stream.Key, raw, reads[i])
		if err != nil {
			return err
		}
		a.counts[i] = a.count(entries, i, sample)
	}
	return nil
}

// count computes the number of entries of a part from its first entries.
func (a *arrivals) count(entries []model.Entry, i, sample int) model.Count {
	switch {
	case model.PositionAt(a.part(i)).Before(a.stream.First) && !NeverTrimmed(a.stream):
		return model.Count{}
	case len(entries) < sample:
		return model.Exactly(int64(len(entries)))
	}
	first, last := entries[0].ID.Time(), entries[len(entries)-1].ID.Time()
	between := last.Sub(first)
	if between <= 0 {
		return model.Count{}
	}
	return model.About(int64(float64(len(entries)-1) * float64(a.part(i+1).Sub(first)) / float64(between)))
}

// NeverTrimmed reports whether it is known that a stream never had an entry before its first one.
func NeverTrimmed(s *model.Stream) bool { return s.AddedUpTo(model.Position{}) == model.Exactly(0) }
