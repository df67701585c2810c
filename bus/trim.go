package bus

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"streamdesk/model"
)

// ErrTrimUnsafe is wrapped by [UnsafeTrimError], and by the error about a maximum length that isn't Hard.
var ErrTrimUnsafe = errors.New("trimming would remove what a group has not acknowledged")

// UnsafeTrimError is why a stream was not trimmed.
type UnsafeTrimError struct {
	// MinID was asked for; Safe is how far it can go, because Group needs the entry there.
	MinID, Safe model.Position
	Group       string
}

// Error names the group and the mend.
func (e *UnsafeTrimError) Error() string {
	return fmt.Sprintf("%v: group %s needs entries from %s on, before %s (trim to there, or ask for a hard trim)",
		ErrTrimUnsafe, e.Group, e.Safe, e.MinID)
}

// Is matches [ErrTrimUnsafe].
func (e *UnsafeTrimError) Is(target error) bool { return target == ErrTrimUnsafe }

// TrimRequest asks for the older entries of a stream to be removed, for every group and reader at once: those before
// MinID, or all but the newest MaxLen when MinID is zero.
type TrimRequest struct {
	Stream string
	// MinID is the first position that stays (Redis 6.2).
	MinID model.Position
	// MaxLen is how many entries stay; it can cost groups what they have not acknowledged, so it has to be Hard.
	MaxLen int64
	// Approx lets Redis keep somewhat more, for speed.
	Approx bool
	// Hard trims whatever the groups still need.
	Hard bool
}

// Commands are what [Bus.Trim] sends: one XTRIM.
func (r TrimRequest) Commands() []Command {
	exactness := "="
	if r.Approx {
		exactness = "~"
	}
	if r.MinID.IsZero() {
		return []Command{{"XTRIM", r.Stream, "MAXLEN", exactness, strconv.FormatInt(r.MaxLen, 10)}}
	}
	return []Command{{"XTRIM", r.Stream, "MINID", exactness, r.MinID.String()}}
}

func (r TrimRequest) validate() error {
	if err := needStream(r.Stream); err != nil {
		return err
	}
	switch {
	case !r.MinID.IsZero() && r.MaxLen != 0:
		return requestError("both a minimum ID and a maximum length (give one)")
	case r.MinID.IsZero() && !r.Hard:
		return fmt.Errorf("%w: a maximum length looks at no group (use the safe minimum ID, or ask for a hard trim)", ErrTrimUnsafe)
	}
	return needLength(r.MaxLen)
}

func needLength(n int64) error {
	if n < 0 {
		return requestError("a length of %d (want 0 or more)", n)
	}
	return nil
}

// TrimResult is what became of a [TrimRequest].
type TrimResult struct {
	// Removed is how many entries went.
	Removed  int64
	Receipts []Receipt
}

// Trim removes older entries: XTRIM. Unless the trim is Hard, it looks first whether every group has acknowledged what
// would go (XINFO STREAM … FULL), and otherwise does nothing and returns an [UnsafeTrimError]. Only a group that is created
// or set back between that look and the trim can miss something. The error wraps [ErrUncertain] when the reply was lost;
// asking again does no harm.
func (b *Bus) Trim(ctx context.Context, r TrimRequest) (TrimResult, error) {
	var result TrimResult
	err := r.validate()
	if err == nil && !r.Hard {
		err = b.checkTrim(ctx, r)
	}
	if err != nil {
		return result, fmt.Errorf("bus: trim %s: %w", r.Stream, err)
	}
	n, err := b.change(ctx, r.Commands()[0], &result.Receipts)
	if err != nil {
		return result, fmt.Errorf("bus: trim %s: %w", r.Stream, err)
	}
	result.Removed = n.integer()
	return result, nil
}

func (b *Bus) checkTrim(ctx context.Context, r TrimRequest) error {
	s, _, err := b.lookAt(ctx, r.Stream, "")
	if err != nil {
		return err
	}
	plan := planTrim(s)
	return plan.allows(r.MinID)
}
