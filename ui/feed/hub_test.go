package feed_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/fault"
	"streamdesk/bus/redistest"
	"streamdesk/ui/feed"
	"streamdesk/ui/live"
)

// TestAHubTellsThoseWhoCameEarlyAndLateTheSame has one feed from the beginning, one that comes late, and one that takes nothing.
func TestAHubTellsThoseWhoCameEarlyAndLateTheSame(t *testing.T) {
	client := redistest.Start(t).Client()
	b, err := bus.Open(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close(context.Background()) })
	add := func(from, to int) {
		t.Helper()
		pipe := client.Pipeline()
		for i := from; i < to; i++ {
			pipe.XAdd(t.Context(), &redis.XAddArgs{Stream: "events:a.b", ID: fmt.Sprintf("%d-0", i), Values: []any{"data", "{}"}})
		}
		if _, err := pipe.Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	add(1, 2) // a stream that appears later is found within seconds only
	ctx, cancel := context.WithCancel(t.Context())
	broke := fault.Func(func(p *fault.PanicError) { t.Error(p) })
	hub := feed.NewHub(&feed.Feed{Bus: b, Refresh: 50 * time.Millisecond, OnPanic: broke}, func(err error) { t.Error(err) })
	hub.Start(ctx)
	join := func() *feed.Feed {
		f := &feed.Feed{Bus: b, Hub: hub, OnPanic: broke}
		f.Start(ctx)
		return f
	}
	early, stuck := join(), join()
	// until takes what a feed is told until that is so many entries, of before and new, and a snapshot with all of them.
	until := func(f *feed.Feed, told, entries int) (all live.Batch) {
		t.Helper()
		redistest.Eventually(t, 20*time.Second, func() bool {
			got := f.Take()
			all.Records = append(all.Records, got.Records...)
			all.Before.Records = append(all.Before.Records, got.Before.Records...)
			all.Before.Rates = append(all.Before.Rates, got.Before.Rates...)
			if got.Snapshot != nil {
				all.Snapshot = got.Snapshot
			}
			s := all.Snapshot
			return len(all.Records)+len(all.Before.Records) == told && s != nil && len(s.Streams) == 1 && s.Streams[0].Length == int64(entries)
		}, "the entries to be told")
		return all
	}
	until(early, 1, 1) // what is there before is read back no further than a few screens, and no older than a quarter of an hour
	add(2, 1001)
	until(early, 999, 1000)
	late := join()
	got := until(late, 1000, 1000)
	if len(got.Records) != 200 || len(got.Before.Rates) != 1 || len(got.Before.Rates[0].Parts) != 900 {
		t.Errorf("whoever comes late is told %d new entries and %d rates", len(got.Records), len(got.Before.Rates))
	}
	for i := 1001; i < 8001; i += 1000 {
		add(i, i+1000)
		redistest.Eventually(t, 20*time.Second, func() bool {
			all := early.Take().Records
			return len(all) > 0 && all[len(all)-1].ID.Ms == uint64(i+999)
		}, "the newest entry to be told")
	}
	last := join() // the hub has told all of them before it lets another join
	until(last, 8000, 8000)
	if all := stuck.Take(); len(all.Records) != 5000 || all.Skipped.N != 3000 || all.Records[4999].ID.Ms != 8000 {
		t.Errorf("whoever takes nothing is kept %d entries, %d skipped", len(all.Records), all.Skipped.N)
	}
	cancel()
	for _, f := range []*feed.Feed{early, late, stuck, last} {
		f.Wait()
	}
	hub.Wait()
}
