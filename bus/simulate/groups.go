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
	// DefaultWork is the time of an insert into a nearby database.
	DefaultWork = 2 * time.Millisecond
	// DefaultWave is long enough to watch a group fall behind, and short enough to wait for it to catch up.
	DefaultWave = time.Minute
	// DefaultAckWait is long enough to see a dead consumer's entries grow idle before others claim them.
	DefaultAckWait = 30 * time.Second

	// inHand and readCount are how many entries a consumer holds, and reads from a stream, at a time. The whole system runs
	// in one program here, and entries in hand take memory.
	inHand    = 4000
	readCount = 250

	// lanes is the number of concurrent handlers of each consumer.
	lanes = 4
	// MaxDeliver is the max number of tries of an event by db_writers.
	MaxDeliver = 5
	// retryShare is the first pause between two tries, as a share of a wave.
	retryShare = 1. / 40
)

// GroupOptions are the settings of the groups. The zero GroupOptions are the defaults, with every fault.
type GroupOptions struct {
	// Rate returns the number of events per second, so that the groups keep up or fall behind as intended; nil means
	// [DefaultRate]. [Simulator.Rate] fits.
	Rate func() float64
	// Work is a handler's time per event; 0 means [DefaultWork], a negative value means none. At high rates it is shorter, so
	// that the groups keep up.
	Work time.Duration
	// Wave is how often the slow group falls behind, and how often a consumer dies; 0 means [DefaultWave].
	Wave time.Duration
	// AckWait is [bus.WithAckWait] of every group; 0 means [DefaultAckWait].
	AckWait time.Duration
	// Faultless turns the faults off: no consumer dies, and no group is slow. Poison events still fail.
	Faultless bool
	// Services replace the simulated consumers of their groups; a group may have several. The consumer that dies stays.
	Services []sink.Service
	// Log gets the events that the simulated consumer of log_aggregators has finished, one at a time; it may be nil.
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

// RunGroups runs the four consumer groups on b until ctx is done, and then returns nil after the last ack. websocket_workers
// has two consumers, and a third that dies again and again with entries pending. db_writers has three, which can't store
// poison events. metrics_collectors has one. log_aggregators has one, which falls behind in waves. When one of them fails,
// RunGroups stops all and returns the error.
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

// services returns the services of a group; none when the group is simulated.
func (o GroupOptions) services(group string) []sink.Service {
	return slices.DeleteFunc(slices.Clone(o.Services), func(s sink.Service) bool { return s.Name() != group })
}

// Backoff returns the pauses of db_writers between two tries: a poison event can be watched for a quarter of a wave before it
// is dead-lettered after [MaxDeliver] tries. A service in their place needs both settings.
func (o GroupOptions) Backoff() wire.Backoff {
	first := time.Duration(retryShare * float64(o.withDefaults().Wave))
	return wire.Backoff{First: first, Max: 4 * first}
}
