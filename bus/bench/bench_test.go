package bench_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"streamdesk/bus"
	"streamdesk/bus/bench"
	"streamdesk/bus/redistest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(redistest.Shared(m)) }

// small is enough for every measure to have several rounds, and little enough for a busy machine.
func small() bench.Options {
	return bench.Options{Events: 600, Duration: 60 * time.Millisecond, Rate: 2000, Groups: []int{1, 3}}
}

func wantNoKeys(t *testing.T, s *redistest.Server) {
	t.Helper()
	keys, err := s.Client().Keys(context.Background(), "*").Result()
	if err != nil || len(keys) > 0 {
		t.Errorf("left behind: %v, %v", keys, err)
	}
}

func TestRunMeasuresEverythingOnBothSides(t *testing.T) {
	s := redistest.Start(t)
	o := small()
	var told []bench.Progress
	o.Progress = func(p bench.Progress) { told = append(told, p) }
	report, err := bench.Run(t.Context(), s.Client(), o)
	if err != nil {
		t.Fatal(err)
	}
	wantNoKeys(t, s)
	if report.Server.Version == "" || report.Cores < 1 || report.Options.Payload != bench.DefaultPayload {
		t.Errorf("report: %+v", report)
	}
	for i, want := range []struct {
		measure bench.Measure
		groups  int
		events  int64
		samples int64 // 0 for none, -1 for any
	}{
		{bench.Publish, 0, 600, -1},
		{bench.PublishSync, 0, 30, 30},
		{bench.Consume, 1, 600, 0},
		{bench.Latency, 1, 120, 120},
		{bench.Latency, 3, 120, 360},
	} {
		if i >= len(report.Rows) {
			t.Fatalf("only %d rows", len(report.Rows))
		}
		row := report.Rows[i]
		if row.Measure != want.measure || row.Groups != want.groups {
			t.Errorf("row %d is %s with %d groups, want %s with %d", i, row.Measure, row.Groups, want.measure, want.groups)
		}
		for by, f := range map[string]bench.Figures{"bus": row.Bus, "raw": row.Raw} {
			if f.Events != want.events || f.Rate() <= 0 || f.AllocationsPerEvent() <= 0 {
				t.Errorf("%s by %s: %+v, want %d events", row.Measure, by, f, want.events)
			}
			switch l := f.Latency; {
			case want.samples == 0 && l != nil:
				t.Errorf("%s by %s has latencies", row.Measure, by)
			case want.samples == 0:
			case l == nil:
				t.Errorf("%s by %s has no latencies", row.Measure, by)
			case want.samples > 0 && l.Samples != want.samples, l.P50 <= 0, l.P50 > l.P99, l.P99 > l.P999, l.P999 > l.Greatest:
				t.Errorf("%s by %s: %+v, want %d samples", row.Measure, by, l, want.samples)
			}
		}
		if _, ok := row.RateRatio(); ok != (row.Measure != bench.Latency) {
			t.Errorf("%s: a ratio of rates: %v", row.Measure, ok)
		}
		if _, ok := row.P99Ratio(); ok != (row.Measure != bench.Consume) {
			t.Errorf("%s: a ratio of latencies: %v", row.Measure, ok)
		}
	}
	if !slices.IsSortedFunc(told, func(a, b bench.Progress) int { return int(1e6 * (a.Done - b.Done)) }) ||
		told[0].Done != 0 || told[len(told)-1].Done >= 1 {
		t.Errorf("progress goes back, or beyond its ends: %+v", told)
	}
}

func TestNothingIsLeftBehind(t *testing.T) {
	for _, measure := range bench.Measures() {
		for _, by := range []string{"bus", "raw"} {
			t.Run("interrupted in "+string(measure)+" by "+by, func(t *testing.T) {
				s := redistest.Start(t)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				o := small()
				o.Only, o.Duration, o.Groups = []bench.Measure{measure}, time.Minute, []int{2}
				turns := 0
				o.Progress = func(p bench.Progress) {
					if p.By != by {
						return
					}
					turns++
					if turns == 2 { // the first is only to get warm
						go waitForKeys(ctx, s, cancel)
					}
				}
				report, err := bench.Run(ctx, s.Client(), o)
				if err != nil && !errors.Is(err, context.Canceled) || err == nil && len(report.Rows) == 0 {
					t.Errorf("%v, %d rows", err, len(report.Rows))
				}
				if measure == bench.Latency && err == nil {
					t.Error("two minutes of it went by")
				}
				cancel()
				wantNoKeys(t, s)
			})
		}
	}
}

// waitForKeys interrupts as soon as a round has begun to write.
func waitForKeys(ctx context.Context, s *redistest.Server, interrupt func()) {
	client := s.Client()
	for ctx.Err() == nil {
		if n, err := client.DBSize(ctx).Result(); err == nil && n > 0 {
			interrupt()
		}
	}
}

func TestAFullServerEndsARunAndNothingIsLeftBehind(t *testing.T) {
	s := redistest.Start(t, redistest.WithConfig("maxmemory", "4mb"), redistest.WithConfig("maxmemory-policy", "noeviction"))
	o := small()
	o.Payload, o.Only = 16<<10, []bench.Measure{bench.Publish}
	if _, err := bench.Run(t.Context(), s.Client(), o); !errors.Is(err, bus.ErrMemory) {
		t.Errorf("want ErrMemory, got %v", err)
	}
	wantNoKeys(t, s)
}

func TestRunRefusesWhatMakesNoSense(t *testing.T) {
	s := redistest.Start(t)
	for name, o := range map[string]bench.Options{
		"an unknown measure":    {Only: []bench.Measure{"speed"}},
		"negative events":       {Events: -1},
		"too many groups":       {Groups: []int{1, bench.MaxGroups + 1}},
		"no groups at all":      {Groups: []int{0}},
		"too high a rate":       {Rate: 2_000_000},
		"too small a payload":   {Payload: 1},
		"too large a payload":   {Payload: bench.MaxPayload + 1},
		"too short a duration":  {Duration: time.Microsecond},
		"a duration below zero": {Duration: -time.Second},
	} {
		if _, err := bench.Run(t.Context(), s.Client(), o); !errors.Is(err, bench.ErrOptions) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if stats := s.Client().Info(t.Context(), "keyspace").Val(); len(stats) > len("# Keyspace\r\n") {
		t.Errorf("something was written: %s", stats)
	}
}
