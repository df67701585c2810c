package sink

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"streamdesk/bus"
)

// maxHanded is the max size in bytes of one hand-over: both sides hold it in memory.
const maxHanded = 8 << 20

// errBehind holds an event back while an earlier event of its workflow has failed.
var errBehind = errors.New("an earlier event of its workflow has to be tried again first")

// RefusalError is the error of a receiver that is there and refuses the events. Any other error of a receiver means that it
// is away.
type RefusalError struct{ Err error }

// Error returns the text of the receiver's error.
func (r *RefusalError) Error() string { return r.Err.Error() }

// Unwrap returns the receiver's error.
func (r *RefusalError) Unwrap() error { return r.Err }

// Receiver is a destination that events are handed to and that may be away. Its health is that of its [Store].
type Receiver struct {
	Store
	Log *slog.Logger
	// Back, Refused and Away are the log messages for a receiver that is back, refuses an event, and is away.
	Back, Refused, Away string
}

// Took turns the result of handing messages over into the error of a handler: nil, a [RefusalError], or an error that has
// them delivered again when the receiver may be back, but not before wanted has passed. ctx is the handler's.
func (r *Receiver) Took(ctx context.Context, messages []bus.Message, wanted time.Duration, err error) error {
	refusal, refused := errors.AsType[*RefusalError](err)
	switch {
	case ctx.Err() != nil && err != nil: // interrupted because this process ends
		return bus.RetryAfter(0, err)
	case err == nil || refused:
		if r.Well() {
			r.Log.Info(r.Back)
		}
		if refused && len(messages) == 1 {
			m := &messages[0]
			r.Log.Warn(r.Refused, "stream", m.Stream, "id", m.ID.String(), "delivery", m.Deliveries, "error", refusal.Err)
		}
		return err
	}
	pause, first := r.Failed(err)
	if first {
		r.Log.Error(r.Away, "error", err)
	}
	return bus.RetryAfter(max(pause, wanted), err)
}

// Hand gives messages to a receiver in order, at most the given number and about 8 MB at once. It returns a [bus.BatchError]
// about those that failed. Refused messages ([RefusalError]) are given again in halves, so that one bad event is found and
// holds up only its workflow. After any other error the rest isn't tried.
func Hand(messages []bus.Message, most int, give func([]bus.Message) error) error {
	h := handing{give: give, failed: bus.BatchError{}, behind: map[string]bool{}}
	places := make([]int, len(messages))
	for i := range places {
		places[i] = i
	}
	for at := 0; at < len(messages); {
		n := fitting(messages[at:], most)
		h.hand(messages[at:at+n], places[at:at+n])
		at += n
	}
	if len(h.failed) > 0 {
		return h.failed
	}
	return nil
}

// fitting returns how many of the messages are handed over at once.
func fitting(messages []bus.Message, most int) int {
	size := 0
	for i := range messages {
		if size += messages[i].Size(); i == most || size > maxHanded && i > 0 {
			return i
		}
	}
	return len(messages)
}

// handing is one call of Hand.
type handing struct {
	give   func([]bus.Message) error
	failed bus.BatchError
	behind map[string]bool // workflows with an event that failed
	away   error           // the receiver's error once it is away
}

// hand gives messages to the receiver; places are their indexes in the call.
func (h *handing) hand(messages []bus.Message, places []int) {
	free := make([]bus.Message, 0, len(messages))
	at := make([]int, 0, len(messages))
	for i := range messages {
		switch {
		case h.away != nil:
			h.failed[places[i]] = h.away
		case h.behind[messages[i].Event.WorkflowID]:
			h.failed[places[i]] = bus.RetryAfter(0, errBehind)
		default:
			free, at = append(free, messages[i]), append(at, places[i])
		}
	}
	if len(free) == 0 {
		return
	}
	err := h.give(free)
	if err == nil {
		return
	}
	_, refused := errors.AsType[*RefusalError](err)
	switch half := len(free) / 2; {
	case !refused:
		h.away = err
		for _, place := range at {
			h.failed[place] = err
		}
	case half > 0:
		h.hand(free[:half], at[:half])
		h.hand(free[half:], at[half:])
	default:
		h.failed[at[0]] = err
		if workflow := free[0].Event.WorkflowID; workflow != "" {
			h.behind[workflow] = true
		}
	}
}

// maxReason is the max length of a reason in bytes: it appears in a log and in a dead letter.
const maxReason = 400

// Reason formats a line of a receiver's output as the end of an error: ": no such account". It is empty for an empty line.
func Reason(line []byte) string {
	if line = bytes.TrimSpace(line); len(line) == 0 {
		return ""
	}
	return ": " + strings.ToValidUTF8(string(line[:min(len(line), maxReason)]), "\uFFFD")
}

// AppendLines appends events as lines of JSON ([AppendLine]) to b.
func AppendLines(b []byte, messages []bus.Message) []byte {
	for i := range messages {
		b = append(AppendLine(b, &messages[i].Record), '\n')
	}
	return b
}
