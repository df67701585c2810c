package state

import (
	"sync"

	"streamdesk/bus/fault"
	"streamdesk/ui/trail"
)

// Keeper writes states to a file outside of the desk's loop. Only the newest state is written.
type Keeper struct {
	path   string
	writer *trail.Writer

	mu   sync.Mutex
	next *State // to be written
}

// NewKeeper starts a keeper that writes to path. broke is called when writing panics.
func NewKeeper(path string, broke fault.Func) *Keeper {
	k := &Keeper{path: path}
	k.writer = trail.NewWriter(k.write, broke)
	return k
}

// Keep queues a state for writing, in place of one that is still queued.
func (k *Keeper) Keep(s State) {
	k.mu.Lock()
	k.next = &s
	k.mu.Unlock()
	k.writer.Wake()
}

func (k *Keeper) write() error {
	k.mu.Lock()
	next := k.next
	k.next = nil
	k.mu.Unlock()
	if next == nil {
		return nil
	}
	return Save(k.path, *next)
}

// News returns an error that was not reported yet.
func (k *Keeper) News() error { return k.writer.News() }

// Close writes the last state and ends the keeper. It returns an error that was not reported yet. Close of a nil Keeper
// does nothing.
func (k *Keeper) Close(last State) error {
	if k == nil {
		return nil
	}
	k.Keep(last)
	<-k.writer.Stop()
	return k.News()
}
