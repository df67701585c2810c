package wire

import (
	"sync"
	"sync/atomic"
	"time"

	"streamdesk/bus/fault"
)

const waitTold = 500 * time.Millisecond

const waitAgain = 10 * time.Second

// WaitWatch tells [Hooks].Waiting of one part's waits. Its methods are called by one goroutine.
type WaitWatch struct {
	conn     *Conn
	Patience time.Duration
	Voice    *Voice // shared with others that wait for the same; nil when there are none
	timer    *time.Timer

	mu   sync.Mutex
	wait fault.Wait // Since is zero while nothing is waited for
}

// Voice is the watch that tells for all that share it, while it has something to tell.
type Voice struct{ holder atomic.Pointer[WaitWatch] }

// mine says whether w may tell.
func (v *Voice) mine(w *WaitWatch) bool {
	return v == nil || v.holder.CompareAndSwap(nil, w) || v.holder.Load() == w
}

// leave lets another one tell.
func (v *Voice) leave(w *WaitWatch) {
	if v != nil {
		v.holder.CompareAndSwap(w, nil)
	}
}

// WatchWait watches the waits of one part of the bus.
func (c *Conn) WatchWait(part, group string) *WaitWatch {
	return &WaitWatch{conn: c, wait: fault.Wait{Part: part, Group: group}}
}

// Begin notes that an answer is waited for from now on, unless one is already.
func (w *WaitWatch) Begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.wait.Since.IsZero() {
		return
	}
	w.wait.Since, w.wait.Attempts, w.wait.Err = time.Now(), 0, fault.ErrNoReply
	switch {
	case w.conn.Waiting == nil:
	case w.timer == nil:
		w.timer = time.AfterFunc(waitTold, w.conn.Guard(w.tell))
	default:
		w.timer.Reset(waitTold)
	}
}

// Failed notes why an attempt has failed; the wait goes on.
func (w *WaitWatch) Failed(err error) {
	w.Begin()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wait.Attempts++
	w.wait.Err = err
}

// Over notes that nothing is waited for any more.
func (w *WaitWatch) Over() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wait.Since = time.Time{}
	w.hush()
}

// Suspend stops telling, and remembers since when the server has refused.
func (w *WaitWatch) Suspend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hush()
}

func (w *WaitWatch) hush() {
	if w.timer == nil {
		return
	}
	w.timer.Stop()
	w.Voice.leave(w)
}

// Exhausted says whether the wait has lasted for longer than the patience.
func (w *WaitWatch) Exhausted() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.Patience > 0 && !w.wait.Since.IsZero() && time.Since(w.wait.Since) >= w.Patience
}

// Left is how much of the patience is left, or most when that is less.
func (w *WaitWatch) Left(most time.Duration) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.Patience <= 0 || w.wait.Since.IsZero() {
		return most
	}
	return max(min(most, w.Patience-time.Since(w.wait.Since)), 0)
}

func (w *WaitWatch) tell() {
	w.mu.Lock()
	wait := w.wait
	if wait.Since.IsZero() {
		w.mu.Unlock()
		return
	}
	if !w.Voice.mine(w) {
		w.timer.Reset(waitTold) // it goes on telling when that one has nothing to tell any more
		w.mu.Unlock()
		return
	}
	if w.Patience > 0 {
		wait.Until = wait.Since.Add(w.Patience)
	}
	w.timer.Reset(waitAgain)
	w.mu.Unlock()
	w.conn.Waiting(wait)
}
