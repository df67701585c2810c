package sink

import (
	"sync"
	"time"
)

// Store tracks a store that may go away: the last error, and how long to wait before the next try. The zero Store is healthy.
type Store struct {
	mu       sync.Mutex
	err      error
	failures int
}

// The pauses between tries. The first is short, since most faults pass at once. The longest is the max wait of a person who
// has repaired the store.
const (
	firstPause   = 100 * time.Millisecond
	longestPause = 10 * time.Second
)

// Failed records a failure and returns the pause before the next try: 100 ms, doubling up to 10 s.
func (s *Store) Failed(err error) (pause time.Duration, first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	first = s.err == nil
	s.err = err
	pause = min(firstPause<<min(s.failures, 16), longestPause)
	s.failures++
	return pause, first
}

// Well records that the store works, and reports whether it failed before.
func (s *Store) Well() (again bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	again = s.err != nil
	s.err, s.failures = nil, 0
	return again
}

// Health returns nil, or the last failure since the store worked.
func (s *Store) Health() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}
