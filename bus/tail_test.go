package bus_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/observe/tail"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// quick are options under which a test needn't wait for the next look.
var quick = tail.Options{Interval: time.Millisecond, Discover: 2 * time.Millisecond}

// tailing runs a tail in the background and keeps what it yields.
type tailing struct {
	mu         sync.Mutex
	entries    []model.Entry
	skipped    model.Count
	batches    int
	failures   int
	unreadable map[string]string
	disordered bool
	stop       context.CancelFunc
}

// follow starts a tail, and returns when it has begun.
func (s served) follow(t *testing.T, o tail.Options) *tailing {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	f := &tailing{stop: cancel, skipped: model.Exactly(0)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for batch, err := range s.Reader().Tail(ctx, o) {
			f.take(batch, err)
		}
	}()
	t.Cleanup(func() { cancel(); <-ended })
	f.await(t, "the tail to begin", func() bool { return f.batches > 0 })
	return f
}

func (f *tailing) take(batch tail.Batch, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil {
		f.failures++
		return
	}
	f.batches++
	f.unreadable = batch.Unreadable
	f.entries = append(f.entries, batch.Entries...)
	f.disordered = f.disordered || !slices.IsSortedFunc(batch.Entries, func(e, g model.Entry) int { return e.ID.Compare(g.ID) })
	if f.skipped.Known && batch.Skipped.Known {
		f.skipped.N += batch.Skipped.N
	} else {
		f.skipped = model.Count{}
	}
}

func (f *tailing) await(t *testing.T, what string, cond func() bool) {
	t.Helper()
	redistest.Eventually(t, patience, func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return cond()
	}, what)
}

// sees waits until the tail has brought n entries, and returns them.
func (f *tailing) sees(t *testing.T, n int) []model.Entry {
	t.Helper()
	f.await(t, fmt.Sprintf("%d entries", n), func() bool { return len(f.entries) >= n })
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.entries)
}

// keysOf are the entries' keys as text.
func keysOf(entries []model.Entry) string {
	var keys []string
	for i := range entries {
		keys = append(keys, strings.TrimPrefix(entries[i].Key().String(), "events:"))
	}
	return strings.Join(keys, " ")
}

func TestTailBringsWhatIsAddedFromNowOn(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.add(t, "events:a.x", 1, 3)
			f := s.follow(t, quick)
			s.add(t, "events:a.x", 4, 1)
			s.add(t, "events:b.x", 5, 1)
			if got := keysOf(f.sees(t, 2)); got != "a.x/4-0 b.x/5-0" {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestTailBeginsWithTheNewestOverAllStreams(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			for i := range 30 {
				s.add(t, fmt.Sprintf("events:s%d", i%3), i+1, 1)
			}
			o := quick
			o.Backlog = 4
			if got := keysOf(s.follow(t, o).sees(t, 4)); got != "s2/27-0 s0/28-0 s1/29-0 s2/30-0" {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestTailBacklogOverMoreStreamsThanOneRoundTripReads(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	for i := range 200 {
		s.add(t, fmt.Sprintf("events:s%03d", i), i+1, 1)
	}
	o := quick
	o.Backlog = 100
	got := s.follow(t, o).sees(t, 100)
	if len(got) != 100 || got[0].ID != at(101) || got[99].ID != at(200) {
		t.Errorf("got %d entries from %v to %v", len(got), got[0].ID, got[len(got)-1].ID)
	}
}

func TestTailStartsWhereItIsTold(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.add(t, "events:a", 1, 5)
			s.add(t, "events:b", 1, 5)
			o := quick
			o.From = at(4)
			o.After = map[string]model.Position{"events:b": at(4), "events:later": at(1)}
			f := s.follow(t, o)
			if got := keysOf(f.sees(t, 3)); got != "a/4-0 a/5-0 b/5-0" {
				t.Errorf("got %s", got)
			}
			s.add(t, "events:later", 1, 2)
			if got := keysOf(f.sees(t, 4)[3:]); got != "later/2-0" {
				t.Errorf("then got %s", got)
			}
		})
	}
}

func TestTailWaitsForAStreamThatHasYetToComeToItsStart(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.add(t, "events:old", 1, 10)
			s.add(t, "events:young", 20, 1)
			o := quick
			o.From, o.Lossless = at(15), true
			f := s.follow(t, o)
			f.sees(t, 1)
			s.add(t, "events:new", 16, 1) // seen only by a later look at all streams, which compares the old one too
			f.sees(t, 2)
			s.add(t, "events:old", 16, 1)
			if got := keysOf(f.sees(t, 3)); got != "young/20-0 new/16-0 old/16-0" {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestTailFollowsOnlyTheTypesAskedFor(t *testing.T) {
	t.Parallel()
	for _, types := range [][]string{{"a.*", "b.y"}, {"a.x", "b.y"}} {
		t.Run(strings.Join(types, " "), func(t *testing.T) {
			t.Parallel()
			s := onRedis(t)
			o := quick
			o.Types = types
			f := s.follow(t, o)
			s.add(t, "events:b.x", 1, 1)
			s.add(t, "events:a.x", 2, 1)
			s.add(t, "events:b.y", 3, 1)
			f.sees(t, 2)
			s.add(t, "events:b.y", 4, 1)
			if got := f.sees(t, 3); strings.Contains(keysOf(got), "b.x") {
				t.Errorf("got %s", keysOf(got))
			}
		})
	}
}

func TestTailReadsANewStreamFromItsBeginning(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			f := s.follow(t, quick)
			s.add(t, "events:new", 1, 50)
			f.sees(t, 50)
			if f.skipped != model.Exactly(0) {
				t.Errorf("skipped %v", f.skipped)
			}
		})
	}
}

