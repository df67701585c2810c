package simulate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/internal/wire"
	"streamdesk/bus/sink"
)

// The consumer groups of a HyperAgent system.
const (
	GroupWebsocket = sink.WebsocketWorkers
	GroupDatabase  = sink.DBWriters
	GroupMetrics   = sink.MetricsCollectors
	GroupLogs      = sink.LogAggregators
)

const (
	// DefaultWork is what an insert into a database nearby takes.
	DefaultWork = 2 * time.Millisecond
	// DefaultWave is long enough to watch a group fall behind, and short enough to wait for it to catch up.
	DefaultWave = time.Minute
	// DefaultAckWait lets a dead consumer's entries be seen growing old before others take them over.
	DefaultAckWait = 30 * time.Second

	// inHand and readCount are how many entries a consumer holds, and reads from a stream, at a time: the whole system
	// runs in one program here, and what is in hand takes memory.
	inHand    = 4000
	readCount = 250

	// lanes is how many handlers run at a time in each consumer.
	lanes = 4
	// MaxDeliver is how often db_writers try an event.
	MaxDeliver = 5
	// retryShare of a wave is the first pause between two tries.
	retryShare = 1. / 40
)

// GroupOptions say how the groups work. The zero GroupOptions are the defaults, with every fault.
type GroupOptions struct {
	// Rate tells how many events a second there are to work on, so that the groups can keep up or fall behind as they
	// should; nil means [DefaultRate]. [Simulator.Rate] fits.
	Rate func() float64
	// Work is how long a handler takes for an event; 0 means [DefaultWork], less than 0 no time. At high rates it takes
	// less, so that the groups keep up.
	Work time.Duration
	// Wave is how often the slow group falls behind, and how often a consumer dies; 0 means [DefaultWave].
	Wave time.Duration
	// AckWait is [bus.WithAckWait] of every group; 0 means [DefaultAckWait].
	AckWait time.Duration
	// Faultless leaves the faults out: no consumer dies, and no group is slow. Poison events are poison all the same.
	Faultless bool
	// Services do the work of their groups in place of simulated consumers, several of the same group too; the consumer
	// that dies stays.
	Services []sink.Service
	// Log gets the events that the simulated consumer of log_aggregators is through with, one at a time; nil means that
	// nobody does.
	Log bus.BatchHandler
}

func (o GroupOptions) withDefaults() GroupOptions {
	if o.Rate == nil {
		o.Rate = func() float64 { return DefaultRate }
	}
	if o.Work == 0 {
		o.Work = DefaultWork
	}
	if o.Wave <= 0 {
		o.Wave = DefaultWave
	}
	if o.AckWait <= 0 {
		o.AckWait = DefaultAckWait
	}
	return o
}

// RunGroups runs the four consumer groups on b until ctx is done, and returns nil then, after the last ack:
// websocket_workers with two consumers and a third that dies again and again with entries pending; db_writers with
// three, which can't store poison events; metrics_collectors; and log_aggregators, which fall behind in waves. When one
// of them can't go on, it stops them all and returns why.
func RunGroups(ctx context.Context, b *bus.Bus, o GroupOptions) error {
	o = o.withDefaults()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var running sync.WaitGroup
	var mu sync.Mutex
	var failed []error
	start := func(run func(context.Context) error) {
		running.Go(b.Guard(func() {
			if err := run(ctx); err != nil {
				mu.Lock()
				failed = append(failed, err)
				mu.Unlock()
				cancel()
			}
		}))
	}
	for _, g := range []struct {
		name      string
		consumers int
		handle    func(parallel int) bus.Handler
		options   []bus.ConsumeOption
	}{
		{GroupWebsocket, 2, o.keepUp, nil},
		{GroupDatabase, 3, o.store, []bus.ConsumeOption{bus.WithMaxDeliver(MaxDeliver), bus.WithBackoff(o.Backoff())}},
		{GroupMetrics, 1, o.keepUp, nil},
		{GroupLogs, 1, then(o.fallBehind, o.Log), []bus.ConsumeOption{bus.WithMaxAckPending(slowInHand)}},
	} {
		if services := o.services(g.name); len(services) > 0 {
			for _, service := range services {
				start(func(ctx context.Context) error { return service.Run(ctx, b) })
			}
			continue
		}
		for n := range g.consumers {
			start(func(ctx context.Context) error {
				return o.consume(ctx, b, g.name, fmt.Sprintf("worker-%d", n+1), g.handle(g.consumers*lanes), g.options...)
			})
		}
	}
	if !o.Faultless {
		start(func(ctx context.Context) error { return o.dieAgainAndAgain(ctx, b) })
	}
	running.Wait()
	return errors.Join(failed...)
}

// consume runs one consumer until ctx is done.
func (o GroupOptions) consume(
	ctx context.Context, b *bus.Bus, group, name string, handle bus.Handler, more ...bus.ConsumeOption,
) error {
	options := append([]bus.ConsumeOption{
		bus.WithConsumer(name), bus.WithConcurrency(lanes), bus.WithAckWait(o.AckWait),
		bus.WithMaxAckPending(inHand), bus.WithCount(readCount),
	}, more...)
	if err := b.Consume(ctx, group, handle, options...); err != nil {
		return fmt.Errorf("simulate: %s as %s: %w", group, name, err)
	}
	return nil
}

// services are those that work as a group; none when that is simulated.
func (o GroupOptions) services(group string) []sink.Service {
	return slices.DeleteFunc(slices.Clone(o.Services), func(s sink.Service) bool { return s.Name() != group })
}

// Backoff are the pauses of db_writers between two tries, so that a poison event can be watched for a quarter of a wave
// before it is dead-lettered after [MaxDeliver] of them. A service in their place is to be given both.
func (o GroupOptions) Backoff() wire.Backoff {
	first := time.Duration(retryShare * float64(o.withDefaults().Wave))
	return wire.Backoff{First: first, Max: 4 * first}
}
