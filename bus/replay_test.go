package bus_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"streamdesk/model"
)

// replayed is all that a replay yields.
func replayed(t *testing.T, s served, streams []string, from, to model.Position) []model.Entry {
	t.Helper()
	var all []model.Entry
	for e, err := range s.Reader().Replay(t.Context(), streams, from, to) {
		all = append(all, must(e, err)(t))
	}
	return all
}

func TestReplayMergesStreamsInTheOrderOfTheirIDs(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			var want []model.Entry
			streams := []string{"events:none"}
			for i := range 7 {
				streams = append(streams, fmt.Sprintf("events:s%d", i))
			}
			rapid.Check(t, func(r *rapid.T) {
				want = want[:0]
				s.client.FlushAll(t.Context())
				for _, stream := range streams[1:] {
					want = append(want, s.add(t, stream, rapid.IntRange(1, 500).Draw(r, "from"), rapid.IntRange(0, 300).Draw(r, "n"))...)
				}
				from, to := at(rapid.IntRange(1, 400).Draw(r, "first")), at(rapid.IntRange(400, 900).Draw(r, "last"))
				want = slices.DeleteFunc(want, func(e model.Entry) bool { return e.ID.Before(from) || e.ID.After(to) })
				slices.SortFunc(want, func(e, f model.Entry) int {
					if c := e.ID.Compare(f.ID); c != 0 {
						return c
					}
					return strings.Compare(e.Stream, f.Stream)
				})
				if got := replayed(t, s, streams, from, to); keysOf(got) != keysOf(want) {
					r.Fatalf("got  %s\nwant %s", keysOf(got), keysOf(want))
				}
			})
		})
	}
}

func TestReplayEndsOnAStreamThatGrows(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	s.add(t, "events:a", 1, 3)
	n := 0
	for e, err := range s.Reader().Replay(t.Context(), []string{"events:a"}, model.Position{}, model.Position{}) {
		must(e, err)(t)
		n++
		s.add(t, "events:a", 3+n, 1)
	}
	if n != 3 {
		t.Errorf("%d entries, want the 3 that were there", n)
	}
}

func TestReplayOfLargeEntries(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	for range 30 {
		s.run(t, "XADD", "events:a", "*", "data", strings.Repeat("x", 1<<20))
	}
	if got := replayed(t, s, []string{"events:a", "events:a"}, model.Position{}, model.Position{}); len(got) != 30 {
		t.Errorf("%d entries, want 30", len(got))
	}
}

func TestReplayTellsAnErrorOnce(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	s.run(t, "SET", "events:text", "x")
	var errs []error
	for _, err := range s.Reader().Replay(t.Context(), []string{"events:text"}, model.Position{}, model.Position{}) {
		errs = append(errs, err)
	}
	if len(errs) != 1 || errs[0] == nil || !strings.Contains(errs[0].Error(), "events:text") {
		t.Errorf("got %v", errs)
	}
}

func TestReplayCanBeLeftAndStartedAgain(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	s.add(t, "events:a", 1, 3)
	replay := s.Reader().Replay(t.Context(), []string{"events:a"}, at(2), model.Position{})
	for range 2 {
		for e, err := range replay {
			if must(e, err)(t).ID != at(2) {
				t.Errorf("begins with %v", e.ID)
			}
			break
		}
	}
}
