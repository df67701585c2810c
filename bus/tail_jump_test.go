package bus_test

import (
	"testing"

	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// TestTailReadsEverythingAgainAfterAFlood has a stream bring far more than is read of it, again and again, and then a
// little at a time: that is seen whole.
func TestTailReadsEverythingAgainAfterAFlood(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			needs(t, name, redistest.Lag) // without it what was skipped can't be counted
			s := start(t)
			o := quick
			o.PerRead = 10
			s.add(t, "events:a", 1, 1)
			s.add(t, "events:quiet", 1, 1)
			f := s.follow(t, o)
			added := 0
			all := func() bool { return int64(len(f.entries))+f.skipped.N >= int64(added) }
			for range 20 {
				s.add(t, "events:a", added+2, 500)
				added += 500
				f.await(t, "shown and skipped to be all", all)
			}
			skipped := f.skipped
			if skipped.N < 500 || !skipped.Known {
				t.Fatalf("%v skipped of %d", skipped, added)
			}
			for range 20 {
				s.add(t, "events:a", added+2, 5)
				s.add(t, "events:quiet", added+2, 1)
				added += 6
				f.await(t, "all to be shown", all)
			}
			if f.skipped != skipped || int64(len(f.entries))+skipped.N != int64(added) {
				t.Errorf("%d shown and %v skipped of %d, with %v in the flood", len(f.entries), f.skipped, added, skipped)
			}
			if !isOrdered(f.entries) {
				t.Error("out of order")
			}
		})
	}
}

// isOrdered says whether the entries of each stream are in the order of their IDs, each once.
func isOrdered(entries []model.Entry) bool {
	last := map[string]model.Position{}
	for _, e := range entries {
		if !last[e.Stream].Before(e.ID) {
			return false
		}
		last[e.Stream] = e.ID
	}
	return true
}
