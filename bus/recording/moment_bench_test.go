package recording

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"streamdesk/model"
)

// busyBus is a bus that is at work: streams with 4 groups and 2 consumers each, whose every number is of the length it has in a bus
// that has seen millions of entries, and differs from moment to moment.
func busyBus(rnd *rand.Rand, at time.Time, streams int) model.Snapshot {
	moment := model.Snapshot{At: at}
	near := func(most int64) time.Duration { return time.Duration(rnd.Int64N(most)) * time.Millisecond }
	for k := range streams {
		added := 5_000_000 + at.Unix()%1_000_000*int64(k%7)
		stream := model.Stream{
			Key: "events:kind-" + strconv.Itoa(k), Length: 10_000 + rnd.Int64N(100), EntriesAdded: model.Exactly(added),
			First: model.PositionAt(at.Add(-time.Hour - near(1000))), Last: model.PositionAt(at.Add(-near(900))), MaxDeleted: model.PositionAt(at.Add(-time.Hour - near(1000))),
		}
		for g := range 4 {
			name, lag := "group-"+strconv.Itoa(g), rnd.Int64N(100)
			group := model.Group{
				Name: name, Lag: model.Exactly(lag), EntriesRead: model.Exactly(added - lag), LastDelivered: model.PositionAt(at.Add(-near(2000))), Pending: rnd.Int64N(100),
				Oldest: &model.Pending{ID: model.PositionAt(at.Add(-near(9000))), Consumer: name + "-1", Idle: near(3000), Deliveries: 1},
			}
			for c := range 2 {
				group.Consumers = append(group.Consumers, model.Consumer{
					Name: name + "-" + strconv.Itoa(c), Pending: rnd.Int64N(50), Idle: near(1000), Inactive: model.Exactly(near(2000).Milliseconds()),
				})
			}
			stream.Groups = append(stream.Groups, group)
		}
		moment.Streams = append(moment.Streams, stream)
	}
	return moment
}

// dayMoments is the number of moments that are kept of a day: an hour of seconds, and 23 of tens.
const dayMoments = 3600 + 23*360

// BenchmarkMoment tells the time to record a moment, its size, and that of a day of them.
func BenchmarkMoment(b *testing.B) {
	for _, streams := range []int{26, 1000} {
		b.Run(fmt.Sprintf("%d streams", streams), func(b *testing.B) {
			s, _ := create(b, 1<<40)
			rnd := rand.New(rand.NewPCG(1, 2))
			for i := 0; b.Loop(); i++ {
				b.StopTimer()
				moment := busyBus(rnd, began.Add(time.Duration(i)*10*time.Second), streams)
				b.StartTimer()
				if err := s.Write(b.Context(), &moment); err != nil {
					b.Fatal(err)
				}
			}
			span, err := s.Span(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			size := float64(span.Bytes) / float64(span.Moments)
			b.ReportMetric(size, "B/moment")
			b.ReportMetric(size*dayMoments/1e6, "MB/day")
		})
	}
}

// BenchmarkAt tells how long it takes to open a recording of a day and to read one of its moments.
func BenchmarkAt(b *testing.B) {
	s, path := create(b, 1<<40)
	rnd := rand.New(rand.NewPCG(1, 2))
	s.ids = map[string]uint64{}
	err := s.transact(b.Context(), func(tx *sql.Tx) error {
		for i := range dayMoments {
			at := began.Add(time.Duration(i) * 7 * time.Second)
			moment := busyBus(rnd, at, 26)
			state, err := s.packer.pack(&moment, func(name string) uint64 { id, _ := s.id(b.Context(), tx, name); return id })
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(b.Context(), `INSERT INTO moments VALUES (?, ?)`, at.UnixMilli(), state); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		reader, err := Open(b.Context(), path)
		if err != nil {
			b.Fatal(err)
		}
		at := began.Add(time.Duration(rnd.Int64N(86_000)) * time.Second)
		if _, found, err := reader.At(b.Context(), at); err != nil || !found {
			b.Fatal(found, err)
		}
		if err := reader.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
