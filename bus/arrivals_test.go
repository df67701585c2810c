package bus_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"pgregory.net/rapid"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// arrived adds entries at so many milliseconds, and tells what came in between two moments.
func (s served) arrived(t testing.TB, stream string, from, to int64, parts int) []model.Count {
	t.Helper()
	snapshot := must(s.Reader().Snapshot(t.Context(), []string{stream}))(t)
	return must(s.Reader().Arrivals(t.Context(), &snapshot.Streams[0], time.UnixMilli(from), time.UnixMilli(to), parts))(t)
}

func (s served) addAt(t testing.TB, stream, payload string, ms ...int64) {
	t.Helper()
	pipe := s.client.Pipeline()
	for i, ms := range ms { // Redis before 7 doesn't number entries of the same millisecond
		pipe.XAdd(t.Context(), &redis.XAddArgs{Stream: stream, ID: fmt.Sprintf("%d-%d", ms, i), Values: []any{"data", payload}})
	}
	must(pipe.Exec(t.Context()))(t)
}

// every is n moments from one on, so far apart.
func every(from, apart int64, n int) []int64 {
	all := make([]int64, n)
	for i := range all {
		all[i] = from + int64(i)*apart
	}
	return all
}

func TestArrivalsAreCountedWhereTheyAreFewAndEstimatedWhereTheyAreMany(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	const stream = "events:audit.started"
	s.addAt(t, stream, "{}", slices.Concat(
		every(1000, 100, 3),    // a part with few entries
		every(3000, 10, 100),   // one with many, evenly
		every(4000, 0, 40),     // one with many at once
		every(5500, 10, 50),    // one that begins in the middle of its part
		every(90_000, 1000, 3), // what is later
	)...)
	got := s.arrived(t, stream, 1000, 7000, 6)
	want := []model.Count{model.Exactly(3), model.Exactly(0), model.About(100), {}, model.About(50), model.Exactly(0)}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	must(s.client.XTrimMaxLen(t.Context(), stream, 143).Result())(t) // up to the middle of the part with a hundred
	got = s.arrived(t, stream, 1000, 7000, 6)
	if want := []model.Count{{}, {}, {}, {}, model.About(50), model.Exactly(0)}; !slices.Equal(got, want) {
		t.Errorf("of a trimmed stream: got %v, want %v", got, want)
	}
	if got := s.arrived(t, "events:none", 0, 6000, 2); !slices.Equal(got, []model.Count{model.Exactly(0), model.Exactly(0)}) {
		t.Errorf("of no stream: %v", got)
	}
}

func TestArrivalsOfLargeEntriesAreNotReadForTheirNumber(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	const stream = "events:audit.started"
	s.addAt(t, stream, strings.Repeat("x", 400_000), every(1000, 1000, 20)...)
	if got := s.arrived(t, stream, 0, 60_000, 10); !slices.Equal(got, make([]model.Count, 10)) {
		t.Errorf("got %v", got)
	}
}

// Of entries that come evenly an estimate is right but for what one entry more or less makes of the sample.
func TestArrivalsOfEvenTrafficAreRight(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	n := 0
	rapid.Check(t, func(r *rapid.T) {
		n++
		stream := fmt.Sprintf("events:even%d", n)
		apart := rapid.Int64Range(1, 400).Draw(r, "apart")
		s.addAt(t, stream, "{}", every(1000, apart, int(10_000/apart)+1)...)
		parts := rapid.IntRange(1, 8).Draw(r, "parts")
		for i, c := range s.arrived(t, stream, 1000, 11_000, parts) {
			want := 10_000 / float64(parts) / float64(apart)
			if off := float64(c.N) - want; !c.Known || off < -2-want/10 || off > 2+want/10 {
				r.Fatalf("part %d of %d, an entry every %d ms: %v, want about %.1f", i, parts, apart, c, want)
			}
		}
	})
}

func TestArrivalsWantATimeAndParts(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	stream := &model.Stream{Key: "events:audit.started"}
	for _, c := range []struct {
		from, to int64
		parts    int
	}{{0, 1000, 0}, {0, 1000, -1}, {1000, 1000, 1}, {1000, 0, 1}, {0, 9, 10}} {
		if _, err := s.Reader().Arrivals(t.Context(), stream, time.UnixMilli(c.from), time.UnixMilli(c.to), c.parts); !errors.Is(err, fault.ErrRequest) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	must(s.client.Set(t.Context(), "events:audit.started", "no stream", 0).Result())(t)
	if _, err := s.Reader().Arrivals(t.Context(), stream, time.UnixMilli(0), time.UnixMilli(1000), 2); err == nil {
		t.Error("a key that is no stream tells of arrivals")
	}
}
