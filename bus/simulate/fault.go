package simulate

import (
	"context"
	"errors"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/internal/wire"
)

const (
	// slowInHand is how many entries the slow group takes at a time: what it hasn't read is lag, and that shows.
	slowInHand = 32
	// slowShare of a wave the slow group is slow in.
	slowShare = 0.4
	// slowPace and fastPace are what it gets through, as a share of what comes in.
	slowPace, fastPace = 0.5, 2.0

	// mortal is the consumer that dies.
	mortal = "worker-3"
	// lastEntries is how many entries it dies with.
	lastEntries = 12
	// healthyShare of a wave it is well, sickShare it takes entries and finishes none; then it is dead until the next.
	healthyShare, sickShare = 0.25, 0.1
)

// fallBehind is a handler that is too slow for a part of every wave, and makes up for it in the rest.
func (o GroupOptions) fallBehind(parallel int) bus.Handler {
	if o.Faultless {
		return o.keepUp(parallel)
	}
	began := time.Now()
	return func(ctx context.Context, _ bus.Message) error {
		pace := fastPace
		if time.Since(began)%o.Wave < time.Duration(slowShare*float64(o.Wave)) {
			pace = slowPace
		}
		return work(ctx, perEvent(parallel, pace*o.Rate()))
	}
}

// dieAgainAndAgain runs a consumer that, once in every wave, hangs with entries in its hands and is then killed: its
// name stays in the group, its entries stay pending and grow idle until another consumer takes them over.
func (o GroupOptions) dieAgainAndAgain(ctx context.Context, b *bus.Bus) error {
	share := func(s float64) time.Duration { return time.Duration(s * float64(o.Wave)) }
	for {
		life, kill := context.WithTimeout(ctx, share(healthyShare+sickShare))
		err := o.consume(life, b, GroupWebsocket, mortal, o.hang(share(healthyShare)),
			bus.WithMaxAckPending(lastEntries), bus.WithCount(1), bus.WithGrace(0))
		kill()
		if err != nil && !errors.Is(err, bus.ErrHandlerStuck) {
			return err
		}
		if !wire.Pause(ctx, share(1-healthyShare-sickShare)) {
			return nil
		}
	}
}

// hang is a handler that keeps up for a while, and then finishes nothing any more.
func (o GroupOptions) hang(after time.Duration) bus.Handler {
	began := time.Now()
	keepUp := o.keepUp(lanes)
	return func(ctx context.Context, m bus.Message) error {
		if time.Since(began) < after {
			return keepUp(ctx, m)
		}
		<-ctx.Done()
		return ctx.Err()
	}
}
