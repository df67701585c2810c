package trail

import (
	"sync"

	"streamdesk/bus/fault"
)

// Writer writes in a goroutine of its own: a disk may take its time, and whoever has something to write has none. It tells
// of the first error alone, for a file that can't be written goes on failing.
type Writer struct {
	write func() error // writes what waits
	broke fault.Func

	mu      sync.Mutex
	trouble error // nobody was told of it yet
	told    bool

	wake, stop, stopped chan struct{}
}

// NewWriter starts a writer; whoever starts it stops it. It calls write after each [Writer.Wake], and after [Writer.Stop]
// once more; broke is told when write panics, which ends the writer.
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

// Wake has it write.
func (w *Writer) Wake() {
	select {
	case w.wake <- struct{}{}:
	default: // it is awake already, and sees what waits
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

// News is the first error; nil when there was none, and after the first time.
func (w *Writer) News() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	err := w.trouble
	w.trouble = nil
	return err
}

// Stop has it write once more and end, which closes the channel it returns.
func (w *Writer) Stop() <-chan struct{} {
	close(w.stop)
	return w.stopped
}
