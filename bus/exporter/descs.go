package exporter

import (
	"github.com/prometheus/client_golang/prometheus"

	"streamdesk/model"
)

// descs are the names, units and labels of all figures.
type descs struct {
	up, entries, lag, pending, oldest, consumers, state, paused, limit *prometheus.Desc

	added, read, lost, deliveries, idle, unreadable, took *prometheus.Desc
	memory, maxMemory, uptime, info                       *prometheus.Desc
}

func newDescs() descs {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, labels, nil)
	}
	return descs{
		up:        desc("streamdesk_redis_up", "Whether Redis answered when this scrape asked for its streams."),
		entries:   desc("streamdesk_stream_entries", "Entries that a stream holds.", "stream"),
		lag:       desc("streamdesk_group_lag_entries", "Entries that wait to be delivered to a group; absent where Redis can't tell.", "group", "stream"),
		pending:   desc("streamdesk_group_pending_entries", "Entries delivered to a group and not acknowledged.", "group", "stream"),
		oldest:    desc("streamdesk_group_oldest_pending_seconds", "Age of a group's oldest pending entry; 0 when none is, absent where its ID doesn't tell.", "group", "stream"),
		consumers: desc("streamdesk_group_consumers", "Consumers of a group.", "group", "stream"),
		state: desc("streamdesk_group_state", "1 for the state that a group is in, the worst of those that share its labels: keeping up, lag unknown, paused, behind, late, poison, stuck or no consumers.",
			"group", "stream", "state"),
		paused: desc("streamdesk_group_paused", "1 while a person has paused a group, otherwise 0; absent where that can't be read.", "group", "stream"),
		limit:  desc("streamdesk_group_limit_per_second", "Events per second that a group is limited to; absent without a limit, and where that can't be read.", "group", "stream"),

		added:      desc("streamdesk_stream_entries_added_total", "Entries ever added to a stream; absent where Redis can't tell.", "stream"),
		read:       desc("streamdesk_group_entries_read_total", "Entries ever read by a group, as Redis counts them; absent where it can't tell.", "group", "stream"),
		lost:       desc("streamdesk_group_never_delivered_entries", "Entries trimmed or deleted before a group had read them; absent where Redis can't tell.", "group", "stream"),
		deliveries: desc("streamdesk_group_oldest_pending_deliveries", "Deliveries of a group's oldest pending entry; 0 when none is.", "group", "stream"),
		idle:       desc("streamdesk_group_oldest_pending_idle_seconds", "Time since a group's oldest pending entry was delivered or claimed; 0 when none is.", "group", "stream"),
		unreadable: desc("streamdesk_unreadable_streams", "Keys under the prefix that can't be read as streams."),
		took:       desc("streamdesk_read_duration_seconds", "How long the last read of Redis for a scrape took."),
		memory:     desc("streamdesk_redis_memory_bytes", "Memory that Redis uses for its data; absent where it doesn't tell."),
		maxMemory:  desc("streamdesk_redis_memory_max_bytes", "Limit of the memory that Redis uses; absent without a limit."),
		uptime:     desc("streamdesk_redis_uptime_seconds", "How long Redis has been running; absent where it doesn't tell."),
		info:       desc("streamdesk_redis_info", "1, with what Redis tells of itself.", "name", "version", "mode", "role"),
	}
}

// basic are the figures that everybody exports.
func (d *descs) basic() []*prometheus.Desc {
	return []*prometheus.Desc{d.up, d.entries, d.lag, d.pending, d.oldest, d.consumers, d.state, d.paused, d.limit}
}

// more are those that come with [Options].All.
func (d *descs) more() []*prometheus.Desc {
	return []*prometheus.Desc{d.added, d.read, d.lost, d.deliveries, d.idle, d.unreadable, d.took, d.memory, d.maxMemory, d.uptime, d.info}
}

// server writes the figures of the server.
func (d *descs) server(out writer, s *model.Server) {
	if s.Withheld != "" {
		return
	}
	out.count(d.memory, s.UsedMemory)
	if s.MaxMemory.N > 0 {
		out.count(d.maxMemory, s.MaxMemory)
	}
	if s.Uptime > 0 {
		out.gauge(d.uptime, s.Uptime.Seconds())
	}
	out.gauge(d.info, 1, validLabel(s.Name), validLabel(s.Version), validLabel(s.Mode), validLabel(s.Role))
}

// writer writes figures.
type writer struct{ to chan<- prometheus.Metric }

func (w writer) gauge(d *prometheus.Desc, value float64, labels ...string) {
	w.to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
}

// count writes a number as a gauge, and nothing when it is unknown.
func (w writer) count(d *prometheus.Desc, n model.Count, labels ...string) {
	if n.Known {
		w.gauge(d, float64(n.N), labels...)
	}
}

// counter writes a number that only grows, and nothing when it is unknown.
func (w writer) counter(d *prometheus.Desc, n model.Count, labels ...string) {
	if n.Known {
		w.to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n.N), labels...)
	}
}
