package metrics

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"streamdesk/bus"
	"streamdesk/bus/exporter"
	"streamdesk/model"
)

// latencyBuckets are finest around the 10 ms that the bus is built for.
var latencyBuckets = []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300}

// busMetrics are the metrics from the bus's hooks, for every group that this process works as.
type busMetrics struct {
	groups, streams *exporter.Labels
	of              sync.Map // groupStream → *streamSeries

	latency                                        *prometheus.HistogramVec
	delivered, acked, retried, dead, claimed, gone *prometheus.CounterVec
	streamErrors, reconnects                       *prometheus.CounterVec
}

type groupStream struct{ group, stream string }

// streamSeries are the series that every event changes, looked up only once.
type streamSeries struct {
	latency   prometheus.Observer
	delivered prometheus.Counter
}

func newBusMetrics(groups, streams *exporter.Labels) *busMetrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	return &busMetrics{
		groups: groups, streams: streams,
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "streamdesk_delivery_latency_seconds", Buckets: latencyBuckets,
			Help: "Time from the adding of an entry, by Redis's clock, to its first delivery, by this machine's.",
		}, []string{"group", "stream"}),
		delivered:    counter("streamdesk_deliveries_total", "Entries handed to the group's handler, again included.", "group", "stream"),
		acked:        counter("streamdesk_acknowledged_entries_total", "Entries acknowledged.", "group", "stream"),
		retried:      counter("streamdesk_retries_total", "Deliveries that failed and are tried again.", "group", "stream"),
		dead:         counter("streamdesk_dead_letters_total", "Entries given up to the dead letters.", "group", "stream"),
		claimed:      counter("streamdesk_claimed_entries_total", "Entries taken over from consumers that had left them.", "group", "stream"),
		gone:         counter("streamdesk_gone_entries_total", "Entries trimmed or deleted while pending.", "group", "stream"),
		streamErrors: counter("streamdesk_stream_errors_total", "Reads of a stream that the server refused.", "group", "stream"),
		reconnects:   counter("streamdesk_redis_reconnects_total", "Connections to Redis that were made again.", "part"),
	}
}

func (m *busMetrics) all() []prometheus.Collector {
	return []prometheus.Collector{
		m.latency, m.delivered, m.acked, m.retried, m.dead, m.claimed, m.gone, m.streamErrors, m.reconnects,
	}
}

// Describe implements prometheus.Collector.
func (m *busMetrics) Describe(to chan<- *prometheus.Desc) {
	for _, c := range m.all() {
		c.Describe(to)
	}
}

// Collect implements prometheus.Collector.
func (m *busMetrics) Collect(to chan<- prometheus.Metric) {
	for _, c := range m.all() {
		c.Collect(to)
	}
}

// add adds n to a counter of a group and a stream.
func (m *busMetrics) add(to *prometheus.CounterVec, group, stream string, n int) {
	to.WithLabelValues(m.groups.Label(group), m.streams.Label(stream)).Add(float64(n))
}

func (m *busMetrics) series(group, stream string) *streamSeries {
	group, stream = m.groups.Label(group), m.streams.Label(stream)
	key := groupStream{group, stream}
	if s, ok := m.of.Load(key); ok {
		return s.(*streamSeries) //nolint:forcetypeassert // nothing else is stored
	}
	s, _ := m.of.LoadOrStore(key, &streamSeries{
		latency: m.latency.WithLabelValues(group, stream), delivered: m.delivered.WithLabelValues(group, stream),
	})
	return s.(*streamSeries) //nolint:forcetypeassert // nothing else is stored
}

func (m *busMetrics) hooks() bus.Hooks {
	return bus.Hooks{
		Delivered: func(group string, key model.Key, deliveries int64) {
			s := m.series(group, key.Stream)
			s.delivered.Inc()
			if deliveries == 1 {
				s.latency.Observe(max(time.Since(key.ID.Time()), 0).Seconds())
			}
		},
		Acked:   func(group, stream string, n int) { m.add(m.acked, group, stream, n) },
		Retried: func(e *bus.Message, _ error, _ time.Duration) { m.add(m.retried, e.Group, e.Stream, 1) },
		DeadLettered: func(e *bus.Message, _ model.Key, _ error) {
			m.add(m.dead, e.Group, e.Stream, 1)
		},
		Claimed: func(group, stream string, n int) { m.add(m.claimed, group, stream, n) },
		Gone: func(group string, keys []model.Key) {
			for _, key := range keys {
				m.add(m.gone, group, key.Stream, 1)
			}
		},
		StreamError: func(group, stream string, _ error, _ time.Duration) { m.add(m.streamErrors, group, stream, 1) },
		Reconnected: func(part string, _ time.Duration) { m.reconnects.WithLabelValues(part).Inc() },
	}
}
