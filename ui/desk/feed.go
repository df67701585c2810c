package desk

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

// feed watches the bus and gathers what it sees between two frames. It only looks: nothing it sends creates or
// changes a key. Its goroutines end when its context does; wait tells when.
type feed struct {
	bus     *bus.Bus
	refresh time.Duration
	backlog int
	// onPanic is told what a goroutine died of, so that the terminal can be restored before anything is printed.
	onPanic fault.Func

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
	// askTimeout bounds one exchange with the server. Longer than a slow SCAN, shorter than a person's patience.
	askTimeout = 5 * time.Second
)

// start begins to watch; everything ends with ctx.
func (f *feed) start(ctx context.Context) {
	f.batch.Skipped = model.Exactly(0)
	f.found, f.discovered, f.looked = make(chan struct{}), sync.Once{}, make(chan *model.Snapshot, 1)
	f.run(ctx, f.discover)
	f.run(ctx, f.observe)
	f.run(ctx, f.tail)
	f.run(ctx, f.recall)
}

func (f *feed) run(ctx context.Context, work func(context.Context)) {
	f.group.Go(func() {
		defer f.onPanic.Catch()
		work(ctx)
	})
}

// wait returns when every goroutine has ended.
func (f *feed) wait() { f.group.Wait() }

// take is what has come in since the last take.
func (f *feed) take() live.Batch {
	f.mu.Lock()
	defer f.mu.Unlock()
	b := f.batch
	f.batch = live.Batch{Skipped: model.Exactly(0)}
	return b
}

// note records how an exchange went, and says whether it went well.
func (f *feed) note(err error) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil {
		f.batch.Trouble, f.batch.Healthy = err, false
		return false
	}
	f.batch.Trouble, f.batch.Healthy = nil, true
	return true
}

// tail gathers new entries.
func (f *feed) tail(ctx context.Context) {
	options := tail.Options{Backlog: f.backlog, Interval: tailEvery, PerRead: tailPerRead, Discover: discoverEvery}
	for read, err := range f.bus.Reader().Tail(ctx, options) {
		if err != nil {
			if ctx.Err() != nil {
				return
			}
			continue // the snapshot meets the same trouble and tells of it; the tail goes on by itself
		}
		f.gather(f.bus.Reader().DecodeAll(read.Entries), read.Skipped)
	}
}

// gather adds records, which it keeps, to the batch; what is too much for it is dropped, oldest first, and counted.
func (f *feed) gather(records []model.Record, skipped model.Count) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.batch.Records) == 0 {
		f.batch.Records = records
	} else {
		f.batch.Records = append(f.batch.Records, records...)
	}
	if over := len(f.batch.Records) - batchMost; over > 0 {
		f.batch.Records = append(f.batch.Records[:0], f.batch.Records[over:]...)
		skipped.N += int64(over)
	}
	f.batch.Skipped = model.Count{
		N:         f.batch.Skipped.N + skipped.N,
		Known:     f.batch.Skipped.Known && skipped.Known,
		Estimated: f.batch.Skipped.Estimated || skipped.Estimated,
	}
}