func TestTailReadsAStreamMadeAnewFromItsBeginning(t *testing.T) {
	t.Parallel()
	for how, undo := range map[string][]any{"DEL": {"DEL", "events:a"}, "FLUSHALL": {"FLUSHALL"}} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			for name, start := range bothServers {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					s := start(t)
					f := s.follow(t, quick)
					s.add(t, "events:a", 100, 5)
					f.sees(t, 5)
					s.run(t, undo...)
					s.add(t, "events:a", 1, 3)
					if got := keysOf(f.sees(t, 8)[5:]); got != "a/1-0 a/2-0 a/3-0" {
						t.Errorf("got %s", got)
					}
				})
			}
		})
	}
}

func TestTailReadsOnWhenAKeyIsNoStream(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.run(t, "SET", "events:text", "x")
			s.add(t, "events:turns", 1, 1)
			f := s.follow(t, quick)
			s.add(t, "events:a", 1, 2)
			f.sees(t, 2)
			s.run(t, "DEL", "events:turns")
			s.run(t, "SET", "events:turns", "into text")
			s.add(t, "events:a", 3, 2)
			f.sees(t, 4)
			f.await(t, "both to be told", func() bool { return len(f.unreadable) == 2 })
			s.run(t, "DEL", "events:text")
			s.add(t, "events:text", 1, 1)
			f.sees(t, 5)
			if f.failures > 0 {
				t.Errorf("%d errors", f.failures)
			}
		})
	}
}

func TestTailReadsOnWhenAStreamMayNotBeRead(t *testing.T) {
	t.Parallel()
	redistest.Needs(t, redistest.ACLSelectors)
	server := redistest.Start(t, redistest.WithACL("half on >pw ~events:mine* +@all (+xinfo ~*)"))
	all := serve(t, server.Client())
	all.add(t, "events:theirs", 1, 1)
	o := server.Options()
	o.Username, o.Password = "half", "pw"
	client := redis.NewClient(o)
	t.Cleanup(func() { _ = client.Close() })
	f := serve(t, client).follow(t, quick)
	all.add(t, "events:mine", 1, 1)
	f.sees(t, 1)
	f.await(t, "the refusal to be told", func() bool { return strings.HasPrefix(f.unreadable["events:theirs"], "NOPERM") })
}

func TestTailReadsLargeEntriesInSmallerHelpings(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	s.add(t, "events:a", 1, 1)
	o := quick
	o.Lossless = true
	f := s.follow(t, o)
	large := strings.Repeat("x", 1<<20)
	for range 40 {
		s.run(t, "XADD", "events:a", "*", "data", large)
	}
	f.sees(t, 40)
}

func TestTailEndsWhenItsReaderBreaksOrItsContextEnds(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	for batch, err := range s.Reader().Tail(t.Context(), quick) {
		must(batch, err)(t)
		break
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for batch, err := range s.Reader().Tail(ctx, quick) {
		must(batch, err)(t)
		cancel()
	}
	if !errors.Is(ctx.Err(), context.Canceled) {
		t.Error("the tail ended by itself")
	}
}
