package simulate_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/simulate"
	"streamdesk/model"
)

// sink counts what it is given, by the second on the test's clock.
type sink struct {
	began   time.Time
	total   int
	seconds map[int]int
	fail    error
}

func newSink() *sink { return &sink{began: time.Now(), seconds: map[int]int{}} }

func (s *sink) Publish(ctx context.Context, _ model.Event) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.total++
	s.seconds[int(time.Since(s.began)/time.Second)]++
	return s.fail
}

// TestRunKeepsTheRate counts on the test's own clock: no second of it may be more than one event off.
func TestRunKeepsTheRate(t *testing.T) {
	for _, rate := range []float64{1, 7.5, 60, 333, 1_000, 4_321, 20_000} {
		synctest.Test(t, func(t *testing.T) {
			const seconds = 5
			ctx, cancel := context.WithTimeout(t.Context(), seconds*time.Second)
			defer cancel()
			to := newSink()
			if err := simulate.New(simulate.Options{Rate: rate, Workflows: 8}).Run(ctx, to); err != nil {
				t.Fatal(err)
			}
			// Above a thousand a second what is due within a millisecond comes together.
			tolerance := 1 + math.Ceil(rate/1000)
			for second := range seconds {
				if off := math.Abs(float64(to.seconds[second]) - rate); off > tolerance {
					t.Errorf("at %v a second: %d in second %d", rate, to.seconds[second], second)
				}
			}
			if off := math.Abs(float64(to.total) - seconds*rate); off > tolerance {
				t.Errorf("at %v a second: %d in %d seconds", rate, to.total, seconds)
			}
		})
	}
}

func TestRateIsKeptWithinItsBounds(t *testing.T) {
	for set, want := range map[float64]float64{0: simulate.DefaultRate, 1e9: simulate.MaxRate, -5: 0.01, 1234: 1234} {
		if got := simulate.New(simulate.Options{Rate: set}).Rate(); got != want {
			t.Errorf("a rate of %v gives %v, want %v", set, got, want)
		}
	}
}

// stalls lets a minute pass with the first event.
type stalls struct{ sink }

func (s *stalls) Publish(ctx context.Context, e model.Event) error {
	if s.total == 0 {
		<-time.After(time.Minute) // on the test's own clock
	}
	return s.sink.Publish(ctx, e)
}

func TestAStandstillIsNotMadeUpForInABurst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 61*time.Second)
		defer cancel()
		to := &stalls{*newSink()}
		if err := simulate.New(simulate.Options{Rate: 100}).Run(ctx, to); err != nil {
			t.Fatal(err)
		}
		if to.total > 102 {
			t.Errorf("%d events in one second at 100 a second", to.total)
		}
	})
}

func TestRunSaysWhyItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := newSink()
		to.fail = bus.ErrClosed
		if err := simulate.New(simulate.Options{}).Run(t.Context(), to); !errors.Is(err, bus.ErrClosed) {
			t.Errorf("err = %v", err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		to := newSink()
		to.fail = bus.ErrMemory // passes by itself
		if err := simulate.New(simulate.Options{Rate: 10}).Run(ctx, to); err != nil || to.total < 10 {
			t.Errorf("%d events, %v", to.total, err)
		}
	})
}
