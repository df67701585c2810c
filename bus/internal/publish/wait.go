package publish

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// syncWait collects the outcomes of the events of one [Writer.PublishSync].
type syncWait struct {
	to     *Streams
	events []model.Event
	done   chan struct{} // closed when every event is settled

	mu        sync.Mutex
	left      int
	settled   []bool
	sent      []bool
	gaveUp    error // why the caller no longer waits; events not sent by then are not sent at all
	positions []model.Position
	errs      []error
}

func newSyncWait(to *Streams, events []model.Event) *syncWait {
	n := len(events)
	w := &syncWait{
		to: to, events: events, done: make(chan struct{}), left: n,
		settled: make([]bool, n), sent: make([]bool, n), positions: make([]model.Position, n), errs: make([]error, n),
	}
	if n == 0 {
		close(w.done)
	}
	return w
}

// settle records the outcome of event i; only the first one counts.
func (w *syncWait) settle(i int, id model.Position, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.settled[i] {
		return
	}
	w.settled[i], w.positions[i] = true, id
	if err != nil {
		w.errs[i] = w.failure(i, err)
	}
	w.left--
	if w.left == 0 {
		close(w.done)
	}
}

// failure wraps err with the event that it is about.
func (w *syncWait) failure(i int, err error) error {
	return &fault.PublishError{Index: i, EventID: w.events[i].ID, Stream: w.stream(i), Err: err}
}

// stream returns the key of the stream of event i.
func (w *syncWait) stream(i int) string {
	key, _ := w.to.of(&w.events[i]).(string)
	return key
}

// streams returns the keys of the streams whose events are not settled.
func (w *syncWait) streams() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var keys []string
	for i, settled := range w.settled {
		if key := w.stream(i); !settled && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// sending reports whether event i may be sent, and if so, marks it as sent.
func (w *syncWait) sending(i int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.gaveUp != nil {
		return false
	}
	w.sent[i] = true
	return true
}

// why returns why the caller no longer waits.
func (w *syncWait) why() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.gaveUp
}

// unsent clears the mark that event i was sent: the server has certainly not added it.
func (w *syncWait) unsent(i int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent[i] = false
}

// abandon records that the caller no longer waits: events already sent are uncertain, the rest are never sent.
func (w *syncWait) abandon(why error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.gaveUp = why
	for i, settled := range w.settled {
		switch {
		case settled:
		case w.sent[i]:
			w.errs[i] = w.failure(i, fmt.Errorf("%w: %w", fault.ErrUncertain, why))
		default:
			w.errs[i] = w.failure(i, why)
		}
		w.settled[i] = true
	}
	if w.left > 0 {
		w.left = 0
		close(w.done)
	}
}

func (w *syncWait) result() ([]model.Position, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.positions, errors.Join(w.errs...)
}
