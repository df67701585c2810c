package config

import (
	"slices"
	"strings"
)

const (
	// DefaultDSN is a file where the program was started: no server is needed to begin with.
	DefaultDSN URL = "sqlite:workflow_updates.db"
	// DefaultDBBatch makes the cost of a commit small beside that of its rows.
	DefaultDBBatch = 2_000
	// MaxDBBatch is what a crash between commit and ack has written once more, in vain.
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
	// Batch is how many events one transaction writes at most.
	Batch int `toml:"batch"`
	// Types are globs of the event types to write; empty means all.
	Types List `toml:"types"`
}

// MetricsCollectors is what metrics_collectors count.
type MetricsCollectors struct {
	// MaxTypes is how many event types, streams and groups get series of their own; the rest is "other".
	MaxTypes int `toml:"max_types"`
	// Types are globs of the event types to count; empty means all.
	Types List `toml:"types"`
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
}

func (f *check) metricsCollectors(table string, m MetricsCollectors) {
	f.number(table+".max_types", m.MaxTypes, 1, MaxMetricTypes)
	f.types(table+".types", m.Types)
}
