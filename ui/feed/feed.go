// Package feed looks at a bus while it is watched: new entries, snapshots, the time before, and how entries stand for filters
// that ask. What it sees is handed over a frame at a time; what becomes of it is package live's. Start reading at [Feed].
package feed

import (
	"context"
	"sync"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/fault"
	"streamdesk/bus/observe/tail"
	"streamdesk/model"
	"streamdesk/ui/live"
)

// Feed watches the bus and gathers what it sees between two frames. It only looks: nothing it sends creates or
// changes a key. Its goroutines end when its context does; Wait tells when.
type Feed struct {
	Bus *bus.Bus
	// Refresh is the time between two snapshots, or the least of it where they cost the server much.
	Refresh time.Duration
	// OnPanic is told what a goroutine died of, so that the terminal can be restored before anything is printed.
	OnPanic fault.Func

	found      chan struct{} // closed once there is something to look at
	discovered sync.Once
	looked     chan *model.Snapshot // gets the first snapshot

	mu    sync.Mutex
	batch live.Batch
	keys  []string // the bus's keys, as the last look found them
	group sync.WaitGroup
}

const (
	// tailEvery is the pace of reading new entries: a little faster than frames are drawn, so that none waits for two.
	tailEvery = 80 * time.Millisecond
	// tailPerRead bounds what one read of one stream brings. At 80 ms it is 25,000 events a second and stream; what
	// comes faster is passed over and counted, since nobody can read it.
	tailPerRead = 2000
	// batchMost bounds what waits for a frame, should frames not come: the screen keeps no more anyway.
	batchMost = 20_000
	// backlog is how many entries are read at first, so that nothing starts empty: some screens full.
	backlog = 200
	// AskTimeout bounds one exchange with the server. Longer than a slow SCAN, shorter than a person's patience.
	AskTimeout = 5 * time.Second
)

// Start begins to watch; everything ends with ctx.
func (f *Feed) Start(ctx context.Context) {
	f.batch.Skipped = model.Exactly(0)
	f.found, f.discovered, f.looked = make(chan struct{}), sync.Once{}, make(chan *model.Snapshot, 1)
	f.Run(ctx, f.discover)
	f.Run(ctx, f.observe)
	f.Run(ctx, f.tail)
	f.Run(ctx, f.recall)
}

// Run has work done until ctx ends, beside what the feed itself does.
func (f *Feed) Run(ctx context.Context, work func(context.Context)) {
	f.group.Go(func() {
		defer f.OnPanic.Catch()
		work(ctx)
	})
}

// Wait returns when every goroutine has ended.
func (f *Feed) Wait() { f.group.Wait() }

// Take is what has come in since the last one.
func (f *Feed) Take() live.Batch {
	f.mu.Lock()
	defer f.mu.Unlock()
	b := f.batch
	f.batch = live.Batch{Skipped: model.Exactly(0)}
	return b
}

// Add changes what the next Take brings.
func (f *Feed) Add(change func(*live.Batch)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(&f.batch)
}

// note records how an exchange went, and says whether it went well.
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
			continue // the snapshot meets the same trouble and tells of it; the tail goes on by itself
		}
		f.gather(f.Bus.Reader().DecodeAll(read.Entries), read.Skipped)
	}
}

// gather adds records, which it keeps, to the batch; what is too much for it is dropped, oldest first, and counted.
func (f *Feed) gather(records []model.Record, skipped model.Count) {
	f.Add(func(b *live.Batch) {
		if len(b.Records) == 0 {
			b.Records = records
		} else {
			b.Records = append(b.Records, records...)
		}
		if over := len(b.Records) - batchMost; over > 0 {
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
