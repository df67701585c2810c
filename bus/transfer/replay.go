package transfer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/bus/fault"
	"streamdesk/model"
)

// ReplayOptions say what is replayed to where, and who is told about progress. Each function but Into may be nil.
type ReplayOptions struct {
	// Streams are the keys to read.
	Streams []string
	// From and To bound the IDs of the entries, both included; a zero To is the end of each stream when the replay begins.
	From, To model.Position
	// After is the last entry of an earlier replay, in the order of IDs and then of streams.
	After model.Key
	// Only reports whether to replay an entry; nil replays all.
	Only func(*model.Record) bool

	// Into returns the stream that the entries of a stream go to.
	Into func(stream string) string
	// Plain leaves out the field that says where an entry came from.
	Plain bool
	// Speed is a multiple of the original pace; 0 means no pauses. MaxGap is the max time between two entries; 0 means no max.
	Speed  float64
	MaxGap time.Duration

	// Keep is called after entries were sent, to store the progress; its error ends the replay.
	Keep func(*Replayed) error
	// Progress is called from time to time with the number of entries added.
	Progress func(added int64)
	Sending
}

// Replayed is the result of a replay.
type Replayed struct {
	Added Added
	// After is the last entry up to which everything was sent; zero when nothing was.
	After model.Key
	// Passed is the number of entries that Only left out.
	Passed int64
	// Late is the max delay of an entry.
	Late time.Duration
}

// Replay reads the entries of streams in the order of their IDs, over all streams, and adds them to other streams, on the same
// server or another, as new entries with the same fields. One field is added, origin=stream/ID ([change.Replayed]). An entry is
// sent when it is due; entries due at the same time go out together. On an error the result says how far it got: a replay with
// that After continues. When a reply was lost, the error wraps [fault.ErrUncertain], and continuing may send those entries twice.
// It sends XRANGE, XINFO STREAM for an open end, and XADD.
func Replay(ctx context.Context, from, to *bus.Bus, o ReplayOptions) (Replayed, error) {
	r := &replaying{from: from, options: o, loader: to.Writer().NewLoader(), clock: clock{speed: o.Speed, maxGap: o.MaxGap}}
	r.done.After = o.After
	err := r.entries(ctx, func(e *model.Entry) error { return r.take(ctx, e) })
	if err == nil {
		err = r.flush(ctx)
	}
	r.done.Late = r.clock.late
	return r.done, errors.Join(err, r.loader.Close())
}

// DryReplay reads as [Replay] does, and calls each for every entry that would be added.
func DryReplay(ctx context.Context, from *bus.Bus, o ReplayOptions, each func(*model.Entry) error) error {
	r := &replaying{from: from, options: o}
	return r.entries(ctx, func(e *model.Entry) error {
		replayed := r.replayed(e)
		return each(&replayed)
	})
}

// replaying is a replay under way.
type replaying struct {
	from    *bus.Bus
	options ReplayOptions
	clock   clock
	loader  *change.Loader
	batch   []model.Entry
	places  []model.Key // where each entry of the batch came from
	bytes   int
	done    Replayed
}

// entries calls each with every entry to be replayed, in order.
func (r *replaying) entries(ctx context.Context, each func(*model.Entry) error) error {
	from := r.options.From
	if r.options.After.ID.After(from) {
		from = r.options.After.ID
	}
	for e, err := range r.from.Reader().Replay(ctx, r.options.Streams, from, r.options.To) {
		if err != nil {
			return err
		}
		if !comesAfter(e.Key(), r.options.After) {
			continue // sent in an earlier run
		}
		if r.options.Only != nil {
			if record := r.from.Reader().Decode(e); !r.options.Only(&record) {
				r.done.Passed++
				continue
			}
		}
		if err := each(&e); err != nil {
			return err
		}
	}
	return nil
}

// comesAfter reports whether a comes after b in the order of a replay.
func comesAfter(a, b model.Key) bool {
	c := a.ID.Compare(b.ID)
	return c > 0 || c == 0 && a.Stream > b.Stream
}

// replayed returns the entry to add for an entry.
func (r *replaying) replayed(e *model.Entry) model.Entry {
	return change.Replayed(e, r.options.Into(e.Stream), !r.options.Plain)
}

// take waits until an entry is due, and adds it to the next batch.
func (r *replaying) take(ctx context.Context, e *model.Entry) error {
	if wait := time.Until(r.clock.at(e.ID.Ms, time.Now())); wait > 0 {
		if err := r.flush(ctx); err != nil {
			return err
		}
		if err := r.wait(ctx, wait); err != nil {
			return err
		}
	}
	r.batch = append(r.batch, r.replayed(e))
	r.places = append(r.places, e.Key())
	if r.bytes += e.Size(); len(r.batch) < batchEntries && r.bytes < batchBytes {
		return nil
	}
	return r.flush(ctx)
}

// tellEvery is the interval at which a waiting replay reports progress: short enough to look alive.
const tellEvery = 250 * time.Millisecond

// wait waits, and reports progress from time to time.
func (r *replaying) wait(ctx context.Context, wait time.Duration) error {
	until := time.Now().Add(wait)
	for {
		left := time.Until(until)
		if left <= 0 {
			return ctx.Err()
		}
		timer := time.NewTimer(min(left, tellEvery))
		select {
		case <-timer.C:
			r.tell()
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

func (r *replaying) tell() {
	if r.options.Progress != nil {
		r.options.Progress(r.done.Added.Count)
	}
}

// flush sends the batch.
func (r *replaying) flush(ctx context.Context) error {
	if len(r.batch) == 0 {
		return nil
	}
	results, err := r.options.add(ctx, r.loader, r.batch)
	if err != nil {
		return err
	}
	r.done.Added.Sent = true
	for k := range results {
		if results[k].Err != nil {
			return r.stopped(results, k)
		}
		r.done.Added.Add(r.batch[k].Stream, results[k].ID)
	}
	r.done.After = r.places[len(r.places)-1]
	r.batch, r.places, r.bytes = r.batch[:0], r.places[:0], 0
	r.tell()
	if r.options.Keep == nil {
		return nil
	}
	return r.options.Keep(&r.done)
}

// stopped returns the error of a replay that ends within a batch.
func (r *replaying) stopped(results []change.Loaded, k int) error {
	if k > 0 {
		r.done.After = r.places[k-1]
	}
	why := results[k].Err
	later := 0
	for n := k + 1; n < len(results); n++ {
		if results[n].Err == nil {
			r.done.Added.Add(r.batch[n].Stream, results[n].ID)
			later++
		}
	}
	err := fmt.Errorf("%s to %s: %w", r.places[k], r.batch[k].Stream, why)
	if errors.Is(why, fault.ErrUncertain) {
		err = fmt.Errorf("%w; that holds for %d from there on", err, len(results)-k-later)
	}
	if later > 0 {
		err = fmt.Errorf("%w; %d after it were on their way and were added", err, later)
	}
	return err
}
