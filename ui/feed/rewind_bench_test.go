package feed

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/fault"
	"streamdesk/bus/recording"
	"streamdesk/bus/redistest"
	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/ui/live"
)

// BenchmarkRewind tells how long it takes from asking for a minute of a recorded day of 26 streams with 4 groups each to data that can be
// drawn, with 2,600 entries in the streams.
func BenchmarkRewind(b *testing.B) {
	ctx := b.Context()
	client := redistest.Start(b).Client()
	end := time.Now().Truncate(time.Second)
	begin := end.Add(-24 * time.Hour)
	pipe := client.Pipeline()
	for s := range 26 {
		for i := range 100 {
			id := model.PositionAt(begin.Add(time.Duration(i) * 14 * time.Minute))
			pipe.XAdd(ctx, &redis.XAddArgs{Stream: fmt.Sprintf("events:kind.s%d", s), ID: id.String(), Values: []string{"data", `{"id":"e","type":"kind.s","workflow_id":"wf-1"}`}})
		}
	}
	if _, err := pipe.Exec(ctx); err != nil {
		b.Fatal(err)
	}
	open, err := bus.Open(ctx, client)
	if err != nil {
		b.Fatal(err)
	}
	file := recording.File{Path: filepath.Join(b.TempDir(), "bus.db"), MaxBytes: 1 << 40}
	store, err := file.Create(ctx)
	if err != nil {
		b.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for at := begin; at.Before(end); at = at.Add(recording.Resolution(end.Sub(at))) {
		moment := model.Snapshot{At: at}
		for s := range 26 {
			stream := model.Stream{Key: fmt.Sprintf("events:kind.s%02d", s), Length: 10_000, EntriesAdded: model.Exactly(at.Unix())}
			for g := range 4 {
				stream.Groups = append(stream.Groups, model.Group{Name: fmt.Sprintf("g%d", g), Lag: model.Exactly(rnd.Int64N(100)), EntriesRead: model.Exactly(at.Unix()), Pending: rnd.Int64N(50)})
			}
			moment.Streams = append(moment.Streams, stream)
		}
		if err := store.Write(ctx, &moment); err != nil {
			b.Fatal(err)
		}
	}
	if err := store.Close(); err != nil {
		b.Fatal(err)
	}
	rewind := Rewind{Bus: open, Open: file.Open, Limits: health.Defaults, OnPanic: func(p *fault.PanicError) { b.Error(p) }}
	rewind.Start(ctx)
	for b.Loop() {
		rewind.Seek(begin.Add(time.Duration(rnd.Int64N(int64(23*time.Hour))) + time.Minute))
		for {
			m := rewind.Take()
			if m.Err != nil {
				b.Fatal(m.Err)
			}
			if !m.At.IsZero() {
				data := live.NewData(1000)
				data.Apply(m.Batch, m.At)
				break
			}
			runtime.Gosched()
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/jump")
}
