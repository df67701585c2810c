package exporter

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/model/health"
)

const (
	// DefaultMaxAge is how long a snapshot is reused: several scrapers cost Redis no more than one.
	DefaultMaxAge = time.Second
	// readTimeout is half of Prometheus's default scrape timeout.
	readTimeout = 5 * time.Second
)

// errNoServer means that there is no connection to a server yet, or no longer.
var errNoServer = errors.New("there is no connection to Redis")

// Options are the settings of [Figures].
type Options struct {
	// Groups and Streams limit the values of those labels.
	Groups, Streams *Labels
	// Limits are the limits for the state of groups.
	Limits health.Limits
	// MaxAge is how long a snapshot is reused; 0 means [DefaultMaxAge].
	MaxAge time.Duration
	// All adds to the figures of lengths and groups those of counters, deliveries and the server.
	All bool
}

// Figures are Redis's figures of streams, groups and, with [Options].All, the server: a [prometheus.Collector] that reads them during
// a scrape. They are exact, or absent.
type Figures struct {
	options Options
	descs   descs
	reader  atomic.Pointer[observe.Reader] // nil without a server
	errors  prometheus.Counter

	mu   sync.Mutex
	at   time.Time // when last was asked for
	last look
}

// look is what one read found.
type look struct {
	snapshot model.Snapshot
	server   model.Server // empty unless [Options].All
	took     time.Duration
	err      error
}

// New returns figures without a server; [Figures.Read] gives them one.
func New(o Options) *Figures {
	o.MaxAge = cmp.Or(o.MaxAge, DefaultMaxAge)
	return &Figures{options: o, descs: newDescs(), errors: prometheus.NewCounter(prometheus.CounterOpts{
		Name: "streamdesk_scrape_errors_total", Help: "Reads of Redis for a scrape that failed.",
	})}
}

// Read sets where the figures are read, nil for nowhere.
func (f *Figures) Read(reader *observe.Reader) { f.reader.Store(reader) }

// Err returns why Redis can't be read, nil when it can. It reads like a scrape does.
func (f *Figures) Err() error {
	l := f.look()
	return l.err
}

// Describe implements prometheus.Collector.
func (f *Figures) Describe(to chan<- *prometheus.Desc) {
	for _, d := range f.descs.basic() {
		to <- d
	}
	if f.options.All {
		for _, d := range f.descs.more() {
			to <- d
		}
		f.errors.Describe(to)
	}
}

// Collect implements prometheus.Collector.
func (f *Figures) Collect(to chan<- prometheus.Metric) {
	l := f.look()
	out := writer{to}
	if f.options.All {
		f.errors.Collect(to)
		out.gauge(f.descs.took, l.took.Seconds())
	}
	if l.err != nil {
		out.gauge(f.descs.up, 0)
		return
	}
	out.gauge(f.descs.up, 1)
	sums := f.add(&l.snapshot)
	sums.write(out, &f.descs, f.options.All)
	if f.options.All {
		f.descs.server(out, &l.server)
	}
}

// look returns a look that is at most MaxAge old. Those who ask meanwhile wait for it.
func (f *Figures) look() look {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.at.IsZero() && time.Since(f.at) < f.options.MaxAge {
		return f.last
	}
	began := time.Now()
	f.last = f.ask()
	f.last.took, f.at = time.Since(began), time.Now()
	if f.last.err != nil {
		f.errors.Inc()
	}
	return f.last
}

func (f *Figures) ask() (l look) {
	reader := f.reader.Load()
	if reader == nil {
		return look{err: errNoServer}
	}
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
	defer cancel()
	keys, err := reader.Discover(ctx)
	if err == nil {
		l.snapshot, err = reader.Snapshot(ctx, keys)
	}
	if err == nil && f.options.All {
		l.server, err = reader.Server(ctx)
	}
	l.err = err
	return l
}
