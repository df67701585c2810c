package bus

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"streamdesk/model"
)

// ErrNoStream means that a stream had to exist and doesn't.
var ErrNoStream = errors.New("no such stream")

// AppendRequest asks for one entry to be added to a stream by hand, fields as they are.
type AppendRequest struct {
	Stream string
	// Fields are written in order, repeated names included.
	Fields []model.Field
	// NoMkStream refuses to create the stream (Redis 6.2).
	NoMkStream bool
	// MaxLen trims the stream to about so many entries on the way, whatever its groups still need; 0 leaves it alone.
	MaxLen int64
}

// Commands are what [Bus.Append] sends: one XADD.
func (r AppendRequest) Commands() []Command {
	c := Command{"XADD", r.Stream}
	if r.NoMkStream {
		c = append(c, "NOMKSTREAM")
	}
	if r.MaxLen > 0 {
		c = append(c, "MAXLEN", "~", strconv.FormatInt(r.MaxLen, 10))
	}
	return []Command{fieldArgs(append(c, "*"), r.Fields)}
}

func (r AppendRequest) validate() error {
	switch err := needStream(r.Stream); {
	case err != nil:
		return err
	case len(r.Fields) == 0:
		return requestError("no fields for %s (an entry needs at least one)", r.Stream)
	case r.MaxLen < 0:
		return requestError("a maximum length of %d (want 1 or more, or 0 for none)", r.MaxLen)
	}
	return nil
}

// AppendResult is what became of an [AppendRequest].
type AppendResult struct {
	// ID is the new entry's.
	ID       model.Position
	Receipts []Receipt
}

// Append adds one entry: XADD, sent at most once. The error wraps [ErrNoStream] when the stream would have had to be
// created, and [ErrUncertain] when the reply was lost: the entry may have been added.
func (b *Bus) Append(ctx context.Context, r AppendRequest) (AppendResult, error) {
	var result AppendResult
	if err := r.validate(); err != nil {
		return result, fmt.Errorf("bus: append: %w", err)
	}
	added, err := b.change(ctx, r.Commands()[0], &result.Receipts)
	switch {
	case err != nil:
		return result, fmt.Errorf("bus: append to %s: %w", r.Stream, err)
	case added.kind == kindNil:
		return result, fmt.Errorf("bus: append to %s: %w (allow it to be created)", r.Stream, ErrNoStream)
	}
	result.ID = added.position()
	return result, nil
}
