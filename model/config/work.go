package config

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"streamdesk/model"
)

// DefaultListen is on this machine only: a person has to decide who may see the events from elsewhere.
const DefaultListen = "127.0.0.1:8090"

// List is a list of texts; a single text is a list of one.
type List []string

// Work is how the consumer groups of `streamdesk work` are run: settings of the process, and a table for each group.
type Work struct {
	// Consumer is the process's name in its groups; empty means the host's name and the first number that is free.
	Consumer string `toml:"consumer"`
	// Listen is the address that health, metrics and WebSockets are served on; empty serves nothing.
	Listen string `toml:"listen"`
	// Hosts are public names that clients may use for the process, besides addresses and private names; * is any part.
	Hosts List `toml:"hosts"`
	// WebsocketWorkers and the next three are the settings of the built-in groups.
	WebsocketWorkers  WebsocketWorkers  `toml:"websocket_workers"`
	DBWriters         DBWriters         `toml:"db_writers"`
	MetricsCollectors MetricsCollectors `toml:"metrics_collectors"`
	LogAggregators    LogAggregators    `toml:"log_aggregators"`
	// Exec and HTTP are the settings of custom groups.
	Exec Exec `toml:"exec"`
	HTTP HTTP `toml:"http"`
}

func defaultWork() Work {
	return Work{
		Listen: DefaultListen, Hosts: List{}, WebsocketWorkers: defaultWebsocketWorkers(), DBWriters: defaultDBWriters(),
		MetricsCollectors: defaultMetricsCollectors(), LogAggregators: defaultLogAggregators(),
		Exec: defaultExec(), HTTP: defaultHTTP(),
	}
}

func (f *check) work(w Work) {
	if strings.ContainsAny(w.Consumer, " \t\r\n") {
		f.refuse("work.consumer", "%q holds white space; write one word, such as \"worker-1\"", w.Consumer)
	}
	f.listen("work.listen", w.Listen)
	if slices.Contains(w.Hosts, "") {
		f.refuse("work.hosts", `a host is empty; write a name such as "events.example.com"`)
	}
	f.websocketWorkers("work.websocket_workers", w.WebsocketWorkers)
	f.dbWriters("work.db_writers", w.DBWriters)
	f.metricsCollectors("work.metrics_collectors", w.MetricsCollectors)
	f.logAggregators("work.log_aggregators", w.LogAggregators)
	f.exec("work.exec", w.Exec)
	f.http("work.http", w.HTTP)
}

// types checks the globs of a group.
func (f *check) types(key string, types List) {
	if slices.Contains(types, "") {
		f.refuse(key, `a type is empty; write a glob such as "workflow.*", or leave the list empty for all`)
	}
}

// limit checks the limit that a group begins with.
func (f *check) limit(key, limit string) {
	if _, err := model.ParseRate(limit); limit != "" && err != nil {
		f.refuse(key, `%q: %v`, limit, err)
	}
}

// listen checks an address to listen on.
func (f *check) listen(key, address string) {
	if address == "" {
		return
	}
	colon := strings.LastIndexByte(address, ':')
	host, port := address[:max(colon, 0)], address[colon+1:]
	bracketed := strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]")
	bare := strings.Contains(host, ":") && !bracketed // an IPv6 address
	if _, err := strconv.ParseUint(port, 10, 16); err != nil || colon < 0 || bare {
		f.refuse(key, `%q is no address to listen on; write host:port, such as %q, or ":8090" for all of the machine's`, address, DefaultListen)
	}
}

const (
	// DefaultLogPath is where a user's programs keep their logs; {consumer} keeps processes apart.
	DefaultLogPath = "~/.local/state/streamdesk/events-{consumer}.log"
	// DefaultLogSize in MiB is what an editor still opens, about 300,000 events.
	DefaultLogSize = 100
	// MaxLogSize in MiB is a terabyte; more is a mistyped unit.
	MaxLogSize = 1 << 20
	// DefaultLogEvery is a day, because people look for events by day.
	DefaultLogEvery = Duration(24 * time.Hour)
	// MaxLogEvery is a year.
	MaxLogEvery = Duration(366 * 24 * time.Hour)
	// DefaultLogKeep and DefaultLogSize limit the logs of a process to 1.5 GB.
	DefaultLogKeep = 14
	// MaxLogKeep bounds the files in a directory.
	MaxLogKeep = 100_000
)

