package observe

import (
	"context"
	"fmt"
	"time"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// A part of time is told from a sample of its entries: enough of them for a rate, and few enough that a quarter of an hour of a stream
// is a reply of a megabyte.
const (
	sampleMost  = 16
	sampleLeast = 3
	sampleBytes = 1 << 20
)

// Arrivals is how many entries came into a stream in each of so many equal parts of the time from one moment to another, oldest first:
// exact where there were few, else an estimate from the first ones of the part; unknown where the stream doesn't reach back, where
// what came in came all at once, and where entries are too large to be read for a number. What was deleted counts as if it had never
// come. It sends two rounds of XRANGE. The error wraps [fault.ErrRequest] when there is no time between the two, or no part.
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

// part is when a part begins.
func (a *arrivals) part(i int) time.Time {
	return a.from.Add(a.length * time.Duration(i) / time.Duration(len(a.counts)))
}

// sample is how many entries of each part are read; none when even a few would be too much.
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

// count tells how many entries a part has from the first of them.
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

// NeverTrimmed says whether it is known that nothing came into a stream before the first entry that it has.
func NeverTrimmed(s *model.Stream) bool { return s.AddedUpTo(model.Position{}) == model.Exactly(0) }
