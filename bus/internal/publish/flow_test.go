package publish

import (
	"bytes"
	"testing"

	"streamdesk/bus/internal/wire"
)

// What is written of two batches at a time can be remembered by the server, and is written as go-redis writes it.
func TestTwoBatchesOnTheirWayHaveProducersOfTheirOwn(t *testing.T) {
	idem := newIdempotence(true)
	idem.on = true
	share := make(map[any]int)
	var first, second batch
	for n, b := range []*batch{&first, &second} {
		b.half, b.odd = true, n == 1
		for b.takes(0) {
			b.put(outgoing{stream: "events:a"}, []byte(`{}`))
		}
		b.pick(&idem, maxBatchEvents)
		for _, i := range b.sent {
			var payload, serial argument
			share[b.appendXAdd(nil, i, &Config{}, &idem, &payload, &serial)[3]]++
		}
	}
	for producer, n := range share {
		if n > idempotentLane {
			t.Errorf("%v has %d of the two, want %d at most", producer, n, idempotentLane)
		}
	}
	if n := len(first.items) + len(second.items); n != maxBatchEvents {
		t.Errorf("%d events are on their way, want %d", n, maxBatchEvents)
	}
}

// After trouble the events of the second batch are sent with those of the first: the same ones under the same numbers.
func TestABatchThatJoinsAnotherKeepsItsEventsAndNumbers(t *testing.T) {
	idem := newIdempotence(true)
	idem.on = true
	first, second := batch{half: true}, batch{half: true, odd: true}
	first.put(outgoing{stream: "events:a"}, []byte(`{"n":1}`))
	second.put(outgoing{stream: "events:b"}, []byte(`{"n":2}`))
	var payload, serial argument
	var want []byte
	for _, b := range []*batch{&first, &second} {
		b.pick(&idem, maxBatchEvents)
		want = wire.AppendCommand(want, b.appendXAdd(nil, 0, &Config{}, &idem, &payload, &serial))
	}
	first.join(&second)
	first.pick(&idem, maxBatchEvents)
	var got []byte
	for _, i := range first.sent {
		got = wire.AppendCommand(got, first.appendXAdd(nil, i, &Config{}, &idem, &payload, &serial))
	}
	if !bytes.Equal(got, want) || len(second.items) > 0 {
		t.Errorf("got %q, want %q; %d events are left", got, want, len(second.items))
	}
}