// LogAggregators is how events are logged.
type LogAggregators struct {
	// Types are globs of the event types that are logged; empty means all.
	Types List `toml:"types"`
	// Limit is how many events a second the group begins with; empty leaves its limit alone.
	Limit string `toml:"limit"`
	// Path is the file, or "-" for standard output; {consumer} stands for the process's name in the group.
	Path string `toml:"path"`
	// MaxSize is the size in MiB from which a file is rotated; 0 means never.
	MaxSize int `toml:"max_size"`
	// RotateEvery is the max span of time in one file; 0 means no limit.
	RotateEvery Duration `toml:"rotate_every"`
	// KeepFiles is how many rotated files are kept; 0 means all.
	KeepFiles int `toml:"keep_files"`
	// Fsync acknowledges an event only once it is on the disk.
	Fsync bool `toml:"fsync"`
}

func defaultLogAggregators() LogAggregators {
	return LogAggregators{
		Types: List{}, Path: DefaultLogPath, MaxSize: DefaultLogSize, RotateEvery: DefaultLogEvery, KeepFiles: DefaultLogKeep,
	}
}

func (f *check) logAggregators(table string, l LogAggregators) {
	f.types(table+".types", l.Types)
	f.limit(table+".limit", l.Limit)
	if l.Path == "" {
		f.refuse(table+".path", `it is empty; name a file, or "-" for standard output`)
	}
	f.number(table+".max_size", l.MaxSize, 0, MaxLogSize)
	f.number(table+".keep_files", l.KeepFiles, 0, MaxLogKeep)
	if l.RotateEvery != 0 {
		f.duration(table+".rotate_every", l.RotateEvery, Duration(time.Minute), MaxLogEvery)
	}
}

const (
	// DefaultDSN is a file in the working directory: no server is needed to start.
	DefaultDSN URL = "sqlite:workflow_updates.db"
	// DefaultDBBatch makes the cost of a commit, and of the workflows' rows, small compared to that of the events' rows. It is
	// half of DefaultMaxAckPending: the next batch is read meanwhile.
	DefaultDBBatch = 5_000
	// MaxDBBatch bounds how many events are written again, in vain, after a crash between commit and ack.
	MaxDBBatch = 100_000

	// DefaultMetricTypes is four times the known types, in a few thousand series.
	DefaultMetricTypes = 100
	// MaxMetricTypes bounds what a scrape has to carry.
	MaxMetricTypes = 10_000
)

// DBWriters is how db_writers write events to a database.
type DBWriters struct {
	// DSN is the database: sqlite:FILE or postgres://USER@HOST:5432/DATABASE. It may carry a password.
	DSN URL `toml:"dsn"`
	// Batch is the max number of events that one transaction writes.
	Batch int `toml:"batch"`
	// Types are globs of the event types to write; empty means all.
	Types List `toml:"types"`
	// Limit is how many events a second the group begins with; empty leaves its limit alone.
	Limit string `toml:"limit"`
}

// MetricsCollectors is what metrics_collectors count.
type MetricsCollectors struct {
	// MaxTypes is how many event types, streams and groups get series of their own; the rest is "other".
	MaxTypes int `toml:"max_types"`
	// Types are globs of the event types to count; empty means all.
	Types List `toml:"types"`
	// Limit is how many events a second the group begins with; empty leaves its limit alone.
	Limit string `toml:"limit"`
}

func defaultDBWriters() DBWriters {
	return DBWriters{DSN: DefaultDSN, Batch: DefaultDBBatch, Types: List{}}
}

func defaultMetricsCollectors() MetricsCollectors {
	return MetricsCollectors{MaxTypes: DefaultMetricTypes, Types: List{}}
}

func (f *check) dbWriters(table string, d DBWriters) {
	dsn := string(d.DSN)
	known := []string{"sqlite:", "postgres://", "postgresql://"}
	if !slices.ContainsFunc(known, func(prefix string) bool { return strings.HasPrefix(dsn, prefix) && len(dsn) > len(prefix) }) {
		f.refuse(table+".dsn", `it names no database that can be written to; write "sqlite:FILE" or "postgres://USER@HOST:5432/DATABASE"`)
	}
	f.number(table+".batch", d.Batch, 1, MaxDBBatch)
	f.types(table+".types", d.Types)
	f.limit(table+".limit", d.Limit)
}

func (f *check) metricsCollectors(table string, m MetricsCollectors) {
	f.number(table+".max_types", m.MaxTypes, 1, MaxMetricTypes)
	f.types(table+".types", m.Types)
	f.limit(table+".limit", m.Limit)
}
