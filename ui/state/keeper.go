package state

import (
	"sync"

	"streamdesk/bus/fault"
	"streamdesk/ui/trail"
)

// Keeper writes states to a file outside of the desk's loop. Only the newest one matters.
type Keeper struct {
	path   string
	writer *trail.Writer

	mu   sync.Mutex
	next *State // waits to be written
}

// NewKeeper begins to write to path what it is handed; broke is told when that panics.
func NewKeeper(path string, broke fault.Func) *Keeper {
	k := &Keeper{path: path}
	k.writer = trail.NewWriter(k.write, broke)
	return k
}

// Keep takes over a state to be written, instead of one that still waits.
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

// News is an error that nobody was told of yet.
func (k *Keeper) News() error { return k.writer.News() }

// Close writes what waits, and the state at the end. The error is one that nobody was told of yet. A nil Keeper keeps
// nothing.
func (k *Keeper) Close(last State) error {
	if k == nil {
		return nil
	}
	k.Keep(last)
	<-k.writer.Stop()
	return k.News()
}
