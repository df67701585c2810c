package bus

import (
	"fmt"
	"strconv"

	"streamdesk/model"
)

// MaxPartitions bounds [WithPartitions]. A thousand streams are still read with one XREADGROUP; a number beyond it is a
// mistake rather than a wish.
const MaxPartitions = 1024

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
		if b.partitions == nil {
			b.partitions = make(map[model.Type]partitions)
		}
		b.partitions[t] = partitions{n: n}
	}
}

// partitions are the streams of one type.
type partitions struct {
	n    int
	keys []any // strings, boxed once for go-redis
}

// planPartitions works out the keys of the partitions, once the prefix is known.
func (b *Bus) planPartitions() error {
	for t, p := range b.partitions {
		if err := t.Validate(); err != nil {
			return fmt.Errorf("bus: open: partitions: %w", err)
		}
		if p.n < 1 || p.n > MaxPartitions {
			return fmt.Errorf("bus: open: %d partitions of %s (want 1 to %d)", p.n, t, MaxPartitions)
		}
		p.keys = make([]any, p.n)
		for k := range p.keys {
			p.keys[k] = partitionKey(b.StreamKey(t), k)
		}
		b.partitions[t] = p
	}
	return nil
}

// partitionKey is the key of a partition, given that of the type's usual stream.
func partitionKey(stream string, k int) string {
	if k == 0 {
		return stream
	}
	return stream + ":" + strconv.Itoa(k)
}

// streamOf is the key of the stream that an event goes to: a string, as the interface value that go-redis wants.
func (b *Bus) streamOf(e *model.Event) any {
	if p, ok := b.partitions[e.Type]; ok {
		return p.keys[Partition(e.WorkflowID, p.n)]
	}
	return b.streamKeys.of(b.conn.Prefix, e.Type)
}

// FNV-1a with 64 bits, as everybody who publishes has to have it.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// Partition says which of n partitions the events of a workflow go to: the 64-bit FNV-1a hash of the workflow ID's bytes,
// modulo n; partition 0 when there is no workflow ID. Programs in other languages have to do the same, or a workflow's
// events of one type are shared out between two streams.
func Partition(workflowID string, n int) int {
	if workflowID == "" || n <= 1 {
		return 0
	}
	hash := uint64(fnvOffset)
	for i := range len(workflowID) {
		hash ^= uint64(workflowID[i])
		hash *= fnvPrime
	}
	return int(hash % uint64(n))
}
