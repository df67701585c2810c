// Package exporter shows Redis's own figures of streams, groups and the server to Prometheus, without being a consumer: it only
// looks. Each scrape reads a snapshot, or shares that of another scrape. What Redis doesn't tell is absent, never 0, and the number of
// series is bounded. Package sink/metrics exports the same figures beside what it counts itself. Start reading at [Figures].
package exporter
