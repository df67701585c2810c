package simulate

import (
	"context"
	"errors"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/internal/wire"
)

const (
	// slowInHand is the max number of pending entries of the slow group: unread entries are lag, which shows.
	slowInHand = 32
	// slowShare is the share of a wave in which the slow group is slow.
	slowShare = 0.4
	// slowPace and fastPace are its speeds, as a share of the event rate.
	slowPace, fastPace = 0.5, 2.0

	// mortal is the name of the consumer that dies.
	mortal = "worker-3"
	// lastEntries is how many entries it has pending when it dies.
	lastEntries = 12
	// healthyShare and sickShare are shares of a wave: it works in the first; in the second it takes entries and finishes
	// none. Then it is dead until the next wave.
	healthyShare, sickShare = 0.25, 0.1
)

// fallBehind returns a handler that is too slow for a part of every wave, and catches up in the rest.
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

// dieAgainAndAgain runs a consumer that hangs with pending entries once in every wave and is then killed. Its name stays in
// the group, and its entries stay pending and grow idle until another consumer claims them.
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

// hang returns a handler that keeps up for a while, and then finishes nothing any more.
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
