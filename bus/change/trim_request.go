package change

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"streamdesk/bus/fault"
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
	// MinID is the first position that stays.
	MinID model.Position
	// How is the way to remove what lies before MinID, as a plan gives it; zero is the best that the server has.
	How TrimMethod
	// MaxLen is how many entries stay; it can cost groups what they have not acknowledged, so it has to be Hard.
	MaxLen int64
	// Approx lets Redis keep somewhat more, for speed.
	Approx bool
	// Hard trims whatever the groups still need.
	Hard bool
}

// TrimMethod is a way to remove the entries before an ID.
type TrimMethod int

const (
	// TrimMinID is XTRIM … MINID (Redis 6.2).
	TrimMinID TrimMethod = iota + 1
	// TrimAcked is XTRIM … MINID … ACKED (Redis 8.2): whatever a group needs that appears, or is set back, between the look and
	// the trim, stays.
	TrimAcked
	// TrimCounted is a script that counts the entries before the ID and trims the stream by that many, a page at a time, on
	// servers without MINID.
	TrimCounted
)

// trimPage is how many entries one run of the script removes: it reads them to count them, payloads included, and holds up
// the server's other clients meanwhile.
const trimPage = 500

// trimScript removes up to ARGV[2] entries up to the ID ARGV[1], included, and says how many went. What is added meanwhile
// can't come in between.
const trimScript = `local n = #redis.call('XRANGE', KEYS[1], '-', ARGV[1], 'COUNT', ARGV[2])
if n == 0 then return 0 end
return redis.call('XTRIM', KEYS[1], 'MAXLEN', redis.call('XLEN', KEYS[1]) - n)`

// Commands are what [Writer.Trim] sends: one XTRIM, or one EVAL of a script that is sent again as long as it removes a whole page.
func (r TrimRequest) Commands() []model.Command {
	exactness := "="
	if r.Approx {
		exactness = "~"
	}
	if r.MinID.IsZero() {
		return []model.Command{{"XTRIM", r.Stream, "MAXLEN", exactness, strconv.FormatInt(r.MaxLen, 10)}}
	}
	switch r.How {
	case TrimCounted:
		return []model.Command{{"EVAL", trimScript, "1", r.Stream, r.MinID.Prev().String(), itoa(trimPage)}}
	case TrimAcked:
		if !r.Hard {
			return []model.Command{{"XTRIM", r.Stream, "MINID", exactness, r.MinID.String(), "ACKED"}}
		}
	case TrimMinID:
	}
	return []model.Command{{"XTRIM", r.Stream, "MINID", exactness, r.MinID.String()}}
}

// trimMethod is the best way that the server has to remove what lies before an ID.
func trimMethod(ctx context.Context, on Reader) (TrimMethod, error) {
	can, err := on.Can(ctx)
	switch {
	case can.TrimAcked:
		return TrimAcked, err
	case can.TrimMinID || err != nil:
		return TrimMinID, err
	default:
		return TrimCounted, nil
	}
}

func (r TrimRequest) validate() error {
	if err := fault.NeedStream(r.Stream); err != nil {
		return err
	}
	switch {
	case !r.MinID.IsZero() && r.MaxLen != 0:
		return fault.Request("both a minimum ID and a maximum length (give one)")
	case r.MinID.IsZero() && !r.Hard:
		return fmt.Errorf("%w: a maximum length looks at no group (use the safe minimum ID, or ask for a hard trim)", ErrTrimUnsafe)
	}
	return needLength(r.MaxLen)
}

func needLength(n int64) error {
	if n < 0 {
		return fault.Request("a length of %d (want 0 or more)", n)
	}
	return nil
}

// TrimResult is what became of a [TrimRequest].
type TrimResult struct {
	// Removed is how many entries went.
	Removed  int64
	Receipts []model.Receipt
}

// Trim removes older entries: XTRIM. Unless the trim is Hard, it looks first whether every group has acknowledged what
// would go (XINFO STREAM … FULL), and otherwise does nothing and returns an [UnsafeTrimError]. A group that is created
// or set back between that look and the trim can miss something only on servers before Redis 8.2 (see [TrimAcked]). Before
// Redis 6.2 a script does it (EVAL; see [TrimCounted]). The error wraps [fault.ErrUncertain] when the reply was lost; asking again
// does no harm.
func (w *Writer) Trim(ctx context.Context, r TrimRequest) (TrimResult, error) {
	var result TrimResult
	err := r.validate()
	if err == nil && !r.Hard {
		err = w.checkTrim(ctx, r)
	}
	if err != nil {
		return result, fmt.Errorf("bus: trim %s: %w", r.Stream, err)
	}
	if r.How == 0 && !r.MinID.IsZero() {
		if r.How, err = trimMethod(ctx, w.reader); err != nil {
			return result, fmt.Errorf("bus: trim %s: %w", r.Stream, err)
		}
	}
	for {
		n, err := w.send(ctx, r.Commands()[0], &result.Receipts)
		if err != nil {
			return result, fmt.Errorf("bus: trim %s: %w", r.Stream, err)
		}
		result.Removed += n.Integer()
		if r.How != TrimCounted || r.MinID.IsZero() || n.Integer() < trimPage {
			return result, nil
		}
	}
}

func (w *Writer) checkTrim(ctx context.Context, r TrimRequest) error {
	s, _, err := w.reader.LookAt(ctx, r.Stream, "")
	if err != nil {
		return err
	}
	plan := planTrim(s)
	return plan.allows(r.MinID)
}
