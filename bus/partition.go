package bus

import (
	"streamdesk/bus/internal/publish"
	"streamdesk/model"
)

// MaxPartitions bounds [WithPartitions]. A thousand streams are still read with one XREADGROUP; a number beyond it is a
// mistake rather than a wish.
const MaxPartitions = publish.MaxPartitions

// WithPartitions has events of type t published to n streams rather than one, for a type that is more than one stream,
// or one node of a cluster, can carry. Partition 0 is the type's usual stream, events:<type>; partition k of the others is
// events:<type>:<k>. Which one an event goes to is told by its workflow ID ([Partition]), so that a workflow's events of
// the type lie in one stream, in their order. Events without a workflow ID go to partition 0.
//
// Only those who publish need to know. Consumers and tails find the partitions by the type ([WithTypes]), within
// [WithDiscovery] of their first event, and keep the order per workflow over them as over any streams. n may be raised while
// consumers run: from then on some workflows go on in another stream, and a consumer that reads both has their events in
// the order of their IDs. When it is lowered, or publishers disagree, nothing is lost either: what lies in a partition
// is read as long as the partition exists. Only a workflow that goes to a partition nobody has found yet, and back, has
// its events there handled late.
//
// In a cluster the keys of the partitions fall into different slots, so that several nodes share the load, which is what
// partitions are for there. The slots are read apart from each other: while n changes, a workflow that moves
// from one partition to another may have its first events there handled before its last ones in the former. [WithMaxLen]
// is for each partition by itself.
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

// Partition says which of n partitions the events of a workflow go to: the 64-bit FNV-1a hash of the workflow ID's bytes,
// modulo n; partition 0 when there is no workflow ID. Programs in other languages have to do the same, or a workflow's
// events of one type are shared out between two streams.
func Partition(workflowID string, n int) int { return publish.Partition(workflowID, n) }
