package fault

import (
	"context"
	"errors"
)

// ErrContext means that a nil context was given. Nothing was done.
var ErrContext = errors.New("the context is nil (context.Background() waits for as long as it takes)")

// ErrUncertain means that the event was sent and the reply was lost: the entry may or may not be in the stream. Publishing
// the event again with the same event ID is safe for consumers that tell events apart by ID.
var ErrUncertain = errors.New("sent, but the reply was lost: the entry may be there or not")

// NeedContext returns [ErrContext] for a nil context, at which the first wait would panic.
func NeedContext(ctx context.Context) error {
	if ctx == nil {
		return ErrContext
	}
	return nil
}

// ErrGroupExists means that a group of that name exists already; it was left unchanged.
var ErrGroupExists = errors.New("the group exists already")

// ErrNoGroup means that there is no group of that name, or no such stream.
var ErrNoGroup = errors.New("no such group")

// ErrNoStream means that a required stream doesn't exist.
var ErrNoStream = errors.New("no such stream")

// ErrReply is wrapped by the errors about replies that can't be read or exceed a limit: the server isn't Redis, or sends
// wrong lengths.
var ErrReply = errors.New("malformed reply")

// ErrReadOnly means that a bus or a connection that only looks was asked for something that may change the server. Nothing was
// changed.
var ErrReadOnly = errors.New("this connection is read-only")
