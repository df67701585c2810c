// Package metrics is the consumer group metrics_collectors. It counts events, measures how long workflows and their stages
// take, and shows the bus's own figures, for Prometheus to scrape at /metrics. It stores nothing: the counts of a process end
// with it, as Prometheus expects of counters.
//
// Several processes of the group share the events, so each counts only those that it read itself. Have Prometheus scrape all
// of them, and sum counters and histograms over the instances: sum by (type) (rate(streamdesk_events_total[5m])). The figures
// from Redis, streamdesk_stream_… and streamdesk_group_…, are the same in each process: use their maximum, max by (group,
// stream) (streamdesk_group_lag_entries), never the sum. An event that is delivered again, after a crash or a lost ack, is
// counted again.
//
// A stage may begin in one process and end in another. So each process also reads the streams on which stages begin, outside
// the group and without changing anything; the process that gets the end measures the duration. Times are those of the entry
// IDs, from one clock. An end without a known beginning is counted in streamdesk_durations_unmatched_total.
//
// Start reading at [New] and [Collector].
package metrics
