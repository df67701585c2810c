package cli

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"
)

const (
	// garbageMost is the max garbage of the desk between collections. At 10,000 events a second about 6 MB come a
	// second.
	garbageMost = 10 << 20
	// mostPercent is for a desk with little memory in use. It halves the collections against Go's default of 100, and
	// keeps the desk far below 64 MB.
	mostPercent = 200
	// leastPercent is for a desk with much memory in use, which would otherwise be collected all the time.
	leastPercent = 25
	// pacedEvery is the interval of reading the memory in use.
	pacedEvery = 2 * time.Second
)

// paceCollections bounds garbage by its size. Go bounds it by a share of the memory in use: with ten thousand workflows
// it would grow to three times that size. The bound lasts until ctx is done or the returned function is called, which
// restores the earlier setting. (The demo holds a whole server, and keeps Go's default.)
func paceCollections(ctx context.Context) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	before := debug.SetGCPercent(mostPercent)
	var pacer sync.WaitGroup
	pacer.Go(func() {
		ticker := time.NewTicker(pacedEvery)
		defer ticker.Stop()
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		for at := mostPercent; ; {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			metrics.Read(live)
			if percent := collectAt(live[0].Value.Uint64()); percent != at {
				at = percent
				debug.SetGCPercent(at)
			}
		}
	})
	return func() {
		cancel()
		pacer.Wait()
		debug.SetGCPercent(before)
	}
}

// collectAt returns the garbage percentage for live bytes in use. It changes in steps, because each change stops the
// program for a moment.
func collectAt(live uint64) int {
	const step = 25
	percent := int(100*garbageMost/max(live, 1)+step/2) / step * step
	return max(min(percent, mostPercent), leastPercent)
}
