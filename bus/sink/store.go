package sink

import (
	"sync"
	"time"
)

// Store keeps account of a store that may go away: since when it fails, why, and how long to wait for the next try. The
// zero Store is well.
type Store struct {
	mu       sync.Mutex
	err      error
	failures int
}

// The pauses between tries: the first is short, since most faults pass at once; the longest is what a person waits who has
// mended the store.
const (
	firstPause   = 100 * time.Millisecond
	longestPause = 10 * time.Second
)

// Failed notes a failure, and returns for how long to wait before the next try: 100 ms, doubling up to 10 s.
func (s *Store) Failed(err error) (pause time.Duration, first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	first = s.err == nil
	s.err = err
	pause = min(firstPause<<min(s.failures, 16), longestPause)
	s.failures++
	return pause, first
}

// Well notes that the store works, and says whether it didn't before.
func (s *Store) Well() (again bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	again = s.err != nil
	s.err, s.failures = nil, 0
	return again
}

// Health is nil, or the last failure since the store worked.
func (s *Store) Health() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}
