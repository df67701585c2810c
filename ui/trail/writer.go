package trail

import (
	"sync"

	"streamdesk/bus/fault"
)

// Writer writes in its own goroutine, because a disk may be slow and its users can't wait. It reports only the first
// error, because a file that can't be written goes on failing.
type Writer struct {
	write func() error // writes everything that waits
	broke fault.Func

	mu      sync.Mutex
	trouble error // the first error, until News returns it
	told    bool

	wake, stop, stopped chan struct{}
}

// NewWriter starts a writer; the caller must stop it. It calls write after each [Writer.Wake], and once more after
// [Writer.Stop]. When write panics, broke is called and the writer ends.
func NewWriter(write func() error, broke fault.Func) *Writer {
	w := &Writer{write: write, broke: broke, wake: make(chan struct{}, 1), stop: make(chan struct{}), stopped: make(chan struct{})}
	go w.run()
	return w
}

func (w *Writer) run() {
	defer close(w.stopped)
	defer w.broke.Catch()
	for {
		select {
		case <-w.wake:
			w.Note(w.write())
		case <-w.stop:
			w.Note(w.write())
			return
		}
	}
}

// Wake makes the writer write.
func (w *Writer) Wake() {
	select {
	case w.wake <- struct{}{}:
	default: // it is awake already, and writes everything that waits
	}
}

// Note keeps the first error for [Writer.News].
func (w *Writer) Note(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil && !w.told {
		w.trouble, w.told = err, true
	}
}

// News returns the first error once; nil when there was none.
func (w *Writer) News() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	err := w.trouble
	w.trouble = nil
	return err
}

// Stop makes the writer write once more and end. The returned channel is closed then.
func (w *Writer) Stop() <-chan struct{} {
	close(w.stop)
	return w.stopped
}
