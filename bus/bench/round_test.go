package bench

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestRoundsAreBoundedAndLeaveNothingOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := contest{
			measure: rapid.SampledFrom(Measures()).Draw(t, "measure"),
			events:  rapid.IntRange(1, 5_000_000).Draw(t, "events"),
			pace:    float64(rapid.IntRange(1, 1_000_000).Draw(t, "pace")),
		}
		payload := rapid.IntRange(MinPayload, MaxPayload).Draw(t, "payload")
		sum := 0
		rounds := c.rounds(payload)
		for _, n := range rounds {
			if n < 1 || n > roundEvents || n*(payload+envelopeBytes) > roundBytes {
				t.Fatalf("a round of %d events of %d bytes", n, payload)
			}
			if c.measure == Latency && n > 1 && float64(n)/c.pace > maxFlight.Seconds() {
				t.Fatalf("a flight of %d events at %v a second", n, c.pace)
			}
			sum += n
		}
		if sum != c.events || (c.events > 1 && len(rounds) < 2) {
			t.Fatalf("%d rounds of %d events in all, want %d", len(rounds), sum, c.events)
		}
	})
}

func TestAnEventIsToldByItsID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.IntRange(0, probe).Draw(t, "i")
		if id := eventID(i); number(id) != i || len(id) != 36 {
			t.Fatalf("%d became %q became %d", i, id, number(id))
		}
	})
}

func TestBothSidesWriteTheSameEvent(t *testing.T) {
	s := newSource(100)
	raw, err := s.encoded(7)
	if err != nil {
		t.Fatal(err)
	}
	e := s.event(7)
	if len(e.Data) != 100 || e.Validate() != nil {
		t.Errorf("data of %d bytes, %v", len(e.Data), e.Validate())
	}
	if byBus := e.AppendJSON(nil); len(byBus) != len(raw) {
		t.Errorf("the bus writes %d bytes and the raw loop %d:\n%s\n%s", len(byBus), len(raw), byBus, raw)
	}
}

func TestALatencyBeyondAllBoundsIsKept(t *testing.T) {
	tally := newTally()
	record(tally.latencies, -time.Second)
	record(tally.latencies, time.Hour)
	if l := tally.figures().Latency; l.Samples != 2 || l.Greatest < slowest {
		t.Errorf("%+v", l)
	}
}
