package tail

import (
	"testing"
	"time"

	"streamdesk/model"
)

func parked(ms ...uint64) []model.Entry {
	entries := make([]model.Entry, len(ms))
	for i := range ms {
		entries[i] = model.Entry{Stream: "a", ID: model.Position{Ms: ms[i]}}
	}
	return entries
}

func TestAnEntryIsYieldedOnceTheServersClockHasPassedIt(t *testing.T) {
	var o order
	now := time.Now()
	for _, step := range []struct {
		clock uint64
		read  []model.Entry
		full  []*stream
		want  int
	}{
		{clock: 10, read: parked(8, 9, 10), want: 2}, // 10 goes on
		{clock: 0, read: parked(11)},                 // the clock isn't known: the next read tells
		{clock: 12, read: parked(12), want: 2},
		{clock: 13, read: parked(12), full: []*stream{{key: "a", at: model.Position{Ms: 11}}}}, // a stream may have more before it
		{clock: 13, want: 2},
	} {
		o.begin(now, nil, 10)
		o.clock = step.clock
		o.end(now, step.full)
		if ready := o.take(step.read); len(ready) != step.want {
			t.Fatalf("at %d, with %d read, %d are yielded, want %d", step.clock, len(step.read), len(ready), step.want)
		}
	}
}

func TestATailRestsWhenItsReadsTakeLongerThanTheirInterval(t *testing.T) {
	const ms = time.Millisecond
	busy := &tail{o: Options{Interval: ms, Quiet: 5 * ms, Lossless: true}}
	quiet := &tail{o: busy.o, idle: quietAfter + 1}
	for _, c := range []struct {
		t          *tail
		took, want time.Duration
	}{
		{busy, 0, ms},
		{busy, ms / 4, 3 * ms / 4},
		{busy, 3 * ms, 3 * ms},
		{busy, time.Second, 4 * ms},
		{quiet, 0, 5 * ms},
		{quiet, ms, 4 * ms},
		{&tail{o: Options{Interval: ms, Quiet: ms, Lossless: true}}, time.Second, 0},
	} {
		if rest := c.t.rest(c.took); rest != c.want {
			t.Errorf("after %s: %s, want %s", c.took, rest, c.want)
		}
	}
}

func TestAReadIsAlignedToTheEndOfAMillisecondOfTheServer(t *testing.T) {
	const us = time.Microsecond
	now := time.Now()
	for _, c := range []struct {
		clock      int64 // the server's, in µs
		wait, want time.Duration
	}{
		{5_000_100, 800 * us, 900 * us},
		{5_000_100, 1000 * us, 900 * us},
		{5_000_100, 1300 * us, 900 * us},
		{5_000_100, 1500 * us, 1900 * us},
		{5_000_900, 0, 100 * us},
		{5_000_400, 0, 0}, // not before now
		{5_000_000, 4900 * us, 5000 * us},
		{0, 700 * us, 700 * us}, // it isn't known
	} {
		var o order
		o.tell(now, c.clock)
		if got := o.align(now, c.wait); got != c.want {
			t.Errorf("the clock is %d, a wait of %s: %s, want %s", c.clock, c.wait, got, c.want)
		}
	}
}
