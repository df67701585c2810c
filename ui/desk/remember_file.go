package desk

import (
	"sync"

	"streamdesk/bus/fault"
	"streamdesk/ui/state"
)

// keeper writes the desk's arrangement outside of its loop: a disk may take its time. Only the newest one matters.
type keeper struct {
	path string
	// onPanic is told what the goroutine died of.
	onPanic fault.Func

	mu      sync.Mutex
	next    *state.State // what waits to be written
	trouble error        // what nobody was told of yet
	told    bool

	wake, stop, stopped chan struct{}
}

// startKeeper begins to write to path what it is handed.
func startKeeper(path string, onPanic fault.Func) *keeper {
	k := &keeper{path: path, onPanic: onPanic, wake: make(chan struct{}, 1), stop: make(chan struct{}), stopped: make(chan struct{})}
	go k.run()
	return k
}

func (k *keeper) run() {
	defer close(k.stopped)
	defer k.onPanic.Catch()
	for {
		select {
		case <-k.wake:
			k.write()
		case <-k.stop:
			k.write()
			return
		}
	}
}

// keep takes over an arrangement to be written, instead of one that still waits.
func (k *keeper) keep(s state.State) {
	k.mu.Lock()
	k.next = &s
	k.mu.Unlock()
	select {
	case k.wake <- struct{}{}:
	default: // it is awake already, and will see this one
	}
}

func (k *keeper) write() {
	k.mu.Lock()
	next := k.next
	k.next = nil
	k.mu.Unlock()
	if next == nil {
		return
	}
	err := state.Save(k.path, *next)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err != nil && !k.told { // once: it will go on failing
		k.trouble, k.told = err, true
	}
}

// news is an error that nobody was told of yet.
func (k *keeper) news() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	err := k.trouble
	k.trouble = nil
	return err
}

// close writes what waits, and the arrangement at the end. The error is one that nobody was told of yet. A nil keeper
// keeps nothing.
func (k *keeper) close(last state.State) error {
	if k == nil {
		return nil
	}
	k.keep(last)
	close(k.stop)
	<-k.stopped
	return k.news()
}
