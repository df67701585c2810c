package tail

import (
	"context"
	"fmt"
	"iter"
	"time"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// Options say which streams to follow, from where, and at what cost.
type Options struct {
	// Types are globs of event types ("workflow.*"); default all. They include the partitions of a type. If all are full names,
	// the tail works on a server that denies SCAN, but doesn't find further partitions.
	Types []string
	// From is the first position to read, on every stream; default now.
	From model.Position
	// After is the last position already read, for some streams; it takes precedence over From.
	After map[string]model.Position
	// Backlog is the number of newest entries over all streams to begin with. It is ignored when From is set.
	Backlog int
	// Interval is the min time between two reads; default 80 ms.
	Interval time.Duration
	// Quiet is the min time between two reads after some that returned nothing; default Interval. With a short Interval, it is what
	// a tail costs while nothing comes.
	Quiet time.Duration
	// PerRead is the max number of entries per read and stream; default 500. The tail begins with 500 or less. It reads more
	// while there is more, and fewer when a read returns over a megabyte (four when Lossless).
	PerRead int
	// Discover is the time between two looks for new and recreated streams; default 2 s.
	Discover time.Duration
	// Lossless never skips: a stream with more entries than can be read is read without a pause, and the tail may fall behind.
	// Otherwise the tail jumps to the newest entries and counts the skipped ones. While a stream stays too fast, only its newest
	// entries are read.
	Lossless bool
	// Ordered keeps the order of IDs across batches too, so that the events of a workflow, which are in several streams, come in
	// the order they happened. An entry is yielded only once no earlier entry can follow: after the millisecond of its ID, or one
	// more read where the server's clock may not be asked for (TIME), as in a cluster. Streams of
	// fully named types are watched before they exist. Only entries of streams that are found late come late; entries of
	// different nodes of a cluster have no order. It requires Lossless.
	Ordered bool
	// Patience is the max time without a successful read. After it the tail ends; its last error is [fault.ErrPatience] with the
	// reason. 0 means that the tail continues until its context ends.
	Patience time.Duration
}

// Defaults of [Options].
const (
	// defaultInterval gives one read per frame at 10–15 frames a second.
	defaultInterval = 80 * time.Millisecond
	// defaultPerRead is sixteen times the 31 entries per read that 10,000 events/s over 26 streams bring.
	defaultPerRead = 500
	// defaultDiscover is the max time that a new stream stays unseen.
	defaultDiscover = 2 * time.Second
)

// Batch is the result of one read.
type Batch struct {
	// Entries are sorted by ID, then by stream. Across batches that order holds within each stream.
	Entries []model.Entry
	// Skipped is the number of entries added but not shown since the previous batch: jumped over, or trimmed or deleted before
	// they could be read. It is unknown when entries were skipped that a server before Redis 7 can't count.
	Skipped model.Count
	// Streams is the number of streams being read.
	Streams int
	// Unreadable holds the keys that can't be read now, each with the server's error, or the reason why its cluster node doesn't
	// answer. The map must not be changed.
	Unreadable map[string]string
}

// Source supplies the streams of a tail.
type Source struct {
	// All returns all existing keys.
	All func(ctx context.Context) ([]string, error)
	// More begins a walk over the keys. Each call takes some steps; at the end the walk starts again. It skips the cluster nodes
	// for which leave returns true. If a node fails, the keys of the others are returned with its error.
	More func() func(ctx context.Context, leave func(wire.Node) bool) ([]string, error)
	// Figures returns the reply to XINFO STREAM for each key of a node.
	Figures func(ctx context.Context, node wire.Node, keys []string) ([]model.Stream, error)
}

// Follow implements observe.Reader.Tail for the streams of a source. It sends XREAD and XREVRANGE, and with Ordered TIME.
func Follow(ctx context.Context, look wire.Look, from Source, o Options) iter.Seq2[Batch, error] {
	o = o.withDefaults()
	return func(yield func(Batch, error) bool) {
		if err := fault.NeedContext(ctx); err != nil {
			yield(Batch{}, fmt.Errorf("bus: tail: %w", err)) // and nothing after it: retrying wouldn't help
			return
		}
		t := newTail(look, from, o)
		watch := look.WatchWait(fault.WaitTail)
		watch.Patience = o.Patience
		defer watch.Over()
		var nap wire.Nap
		defer nap.Close()
		failures := 0
		for announce := true; ; {
			started := time.Now()
			watch.Begin()
			err := t.step(ctx)
			if ctx.Err() != nil {
				return
			}
			var wait time.Duration
			if err != nil {
				failures++
				watch.Failed(err)
				announce = true
				if watch.Exhausted() {
					yield(Batch{}, fmt.Errorf("bus: tail: %w after %s: %w", fault.ErrPatience, o.Patience, err))
					return
				}
				if !yield(Batch{}, fmt.Errorf("bus: tail: %w", err)) {
					return
				}
				wait = wire.ReconnectBackoff.After(failures)
			} else {
				failures = 0
				watch.Over()
				if batch, news := t.take(); news || announce {
					announce = false
					if !yield(batch, nil) {
						return
					}
				}
				if !t.hurry {
					wait = t.rest(time.Since(started))
				}
			}
			if !nap.Pause(ctx, wait) {
				return
			}
		}
	}
}

func (o Options) withDefaults() Options {
	if o.Interval <= 0 {
		o.Interval = defaultInterval
	}
	o.Quiet = max(o.Quiet, o.Interval)
	if o.PerRead <= 0 {
		o.PerRead = defaultPerRead
	}
	if o.Discover <= 0 {
		o.Discover = defaultDiscover
	}
	return o
}

// quietAfter is the number of reads that return nothing until a tail is quiet: in a gap between two events of a busy workflow it
// isn't.
const quietAfter = 50

// rest returns how long to wait after a read that took so long, with what was done with its entries: until the interval is over. A
// tail whose reads take longer than that has no time for them, and rests half of the time up to Quiet, so that they return more. An
// ordered one reads when a millisecond of the server is over, as far as its clock is known.
func (t *tail) rest(took time.Duration) time.Duration {
	interval := max(t.o.Interval, t.pace())
	if t.idle > quietAfter {
		interval = max(t.o.Quiet, t.pace())
	}
	wait := max(interval-took, min(took, t.o.Quiet-t.o.Interval))
	if t.o.Ordered {
		return t.order.align(time.Now(), wait)
	}
	return wait
}

// perStream is the min time between two reads, per stream read. Reading a stream takes the server about a microsecond, even
// without new entries, and the tail may use 1/150 of the server's time for that.
const perStream = 150 * time.Microsecond

// pace returns the min time between two reads of the readable streams.
func (t *tail) pace() time.Duration {
	if t.o.Lossless {
		return 0
	}
	return time.Duration(t.readable) * perStream
}
