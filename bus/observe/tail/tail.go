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

// Options say what to follow, from where, and at what cost.
type Options struct {
	// Types are globs of event types ("workflow.*"); empty means all. They take in the partitions of a type. Where all
	// are named in full, a server that denies SCAN is no hindrance, but for further partitions.
	Types []string
	// From is the first position to read, on every stream; zero means now.
	From model.Position
	// After is the last position that was read already, for some streams; it goes before From.
	After map[string]model.Position
	// Backlog asks for the newest so many entries over all streams to begin with. It is left out when From is set.
	Backlog int
	// Interval is the least time between two reads; 0 means 80 ms.
	Interval time.Duration
	// PerRead is how many entries one read takes from one stream at most; 0 means 500. It begins with 500 or less and takes
	// more while there is more, and fewer when a read brings over a megabyte (four when Lossless).
	PerRead int
	// Discover is the time between two looks for streams that appeared or were made anew; 0 means 2 s.
	Discover time.Duration
	// Lossless never skips: a stream that brings more than can be read is read without a pause, and the tail may
	// fall behind. Otherwise it jumps to the newest entries, of a stream that goes on bringing more straight to those, and
	// counts what it skipped.
	Lossless bool
	// Ordered keeps the order of IDs across batches too, so that the events of a workflow, which lie in several streams,
	// come as they happened: an entry is handed on only once nothing that comes before it can come any more, which takes
	// one more read. Streams of types that are named in full are watched from before they exist. Only entries of streams
	// that are found late come late; those of different nodes of a cluster have no order. It needs Lossless.
	Ordered bool
	// Patience ends the tail when it could not read for so long: the last error it yields is [fault.ErrPatience] with the reason. 0 means
	// that it goes on for as long as its context lives.
	Patience time.Duration
}

// Defaults of [Options].
const (
	// defaultInterval makes a frame's worth of entries at 10–15 frames a second.
	defaultInterval = 80 * time.Millisecond
	// defaultPerRead holds the 31 entries that 10,000 events/s over 26 streams bring per read sixteen times over.
	defaultPerRead = 500
	// defaultDiscover is how long a new stream may stay unseen.
	defaultDiscover = 2 * time.Second
)

// Batch is what one read brought.
type Batch struct {
	// Entries are in the order of their IDs, and of their streams where those are equal. Across batches that order
	// holds within each stream.
	Entries []model.Entry
	// Skipped is how many entries were added and not shown since the batch before: jumped over, or trimmed or deleted
	// before they could be read. Unknown when something was skipped that a server before Redis 7 can't count.
	Skipped model.Count
	// Streams is how many streams are being read.
	Streams int
	// Unreadable are the keys that can't be read now, with what the server says of them, or why their node of a cluster
	// doesn't answer; it must not be changed.
	Unreadable map[string]string
}

// Source is where a tail's streams come from.
type Source struct {
	// All finds all keys that there are.
	All func(ctx context.Context) ([]string, error)
	// More begins a walk over the keys, of which each call takes some steps, and round again. It leaves out the nodes of
	// a cluster that it is told to leave; the keys of the others come with the error of one.
	More func() func(ctx context.Context, leave func(wire.Node) bool) ([]string, error)
	// Figures are what XINFO STREAM says of each key of a node.
	Figures func(ctx context.Context, node wire.Node, keys []string) ([]model.Stream, error)
}

// Follow is observe.Reader.Tail of the streams of a source. It sends XREAD and XREVRANGE.
func Follow(ctx context.Context, look wire.Look, from Source, o Options) iter.Seq2[Batch, error] {
	o = o.withDefaults()
	return func(yield func(Batch, error) bool) {
		if err := fault.NeedContext(ctx); err != nil {
			yield(Batch{}, fmt.Errorf("bus: tail: %w", err)) // and nothing after it: no time mends that
			return
		}
		t := newTail(look, from, o)
		watch := look.WatchWait(fault.WaitTail)
		watch.Patience = o.Patience
		defer watch.Over()
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
					wait = max(o.Interval, t.pace()) - time.Since(started)
				}
			}
			if !wire.Pause(ctx, wait) {
				return
			}
		}
	}
}

func (o Options) withDefaults() Options {
	if o.Interval <= 0 {
		o.Interval = defaultInterval
	}
	if o.PerRead <= 0 {
		o.PerRead = defaultPerRead
	}
	if o.Discover <= 0 {
		o.Discover = defaultDiscover
	}
	return o
}

// perStream is the least time between two reads, for each stream read: looking at a stream takes the server about a
// microsecond, whether or not it has brought anything, and the tail may have a hundred-and-fiftieth of its time for that.
const perStream = 150 * time.Microsecond

// pace is the least time between two reads of so many streams.
func (t *tail) pace() time.Duration {
	if t.o.Lossless {
		return 0
	}
	return time.Duration(t.readable) * perStream
}
