package metrics

import (
	"cmp"
	"context"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"streamdesk/bus"
	"streamdesk/bus/exporter"
	"streamdesk/bus/sink"
	"streamdesk/model/health"
)

// defaultMost is four times the number of known types, and a few thousand series.
const defaultMost = 100

// Options are the settings of a [Collector].
type Options struct {
	// MaxTypes is the max number of streams, of groups, and of event types beyond the known ones, with series of their own;
	// the others share the label "other". 0 means 100.
	MaxTypes int
	// Limits are the limits for the state of groups.
	Limits health.Limits
}

// Collector is one consumer of metrics_collectors: a [sink.Service] that listens to the bus ([sink.Observer]) and answers
// at /metrics ([sink.Web]).
type Collector struct {
	setup    sink.Setup
	registry *prometheus.Registry
	events   *eventMetrics
	busses   *busMetrics
	snapshot *exporter.Figures
	starts   *starts
}

// New returns a new collector. Its settings can't be wrong.
func New(setup sink.Setup, o Options) *Collector {
	setup.Group = cmp.Or(setup.Group, sink.MetricsCollectors)
	most := cmp.Or(o.MaxTypes, defaultMost)
	streams, groups := exporter.NewLabels(most), exporter.NewLabels(most)
	c := &Collector{
		setup: setup, registry: prometheus.NewRegistry(), starts: newStarts(keptStarts),
		events: newEventMetrics(most), busses: newBusMetrics(groups, streams), snapshot: exporter.New(exporter.Options{Groups: groups, Streams: streams, Limits: o.Limits}),
	}
	c.registry.MustRegister(
		c.events, c.busses, c.snapshot,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return c
}

// Name returns the group's name.
func (c *Collector) Name() string { return c.setup.Group }

// Hooks returns hooks that count what the bus does.
func (c *Collector) Hooks() bus.Hooks { return c.busses.hooks() }

// Routes returns the handler of /metrics.
func (c *Collector) Routes() map[string]http.Handler {
	return map[string]http.Handler{"GET /metrics": promhttp.HandlerFor(c.registry, promhttp.HandlerOpts{Registry: c.registry})}
}

// Run counts the group's events until ctx ends.
func (c *Collector) Run(ctx context.Context, b *bus.Bus) error {
	c.snapshot.Read(b.Reader())
	defer c.snapshot.Read(nil)
	ctx, crew := sink.NewCrew(ctx)
	crew.Go(func() { c.follow(ctx, b) })
	crew.Go(func() { c.giveUp(ctx) })
	return crew.Wait(b.ConsumeBatch(ctx, c.setup.Group, c.handle, c.setup.Options()...))
}

// Health returns nil: there is no store that could be away.
func (c *Collector) Health() error { return nil }

// Close has nothing to release.
func (c *Collector) Close() error { return nil }

func (c *Collector) handle(_ context.Context, messages []bus.Message) error {
	for i := range messages {
		c.take(&messages[i].Record)
	}
	return nil
}
