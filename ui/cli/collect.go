package cli

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"
)

const (
	// garbageMost is how much garbage the desk lets grow before it is collected: at 10,000 events a second some 6 MB come a second.
	garbageMost = 16 << 20
	// mostPercent is for a desk with little in use: collections are halved against Go's own 100, and it stays far from 64 MB.
	mostPercent = 200
	// leastPercent is for one that holds very much, which would be collected without end.
	leastPercent = 25
	// pacedEvery is how often what is in use is looked at.
	pacedEvery = 2 * time.Second
)

// paceCollections bounds garbage by its size, where Go's own bound is a share of what is in use: ten thousand workflows would let it
// grow to three times of that. It lasts until ctx is done or the returned function is called, which puts back what was. (The
// demo holds a whole server, and keeps to Go's own.)
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

// collectAt is the percentage of garbage for so many bytes in use, in steps: each change of it stops the program for a moment.
func collectAt(live uint64) int {
	const step = 25
	percent := int(100*garbageMost/max(live, 1)+step/2) / step * step
	return max(min(percent, mostPercent), leastPercent)
}
