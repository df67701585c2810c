package bus

import (
	"context"

	"streamdesk/model"
)

// A count of a range is given up, and estimated, after so many entries or bytes: what a person waits for without noticing.
const (
	countEntries = 20_000
	countBytes   = 16 << 20
)

// countRange counts the entries of a range by reading them, up to a bound; false when there are more than that.
func (rd *Reader) countRange(ctx context.Context, stream string, from, to model.Position) (n int64, all bool, err error) {
	p := rd.pages(stream, from, to, pageEntries)
	for {
		entries, err := p.next(ctx)
		if err != nil {
			return n, false, err
		}
		n += int64(len(entries))
		switch {
		case p.done:
			return n, true, nil
		case n >= countEntries || p.bytes >= countBytes:
			return n, false, nil
		}
	}
}

// countBetween is how many entries of a stream lie in a range: exact where that follows from what is known of the stream, or
// by reading them as long as there are few; beyond that an estimate, as if the entries lay evenly in time.
func (rd *Reader) countBetween(ctx context.Context, s *model.Stream, from, to model.Position) (model.Count, error) {
	switch {
	case s.Length == 0, to.Before(from), to.Before(s.First), from.After(s.Last):
		return model.Exactly(0), nil
	case !from.After(s.First) && !to.Before(s.Last):
		return model.Exactly(s.Length), nil
	}
	n, all, err := rd.countRange(ctx, s.Key, from, to)
	if err != nil {
		return model.Count{}, err
	}
	if all {
		return model.Exactly(n), nil
	}
	from, to = later(from, s.First), earlier(to, s.Last)
	share := float64(to.Ms-from.Ms) / float64(max(s.Last.Ms-s.First.Ms, 1))
	return model.About(max(n, min(int64(share*float64(s.Length)), s.Length))), nil
}

func later(p, q model.Position) model.Position {
	if p.Before(q) {
		return q
	}
	return p
}

func earlier(p, q model.Position) model.Position {
	if q.Before(p) {
		return q
	}
	return p
}
