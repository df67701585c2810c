// Package feed observes a bus: new entries, snapshots, the past, and the states of entries when filters ask for them. It
// hands over what it sees a frame at a time; package live keeps it. Start reading at [Feed].
package feed

import (
	"context"
	"sync"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/fault"
	"streamdesk/bus/observe/tail"
	"streamdesk/bus/recording"
	"streamdesk/model"
	"streamdesk/ui/live"
)

// Feed observes the bus and gathers what it sees between two frames. It only reads: nothing it sends creates or changes
// a key. Its goroutines end when its context does; Wait waits for them.
type Feed struct {
	Bus *bus.Bus
	// Refresh is the min time between two snapshots; it is longer where they cost the server much.
	Refresh time.Duration
	// Recording is where each snapshot is recorded; the zero File is nowhere.
	Recording recording.File
	// Actions returns what was done to the bus since it was called before, to be recorded too; it may be nil.
	Actions func() ([]recording.Action, error)
	// Hub is what observes in place of this feed; nil makes the feed observe by itself. The settings above are the hub's then.
	Hub *Hub
	// OnPanic is called when a goroutine panics, so that the terminal can be restored before anything is printed.
	OnPanic fault.Func

	found      chan struct{} // closed once streams were searched for
	discovered sync.Once
	looked     chan *model.Snapshot // receives the first snapshot
	seen       chan time.Time       // receives the times of those that are to be recorded

	moved chan struct{} // receives that the batch has changed; nil unless a hub wants to know

	mu    sync.Mutex
	batch live.Batch
	keys  []string // the bus's keys, as last found
	// snapshot and server are the newest, for the recording.
	snapshot *model.Snapshot
	server   *model.Server
	// keepErr is why the last snapshot wasn't recorded, keepNews the same until it is told.
	keepErr, keepNews error
	group             sync.WaitGroup
}

const (
	// tailEvery is the interval of reading new entries: a little shorter than a frame, so that none waits for two.
	tailEvery = 80 * time.Millisecond
	// tailPerRead is the max number of entries in one read of one stream: at 80 ms, 25,000 a second. More than that are
	// skipped and counted, since nobody can read them.
	tailPerRead = 2000
	// batchMost is the max number of entries that wait for a frame: the screen keeps no more anyway.
	batchMost = 20_000
	// backlog is how many entries are read at first, so that nothing starts empty: a few screens full.
	backlog = 200
	// AskTimeout is the max time of one exchange with the server: more than a slow SCAN, less than a person's patience.
	AskTimeout = 5 * time.Second
)

// Start starts observing; everything ends with ctx.
func (f *Feed) Start(ctx context.Context) {
	f.batch.Skipped = model.Exactly(0)
	if f.Hub != nil {
		f.Run(ctx, func(ctx context.Context) { f.Hub.join(ctx, f) })
		return
	}
	f.found, f.discovered, f.looked = make(chan struct{}), sync.Once{}, make(chan *model.Snapshot, 1)
	f.seen = make(chan time.Time, 1)
	f.Run(ctx, f.discover)
	f.Run(ctx, f.observe)
	f.Run(ctx, f.tail)
	f.Run(ctx, f.recall)
	if !f.Recording.None() {
		f.Run(ctx, f.keep)
	}
}

// Run runs work in a goroutine of the feed until ctx ends.
func (f *Feed) Run(ctx context.Context, work func(context.Context)) {
	f.group.Go(func() {
		defer f.OnPanic.Catch()
		work(ctx)
	})
}

// Wait returns when every goroutine has ended.
func (f *Feed) Wait() { f.group.Wait() }

// Take returns what has come in since the last call.
func (f *Feed) Take() live.Batch {
	f.mu.Lock()
	defer f.mu.Unlock()
	b := f.batch
	f.batch = live.Batch{Skipped: model.Exactly(0)}
	return b
}

// Add changes what the next Take returns.
func (f *Feed) Add(change func(*live.Batch)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(&f.batch)
	select {
	case f.moved <- struct{}{}:
	default: // nobody wants to know, or will look anyway
	}
}

// note records the result of an exchange and reports whether it went well.
func (f *Feed) note(err error) bool {
	f.Add(func(b *live.Batch) { b.Trouble, b.Healthy = err, err == nil })
	return err == nil
}

// tail gathers new entries.
func (f *Feed) tail(ctx context.Context) {
	options := tail.Options{Backlog: backlog, Interval: tailEvery, PerRead: tailPerRead, Discover: discoverEvery}
	for read, err := range f.Bus.Reader().Tail(ctx, options) {
		if err != nil {
			if ctx.Err() != nil {
				return
			}
			continue // the snapshot meets the same trouble and reports it; the tail continues by itself
		}
		f.gather(f.Bus.Reader().DecodeAll(read.Entries), read.Skipped)
	}
}

// gather adds records, which it keeps, to the batch; when the batch is full, the oldest are dropped and counted.
func (f *Feed) gather(records []model.Record, skipped model.Count) {
	f.Add(func(b *live.Batch) {
		if len(b.Records) == 0 {
			b.Records = records
		} else {
			b.Records = append(b.Records, records...)
		}
		most := batchMost
		if f.Hub != nil {
			most = followerMost
		}
		if over := len(b.Records) - most; over > 0 {
			b.Records = append(b.Records[:0], b.Records[over:]...)
			skipped.N += int64(over)
		}
		b.Skipped = model.Count{
			N:         b.Skipped.N + skipped.N,
			Known:     b.Skipped.Known && skipped.Known,
			Estimated: b.Skipped.Estimated || skipped.Estimated,
		}
	})
}
