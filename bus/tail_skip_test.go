package bus_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/model"
)

func TestTailCountsExactlyWhatItSkips(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			needs(t, name, redistest.Lag) // without it what was skipped is unknown
			s := start(t)
			o := quick
			o.PerRead = 10
			s.add(t, "events:a", 1, 1)
			f := s.follow(t, o)
			const added = 20_000
			s.add(t, "events:a", 2, added)
			f.await(t, "shown and skipped to be all", func() bool {
				return !f.skipped.Known || int64(len(f.entries))+f.skipped.N >= added
			})
			if f.skipped.N+int64(len(f.entries)) != added || f.skipped.N == 0 {
				t.Errorf("%d shown and %v skipped of %d", len(f.entries), f.skipped, added)
			}
			if last := f.entries[len(f.entries)-1].ID; last != at(added+1) {
				t.Errorf("ends at %v", last)
			}
		})
	}
}

func TestTailCountsWhatWasTrimmedBeforeItCouldBeRead(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			needs(t, name, redistest.Lag)
			s := start(t)
			s.add(t, "events:a", 1, 1)
			f := s.follow(t, quick)
			pipe := s.client.TxPipeline()
			for i := range 100 {
				pipe.XAdd(t.Context(), &redis.XAddArgs{Stream: "events:a", ID: at(i + 2).String(), MaxLen: 3, Values: []any{"a", "b"}})
			}
			must(pipe.Exec(t.Context()))(t)
			f.await(t, "97 skipped", func() bool { return len(f.entries) == 3 && f.skipped == model.Exactly(97) })
		})
	}
}

func TestLosslessTailMissesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	proxy := redistest.StartProxy(t, server.Addr())
	client := redis.NewClient(&redis.Options{Addr: proxy.Addr(), MaxRetries: -1})
	t.Cleanup(func() { _ = client.Close() })
	watcher := serve(t, client)
	admin := server.Client()
	o := quick
	o.Lossless, o.PerRead = true, 50
	f := watcher.follow(t, o)

	const writers, each, streams = 8, 1000, 20
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				err := admin.XAdd(context.Background(), &redis.XAddArgs{
					Stream: fmt.Sprintf("events:s%02d", (w+i)%streams), Values: []any{"n", w*each + i},
				}).Err()
				if err != nil {
					t.Error(err)
					return
				}
				if i%200 == 100 {
					if w%2 == 0 {
						proxy.CutAll()
					} else {
						_ = proxy.DropReply("XREAD") // not waited for: a cut may come first
					}
				}
			}
		})
	}
	wg.Wait()
	seen := make(map[string]int)
	last := make(map[string]model.Position)
	for _, e := range f.sees(t, writers*each) {
		seen[e.Fields[0].Value]++
		if !e.ID.After(last[e.Stream]) {
			t.Fatalf("%v after %v on %s", e.ID, last[e.Stream], e.Stream)
		}
		last[e.Stream] = e.ID
	}
	if len(seen) != writers*each {
		t.Errorf("%d different entries, want %d", len(seen), writers*each)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.entries) != writers*each || f.skipped != model.Exactly(0) || f.disordered {
		t.Errorf("%d entries, %v skipped, disordered %t", len(f.entries), f.skipped, f.disordered)
	}
}

func TestTailGoesOnWithoutAGapAfterAnOutage(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t, redistest.WithAppendOnly("always"))
	s := serve(t, server.Client())
	s.add(t, "events:a", 1, 1)
	f := s.follow(t, quick)
	server.Kill()
	f.await(t, "the error to be told", func() bool { return f.failures > 0 })
	f.mu.Lock()
	batches := f.batches
	f.mu.Unlock()
	server.Restart()
	f.await(t, "the tail to be back", func() bool { return f.batches > batches })
	s.add(t, "events:a", 2, 3)
	if got := keysOf(f.sees(t, 3)); got != "a/2-0 a/3-0 a/4-0" {
		t.Errorf("got %s", got)
	}
}
