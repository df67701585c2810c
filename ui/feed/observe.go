package feed

import (
	"context"
	"slices"
	"time"

	"streamdesk/model"
	"streamdesk/model/series"
	"streamdesk/ui/live"
)

const (
	// discoverEvery is the interval between searches for new streams: a SCAN costs more than a snapshot.
	discoverEvery = 2 * time.Second
	// discoverShare is the max share of the time that searches for streams may take: among a million keys of other
	// kinds a search takes half a second, and one runs every 25 seconds.
	discoverShare = 1. / 50
	// discoverTimeout is longer than AskTimeout: a SCAN of ten million keys takes thousands of round trips.
	discoverTimeout = time.Minute
	// serverEvery is how often the server's own state (memory, durability) is read again.
	serverEvery = 15 * time.Second
)

// What a snapshot costs the server: XINFO STREAM FULL takes about 37 µs for a stream with four groups of two consumers,
// and 60 µs with ten consumers each.
const (
	streamCost   = 15 * time.Microsecond
	groupCost    = 4 * time.Microsecond
	consumerCost = time.Microsecond
	// snapshotShare is the max share of the server's time that snapshots may take: with 1,000 such streams there is one
	// every 2.6 seconds instead of every second.
	snapshotShare = 1.5 / 100
)

// pace returns the time between two snapshots like this one: refresh, or longer where that would cost the server too
// much.
func pace(refresh time.Duration, s *model.Snapshot) time.Duration {
	cost := time.Duration(len(s.Streams)) * streamCost
	for i := range s.Streams {
		cost += time.Duration(len(s.Streams[i].Groups)) * groupCost
		for j := range s.Streams[i].Groups {
			cost += time.Duration(len(s.Streams[i].Groups[j].Consumers)) * consumerCost
		}
	}
	return max(refresh, time.Duration(float64(cost)/snapshotShare))
}

// discover searches for streams until ctx ends. While a node of a cluster doesn't answer, its known streams are kept.
func (f *Feed) discover(ctx context.Context) {
	var costs series.Costs
	for {
		started := time.Now()
		keys, err := ask(ctx, discoverTimeout, f.Bus.Reader().Discover)
		whole := f.note(err)
		f.mu.Lock()
		if !whole {
			keys = append(keys, f.keys...)
			slices.Sort(keys)
			keys = slices.Compact(keys)
		}
		f.keys = keys
		f.mu.Unlock()
		if whole {
			costs.Add(time.Since(started))
		}
		if whole || len(keys) > 0 {
			f.discovered.Do(func() { close(f.found) })
		}
		if !rest(ctx, max(discoverEvery, time.Duration(float64(costs.Typical())/discoverShare))) {
			return
		}
	}
}

// observe takes snapshots of the streams that were found, Refresh apart or longer, and reads the server's state.
func (f *Feed) observe(ctx context.Context) {
	select {
	case <-ctx.Done():
		return
	case <-f.found:
	}
	var asked time.Time
	for first := true; ; {
		f.mu.Lock()
		keys := f.keys
		f.mu.Unlock()
		started, wait := time.Now(), f.Refresh
		snapshot, err := ask(ctx, AskTimeout, func(ctx context.Context) (model.Snapshot, error) { return f.Bus.Reader().Snapshot(ctx, keys) })
		if f.note(err) {
			wait = pace(f.Refresh, &snapshot)
			f.Add(func(b *live.Batch) {
				b.Snapshot, b.SnapshotAt, b.RoundTrip, b.NextIn = &snapshot, started, time.Since(started), wait
			})
			f.see(&snapshot)
			if first {
				f.looked <- &snapshot
				first = false
			}
		}
		if time.Since(asked) >= serverEvery {
			if server, err := ask(ctx, AskTimeout, f.Bus.Reader().Server); err == nil {
				asked = time.Now()
				f.Add(func(b *live.Batch) { b.Server, f.server = &server, &server })
			}
		}
		if !rest(ctx, wait-time.Since(started)) {
			return
		}
	}
}

// rest waits and reports whether ctx is still alive.
func rest(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// ask asks the server a question with a timeout.
func ask[T any](ctx context.Context, timeout time.Duration, question func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return question(ctx)
}
