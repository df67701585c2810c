// Package metrics is the consumer group metrics_collectors: it counts events, measures how long workflows and their stages
// take, and shows the bus's own figures, for Prometheus to scrape at /metrics. It stores nothing; what a process has
// counted ends with it, as Prometheus expects of counters.
//
// Several processes of the group share the events, so each counts only those that it read itself. Have Prometheus scrape
// all of them, and sum counters and histograms over the instances: sum by (type) (rate(streamdesk_events_total[5m])). The
// figures that a process asks Redis for, streamdesk_stream_… and streamdesk_group_…, are the same in each: take their
// maximum, max by (group, stream) (streamdesk_group_lag_entries), and never the sum. An event that is delivered again,
// after a crash or a lost acknowledgement, is counted again.
//
// A stage may begin with one process and end with another. So each process follows, beside the group and without changing
// anything, the streams on which stages begin; whoever gets the end measures the duration. Times are those of the entry
// IDs, one clock. A beginning that wasn't seen is counted in streamdesk_durations_unmatched_total.
//
// Start reading at [New] and [Collector].
package metrics
