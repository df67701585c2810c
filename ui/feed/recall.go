package feed

import (
	"cmp"
	"context"
	"slices"
	"time"

	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/ui/live"
)

// How much of the past is read when a desk starts: everything of the last 15 minutes, up to these limits; of the rest, samples for
// the charts.
const (
	recallSpan    = 15 * time.Minute
	recallEntries = 30_000
	recallBytes   = 48 << 20
	// recallParts is the number of samples for the whole span: no chart of 15 minutes has many more columns.
	recallParts = 60
	// recallStreams is the max number of streams that are sampled, those with the most entries first.
	recallStreams = 100
	// recallRest is the pause between two questions: the desk's own come first, and Redis has others to serve.
	recallRest = 20 * time.Millisecond
)

// recall reads entries from before the desk started, once there is a snapshot: workflows and rates are built from them.
// Errors are dropped: the snapshot meets the same trouble and reports it.
func (f *Feed) recall(ctx context.Context) {
	select {
	case <-ctx.Done():
	case s := <-f.looked:
		r := newRecollection(f, s)
		r.readBack(ctx)
		r.tellRates(ctx)
	}
}

// recollection is what a recall has found so far.
type recollection struct {
	feed    *Feed
	streams []*model.Stream // the readable ones that have entries, the longest first
	// from and to are the span, in whole seconds.
	from, to time.Time
	// whole is when the time that was read whole begins; counts are the entries in each of its seconds, newest first.
	whole  time.Time
	counts map[string][]int64
}

func newRecollection(f *Feed, s *model.Snapshot) *recollection {
	r := &recollection{feed: f, to: s.At.Truncate(time.Second), counts: map[string][]int64{}}
	r.from, r.whole = r.to.Add(-recallSpan), r.to
	for i := range s.Streams {
		if s := &s.Streams[i]; !s.Missing && s.Problem == "" && s.Length > 0 {
			r.streams = append(r.streams, s)
		}
	}
	slices.SortStableFunc(r.streams, func(s, t *model.Stream) int { return cmp.Compare(t.Length, s.Length) })
	return r
}

// readBack reads all streams back to the beginning of the span, or until a limit is reached.
func (r *recollection) readBack(ctx context.Context) {
	if len(r.streams) == 0 {
		return
	}
	query := observe.HistoryQuery{Before: model.PositionAt(r.to)}
	for _, s := range r.streams {
		query.Streams = append(query.Streams, s.Key)
	}
	begin, size := model.PositionAt(r.from), 0
	for page, err := range r.feed.Bus.Reader().History(ctx, query) {
		if err != nil {
			return
		}
		records := slices.DeleteFunc(page.Records, func(r model.Record) bool { return r.ID.Before(begin) })
		for i := range records {
			r.count(&records[i])
			size += records[i].Size()
		}
		r.feed.tell(live.Before{Records: records})
		if page.Left == 0 || page.Back.Before(begin) {
			r.whole = r.from
			return
		}
		r.whole = page.Back.Time().Truncate(time.Second).Add(time.Second)
		if page.Scanned >= recallEntries || size >= recallBytes || !rest(ctx, recallRest) {
			return
		}
	}
}

func (r *recollection) count(record *model.Record) {
	counts := r.counts[record.Stream]
	back := int(r.to.Unix() - 1 - record.ID.Time().Unix())
	if missing := back + 1 - len(counts); missing > 0 {
		counts = append(counts, make([]int64, missing)...)
	}
	counts[back]++
	r.counts[record.Stream] = counts
}

// tellRates adds each stream's rates to the batch; for the time that wasn't read whole they are from samples.
func (r *recollection) tellRates(ctx context.Context) {
	parts := int(recallParts * r.whole.Sub(r.from) / recallSpan)
	for i, s := range r.streams {
		rates := live.PastRates{Stream: s.Key, From: r.whole}
		if parts > 0 && i < recallStreams {
			counts, err := r.feed.Bus.Reader().Arrivals(ctx, s, r.from, r.whole, parts)
			if err != nil || !rest(ctx, recallRest) {
				return
			}
			rates.From = r.from
			for _, n := range counts {
				rates.Parts = append(rates.Parts, live.PastRate{Lasts: r.whole.Sub(r.from) / time.Duration(parts), Count: n})
			}
		}
		rates.Parts = append(rates.Parts, r.seconds(s)...)
		r.feed.tell(live.Before{Rates: []live.PastRates{rates}})
	}
}

// seconds returns what came into a stream in each second of the time that was read whole, and repeats the last one for the
// second under way. Before the stream's first entry the counts are unknown if entries may have been trimmed.
func (r *recollection) seconds(s *model.Stream) []live.PastRate {
	counts := r.counts[s.Key]
	n := int(r.to.Sub(r.whole) / time.Second)
	parts := make([]live.PastRate, n, n+1)
	for i := range parts {
		at := r.whole.Add(time.Duration(i) * time.Second)
		parts[i].Lasts = time.Second
		if back := n - 1 - i; back < len(counts) {
			parts[i].Count = model.Exactly(counts[back])
		} else if observe.NeverTrimmed(s) || !model.PositionAt(at).Before(s.First) {
			parts[i].Count = model.Exactly(0)
		}
	}
	if n == 0 {
		return nil
	}
	return append(parts, parts[n-1])
}

// tell adds what was read of the past to the batch.
func (f *Feed) tell(before live.Before) {
	f.Add(func(b *live.Batch) {
		b.Before.Records = append(b.Before.Records, before.Records...)
		b.Before.Rates = append(b.Before.Rates, before.Rates...)
	})
}
