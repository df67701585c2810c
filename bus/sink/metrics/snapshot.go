package metrics

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"streamdesk/bus"
	"streamdesk/model"
	"streamdesk/model/health"
)

const (
	// snapshotAge is how long a snapshot is reused: several scrapers cost Redis no more than one.
	snapshotAge = time.Second
	// snapshotWait is half of Prometheus's default scrape timeout.
	snapshotWait = 5 * time.Second
)

// snapshotMetrics are Redis's figures of streams and groups, read during a scrape: exact, or absent.
type snapshotMetrics struct {
	groups, streams *bounded
	limits          health.Limits
	bus             atomic.Pointer[bus.Bus] // nil while the collector doesn't run

	mu   sync.Mutex
	at   time.Time
	last model.Snapshot
	err  error

	up, entries, lag, pending, oldest, consumers, state *prometheus.Desc
}

func newSnapshotMetrics(groups, streams *bounded, limits health.Limits) *snapshotMetrics {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, labels, nil)
	}
	return &snapshotMetrics{
		groups: groups, streams: streams, limits: limits,
		up:        desc("streamdesk_redis_up", "Whether Redis answered when this scrape asked for its streams."),
		entries:   desc("streamdesk_stream_entries", "Entries that a stream holds.", "stream"),
		lag:       desc("streamdesk_group_lag_entries", "Entries that wait to be delivered to a group; absent where Redis can't tell.", "group", "stream"),
		pending:   desc("streamdesk_group_pending_entries", "Entries delivered to a group and not acknowledged.", "group", "stream"),
		oldest:    desc("streamdesk_group_oldest_pending_seconds", "Age of a group's oldest pending entry; 0 when none is, absent where its ID doesn't tell.", "group", "stream"),
		consumers: desc("streamdesk_group_consumers", "Consumers of a group.", "group", "stream"),
		state: desc("streamdesk_group_state", "1 for the state that a group is in, the worst of those that share its labels: keeping up, lag unknown, behind, late, poison, stuck or no consumers.",
			"group", "stream", "state"),
	}
}

// Describe implements prometheus.Collector.
func (m *snapshotMetrics) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{m.up, m.entries, m.lag, m.pending, m.oldest, m.consumers, m.state} {
		to <- d
	}
}

// groupFigures are the figures of one group on one stream, or of all that share the label "other".
type groupFigures struct {
	lag                model.Count
	pending, consumers int64
	oldest             time.Duration
	ageless            bool // the ID of an oldest entry has no age
	state              health.State
}

// Collect implements prometheus.Collector.
func (m *snapshotMetrics) Collect(to chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	snapshot, err := m.read()
	if err != nil {
		gauge(m.up, 0)
		return
	}
	gauge(m.up, 1)
	entries, groups := map[string]int64{}, map[groupStream]groupFigures{}
	for i := range snapshot.Streams {
		s := &snapshot.Streams[i]
		if s.Missing || s.Problem != "" {
			continue
		}
		stream := m.streams.label(s.Key)
		entries[stream] += s.Length
		for j := range s.Groups {
			g := &s.Groups[j]
			key := groupStream{m.groups.label(g.Name), stream}
			age, told := g.OldestAge(snapshot.At)
			f, shared := groups[key]
			if !shared {
				f.lag = model.Exactly(0)
			}
			f.lag = plus(f.lag, g.Lag)
			f.pending += g.Pending
			f.state = max(f.state, health.Of(s, g, snapshot.At, m.limits))
			f.ageless = f.ageless || g.Oldest != nil && !told
			f.oldest, f.consumers = max(f.oldest, age), max(f.consumers, int64(len(g.Consumers)))
			groups[key] = f
		}
	}
	for stream, n := range entries {
		gauge(m.entries, float64(n), stream)
	}
	for key, f := range groups {
		if f.lag.Known {
			gauge(m.lag, float64(f.lag.N), key.group, key.stream)
		}
		gauge(m.pending, float64(f.pending), key.group, key.stream)
		if !f.ageless {
			gauge(m.oldest, f.oldest.Seconds(), key.group, key.stream)
		}
		gauge(m.consumers, float64(f.consumers), key.group, key.stream)
		gauge(m.state, 1, key.group, key.stream, f.state.String())
	}
}

func plus(a, b model.Count) model.Count {
	if !a.Known || !b.Known {
		return model.Count{}
	}
	return model.Exactly(a.N + b.N)
}

// read returns a snapshot that is at most snapshotAge old.
func (m *snapshotMetrics) read() (model.Snapshot, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.at.IsZero() && time.Since(m.at) < snapshotAge {
		return m.last, m.err
	}
	m.last, m.err = m.ask()
	m.at = time.Now()
	return m.last, m.err
}

func (m *snapshotMetrics) ask() (model.Snapshot, error) {
	b := m.bus.Load()
	if b == nil {
		return model.Snapshot{}, bus.ErrClosed
	}
	ctx, cancel := context.WithTimeout(context.Background(), snapshotWait)
	defer cancel()
	keys, err := b.Reader().Discover(ctx)
	if err != nil {
		return model.Snapshot{}, err
	}
	return b.Reader().Snapshot(ctx, keys)
}
