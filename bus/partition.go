package bus

import (
	"streamdesk/bus/internal/publish"
	"streamdesk/model"
)

// MaxPartitions is the max number of partitions in [WithPartitions]. A thousand streams are still read with one XREADGROUP; a
// larger number is a mistake.
const MaxPartitions = publish.MaxPartitions

// WithPartitions publishes events of type t to n streams rather than one, for a type that is too much for one stream or one
// node of a cluster. Partition 0 is the type's usual stream, events:<type>; partition k of the others is events:<type>:<k>.
// The workflow ID decides the partition of an event ([Partition]), so that a workflow's events of the type are in one stream,
// in their order. Events without a workflow ID go to partition 0.
//
// Only publishers need to know. Consumers and tails find the partitions by the type ([WithTypes]), within [WithDiscovery] of
// their first event, and keep the order per workflow over them as over any streams. n may be raised while consumers run: some
// workflows then move to another stream, and a consumer that reads both gets their events in the order of their IDs. Nothing
// is lost when n is lowered or publishers disagree either: a partition is read as long as it exists. Only when a workflow
// goes to a partition that is not found yet, and back, are its events there handled late.
//
// In a cluster the keys of the partitions are in different slots, so that several nodes share the load, which is the purpose
// of partitions there. The slots are read independently: while n changes, the first events of a workflow in its new partition
// may be handled before the last ones in its old partition. [WithMaxLen] applies to each partition.
//
// [Open] returns an error when t is no legal type, or n less than 1 or more than [MaxPartitions].
func WithPartitions(t model.Type, n int) Option {
	return func(b *Bus) {
		if b.publishing.Partitions == nil {
			b.publishing.Partitions = make(map[model.Type]int)
		}
		b.publishing.Partitions[t] = n
	}
}

// Partition returns which of n partitions the events of a workflow go to: the 64-bit FNV-1a hash of the workflow ID's bytes,
// modulo n; partition 0 when there is no workflow ID. Programs in other languages must do the same, or a workflow's events of
// one type are split between two streams.
func Partition(workflowID string, n int) int { return publish.Partition(workflowID, n) }
