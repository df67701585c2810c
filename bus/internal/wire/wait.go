package wire

import (
	"sync"
	"sync/atomic"
	"time"

	"streamdesk/bus/fault"
)

const waitTold = 500 * time.Millisecond

const waitAgain = 10 * time.Second

// WaitWatch reports one part's waits to [Hooks].Waiting. Its methods are called by one goroutine.
type WaitWatch struct {
	conn     *Conn
	Patience time.Duration
	Voice    *Voice // shared with other watches of the same wait; nil when there are none
	timer    *time.Timer

	mu   sync.Mutex
	wait fault.Wait // Since is zero while nothing is waited for
}

// Voice is the one watch that reports for all that share it, while it has something to report.
type Voice struct{ holder atomic.Pointer[WaitWatch] }

// mine reports whether w may report.
func (v *Voice) mine(w *WaitWatch) bool {
	return v == nil || v.holder.CompareAndSwap(nil, w) || v.holder.Load() == w
}

// leave lets another watch report.
func (v *Voice) leave(w *WaitWatch) {
	if v != nil {
		v.holder.CompareAndSwap(w, nil)
	}
}

// WatchWait returns a new watch of the waits of one part of the bus.
func (c *Conn) WatchWait(part, group string) *WaitWatch {
	return &WaitWatch{conn: c, wait: fault.Wait{Part: part, Group: group}}
}

// Begin records that a wait begins now, unless one has begun already.
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

// Failed records why an attempt has failed; the wait goes on.
func (w *WaitWatch) Failed(err error) {
	w.Begin()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wait.Attempts++
	w.wait.Err = err
}

// Over records that the wait is over.
func (w *WaitWatch) Over() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wait.Since = time.Time{}
	w.hush()
}

// Suspend stops reporting, and remembers since when the server has refused.
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

// Exhausted reports whether the wait has lasted longer than the patience.
func (w *WaitWatch) Exhausted() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.Patience > 0 && !w.wait.Since.IsZero() && time.Since(w.wait.Since) >= w.Patience
}

// Left returns the rest of the patience, up to most.
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
		w.timer.Reset(waitTold) // it reports once the other watch has nothing to report
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
