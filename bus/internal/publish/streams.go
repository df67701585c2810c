package publish

import (
	"fmt"
	"maps"
	"strconv"
	"sync"
	"sync/atomic"

	"streamdesk/model"
)

// MaxPartitions is the max number of streams of a type.
const MaxPartitions = 1024

// Streams maps events to streams.
type Streams struct {
	prefix     string
	partitions map[model.Type][]any // the keys of the types that have several: strings, boxed once for go-redis
	keys       streamKeys
}

// NewStreams returns a new Streams with the keys of all partitions.
func NewStreams(prefix string, counts map[model.Type]int) (*Streams, error) {
	s := &Streams{prefix: prefix, partitions: make(map[model.Type][]any, len(counts))}
	for t, n := range counts {
		if err := t.Validate(); err != nil {
			return nil, fmt.Errorf("bus: open: partitions: %w", err)
		}
		if n < 1 || n > MaxPartitions {
			return nil, fmt.Errorf("bus: open: %d partitions of %s (want 1 to %d)", n, t, MaxPartitions)
		}
		keys := make([]any, n)
		keys[0] = prefix + string(t)
		for k := 1; k < n; k++ {
			keys[k] = prefix + string(t) + ":" + strconv.Itoa(k)
		}
		s.partitions[t] = keys
	}
	return s, nil
}

// of returns the key of an event's stream: a string, as the interface value for go-redis.
func (s *Streams) of(e *model.Event) any {
	if keys, ok := s.partitions[e.Type]; ok {
		return keys[Partition(e.WorkflowID, len(keys))]
	}
	return s.keys.of(s.prefix, e.Type)
}

// FNV-1a with 64 bits, which every publisher must use.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// Partition returns which of n partitions the events of a workflow go to: the 64-bit FNV-1a hash of the workflow ID's bytes,
// modulo n; partition 0 when there is no workflow ID. Programs in other languages must do the same, or a workflow's events of
// one type are split between two streams.
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

// streamKeys caches the key of each published type, as the interface value for go-redis, so that a publish allocates none.
type streamKeys struct {
	known atomic.Pointer[map[model.Type]any]
	mu    sync.Mutex
}

// maxStreamKeys is the max size of the cache, for programs that invent types without end.
const maxStreamKeys = 4096

func (k *streamKeys) of(prefix string, t model.Type) any {
	known := k.known.Load()
	if known != nil {
		if key, ok := (*known)[t]; ok {
			return key
		}
	}
	var key any = prefix + string(t)
	k.mu.Lock()
	defer k.mu.Unlock()
	next := make(map[model.Type]any)
	if known = k.known.Load(); known != nil && len(*known) < maxStreamKeys {
		maps.Copy(next, *known)
	}
	next[t] = key
	k.known.Store(&next)
	return key
}
