package bus

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// The parts of a bus that wait for the server, as [Wait].Part names them.
const (
	// WaitOpen is [Open], which waits for the answer to its PING.
	WaitOpen = "open"
	// WaitWriter is what publishes: events wait for it in the buffer, and [Bus.PublishSync], [Bus.Flush] and [Bus.Close] with them.
	WaitWriter = "writer"
	// WaitReader is what reads new entries for a consumer group.
	WaitReader = "reader"
	// WaitTail is [Bus.Tail].
	WaitTail = "tail"
)

// Wait is what a part of the bus is waiting for.
type Wait struct {
	// Part is [WaitOpen], [WaitWriter], [WaitReader] or [WaitTail].
	Part string
	// Group is the consumer group of a reader, and empty for the other parts.
	Group string
	// Since is when the waiting began.
	Since time.Time
	// Attempts counts those that have failed since then; 0 while the first one has no answer yet.
	Attempts int
	// Err is why the last attempt failed; [ErrNoReply] while the first one has no answer.
	Err error
	// Until is when the part gives up and returns Err ([ErrPatience]); zero when it doesn't.
	Until time.Time
}

// ErrNoReply is what is told while the server took the command and has not answered it.
var ErrNoReply = errors.New("the server has not answered yet")

// ErrPatience is the error of what the server didn't let be done until [WithPatience], [WithConsumePatience] or [TailOptions].Patience
// was over. It comes wrapped together with the reason of the last attempt.
var ErrPatience = errors.New("gave up waiting for the server")

// String says in one line what is waited for, since when, and why.
func (w Wait) String() string {
	what := w.Part
	switch w.Part {
	case WaitOpen:
		what = "the server to answer"
	case WaitWriter:
		what = "the server to take events"
	case WaitReader:
		what = "the server to deliver to group " + w.Group
	case WaitTail:
		what = "the server to show new entries"
	}
	attempts := ""
	if w.Attempts > 0 {
		attempts = fmt.Sprintf(", %d failed attempts", w.Attempts)
	}
	return fmt.Sprintf("waiting for %s (%s%s): %v", what, time.Since(w.Since).Round(100*time.Millisecond), attempts, w.Err)
}

// A wait is told after half a second, so that a person reads of it within one; and again every ten seconds, so that a log
// shows that it lasts without filling up.
const (
	waitTold  = 500 * time.Millisecond
	waitAgain = 10 * time.Second
)

// WithPatience has the writer give up on events that it could not publish for d, counted from when the server last took some:
// they fail with [ErrPatience] and the reason of the last attempt, and so does what is published after them, after one attempt each, until
// the server takes events again. 0, the default, has it try for as long as the bus is open, as a service wants it; a program
// that publishes once and ends wants some seconds. Either way [Hooks].Waiting tells what is waited for.
func WithPatience(d time.Duration) Option { return func(b *Bus) { b.publishing.patience = max(d, 0) } }

// waitWatch tells [Hooks].Waiting of one part's waits. Its methods are called by one goroutine.
type waitWatch struct {
	conn     *conn
	patience time.Duration
	voice    *voice // shared with others that wait for the same; nil when there are none
	timer    *time.Timer

	mu   sync.Mutex
	wait Wait // Since is zero while nothing is waited for
}

// voice is the watch that tells for all that share it, while it has something to tell.
type voice struct{ holder atomic.Pointer[waitWatch] }

// mine says whether w may tell.
func (v *voice) mine(w *waitWatch) bool {
	return v == nil || v.holder.CompareAndSwap(nil, w) || v.holder.Load() == w
}

// leave lets another one tell.
func (v *voice) leave(w *waitWatch) {
	if v != nil {
		v.holder.CompareAndSwap(w, nil)
	}
}

func (c *conn) watchWait(part, group string) *waitWatch {
	return &waitWatch{conn: c, wait: Wait{Part: part, Group: group}}
}

// begin notes that an answer is waited for from now on, unless one is already.
func (w *waitWatch) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.wait.Since.IsZero() {
		return
	}
	w.wait.Since, w.wait.Attempts, w.wait.Err = time.Now(), 0, ErrNoReply
	switch {
	case w.conn.waiting == nil:
	case w.timer == nil:
		w.timer = time.AfterFunc(waitTold, w.conn.guard(w.tell))
	default:
		w.timer.Reset(waitTold)
	}
}

// failed notes why an attempt has failed; the wait goes on.
func (w *waitWatch) failed(err error) {
	w.begin()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wait.Attempts++
	w.wait.Err = err
}

// over notes that nothing is waited for any more.
func (w *waitWatch) over() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wait.Since = time.Time{}
	w.hush()
}

// suspend stops telling, and remembers since when the server has refused.
func (w *waitWatch) suspend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hush()
}

func (w *waitWatch) hush() {
	if w.timer == nil {
		return
	}
	w.timer.Stop()
	w.voice.leave(w)
}

// exhausted says whether the wait has lasted for longer than the patience.
func (w *waitWatch) exhausted() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.patience > 0 && !w.wait.Since.IsZero() && time.Since(w.wait.Since) >= w.patience
}

// left is how much of the patience is left, or most when that is less.
func (w *waitWatch) left(most time.Duration) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.patience <= 0 || w.wait.Since.IsZero() {
		return most
	}
	return max(min(most, w.patience-time.Since(w.wait.Since)), 0)
}

func (w *waitWatch) tell() {
	w.mu.Lock()
	wait := w.wait
	if wait.Since.IsZero() {
		w.mu.Unlock()
		return
	}
	if !w.voice.mine(w) {
		w.timer.Reset(waitTold) // it goes on telling when that one has nothing to tell any more
		w.mu.Unlock()
		return
	}
	if w.patience > 0 {
		wait.Until = wait.Since.Add(w.patience)
	}
	w.timer.Reset(waitAgain)
	w.mu.Unlock()
	w.conn.waiting(wait)
}
