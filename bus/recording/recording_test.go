package recording

import (
	"iter"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"streamdesk/model"
)

// collect returns what a sequence has, up to its first error.
func collect[P any](seq iter.Seq2[P, error]) (points []P, err error) {
	for point, err := range seq {
		if err != nil {
			return points, err
		}
		points = append(points, point)
	}
	return points, nil
}

var began = time.UnixMilli(1762341120000)

func create(t testing.TB, limit int64) (s *Store, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "bus.db")
	s, err := Create(t.Context(), path, limit)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, path
}

// sample is a bus at a time, with figures that are unknown, and a key that can't be read.
func sample(at time.Time) model.Snapshot {
	return model.Snapshot{At: at, Streams: []model.Stream{
		{Key: "events:a", Length: 7, EntriesAdded: model.Exactly(9), Groups: []model.Group{
			{
				Name: "g", Lag: model.About(3), Pending: 2,
				Oldest:    &model.Pending{ID: model.Position{Ms: 1762341000000, Seq: 4}, Consumer: "c", Idle: time.Second, Deliveries: 5},
				Consumers: []model.Consumer{{Name: "c", Pending: 2, Idle: 1500 * time.Millisecond}},
			},
			{Name: "h"},
		}},
		{Key: "events:b", Missing: true},
		{Key: "events:c", Problem: "WRONGTYPE"},
	}}
}

func TestWhatWasSeenIsReadAgainAndTheUnknownStaysUnknown(t *testing.T) {
	s, path := create(t, 0)
	want := sample(began)
	if err := s.Write(t.Context(), &want); err != nil {
		t.Fatal(err)
	}
	reader, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Close() }() // it was only read
	got, found, err := reader.At(t.Context(), began.Add(time.Hour))
	if err != nil || !found || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, %v", got, found, err)
	}
	if _, found, err := reader.At(t.Context(), began.Add(-1)); found || err != nil {
		t.Errorf("before the first: %v, %v", found, err)
	}
	points, err := collect(reader.Group(t.Context(), "g", began, began))
	if err != nil || len(points) != 1 || points[0].Group.Lag != model.About(3) {
		t.Errorf("%+v, %v", points, err)
	}
}

func TestSecondsAreThinnedWithAge(t *testing.T) {
	s, _ := create(t, 0)
	write := func(after time.Duration) {
		if err := s.Write(t.Context(), &model.Snapshot{At: began.Add(after)}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 600 {
		write(time.Duration(i) * time.Second)
	}
	for _, c := range []struct {
		after time.Duration
		want  int64
	}{{50 * time.Minute, 601}, {70 * time.Minute, 60 + 2}, {27 * time.Hour, 10 + 3}, {Forget + 20*time.Minute, 2 + 2}} {
		write(c.after)
		if span, err := s.Span(t.Context()); err != nil || span.Moments != c.want || !span.Last.Equal(began.Add(c.after)) {
			t.Errorf("after %s %+v, %v; want %d moments", c.after, span, err, c.want)
		}
	}
}

func TestTheOldestGoWhenItIsFullAndAreCounted(t *testing.T) {
	s, _ := create(t, minBytes)
	noise := rand.NewChaCha8([32]byte{}) // which can't be compressed
	problem := make([]byte, 50_000)
	moment := model.Snapshot{Streams: []model.Stream{{Key: "k"}}}
	for i := range 100 {
		_, _ = noise.Read(problem) // it never fails
		moment.Streams[0].Problem = string(problem)
		moment.At = began.Add(time.Duration(i) * time.Second)
		if err := s.Write(t.Context(), &moment); err != nil {
			t.Fatal(err)
		}
	}
	span, err := s.Span(t.Context())
	if err != nil || span.Bytes > minBytes || span.Dropped == 0 || span.Moments+span.Dropped != 100 || !span.Last.Equal(moment.At) {
		t.Errorf("%+v, %v", span, err)
	}
}
