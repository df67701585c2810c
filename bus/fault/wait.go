package fault

import (
	"errors"
	"fmt"
	"time"
)

// WaitOpen is [bus.Open], which waits for the answer to its PING.
const WaitOpen = "open"

// WaitWriter is the part that publishes. Events in the buffer wait for it, and so do [bus.Bus.PublishSync], [bus.Bus.Flush]
// and [bus.Bus.Close].
const WaitWriter = "writer"

// WaitReader is the part that reads new entries for a consumer group.
const WaitReader = "reader"

// WaitTail is [observe.Reader.Tail].
const WaitTail = "tail"

// Wait describes what a part of the bus waits for.
type Wait struct {
	// Part is [WaitOpen], [WaitWriter], [WaitReader] or [WaitTail].
	Part string
	// Group is the consumer group of a reader, and empty for the other parts.
	Group string
	// Since is when the wait began.
	Since time.Time
	// Attempts is the number of failed attempts since then; 0 while the first one has no answer yet.
	Attempts int
	// Err is why the last attempt failed; [ErrNoReply] while the first one has no answer.
	Err error
	// Until is when the part gives up and returns Err ([ErrPatience]); zero when it doesn't.
	Until time.Time
}

// ErrNoReply means that the server received the command and has not answered it.
var ErrNoReply = errors.New("the server has not answered yet")

// ErrPatience means that the server didn't let the bus act until [WithPatience], [WithConsumePatience] or
// [TailOptions].Patience was over. It comes wrapped together with the reason of the last attempt.
var ErrPatience = errors.New("gave up waiting for the server")

// String returns one line: what is waited for, since when, and why.
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
