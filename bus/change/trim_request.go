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

// UnsafeTrimError says why a stream was not trimmed.
type UnsafeTrimError struct {
	// MinID was asked for. Safe is the greatest safe ID, because Group needs the entry there.
	MinID, Safe model.Position
	Group       string
}

// Error names the group and the remedy.
func (e *UnsafeTrimError) Error() string {
	return fmt.Sprintf("%v: group %s needs entries from %s on, before %s (trim to there, or ask for a hard trim)",
		ErrTrimUnsafe, e.Group, e.Safe, e.MinID)
}

// Is matches [ErrTrimUnsafe].
func (e *UnsafeTrimError) Is(target error) bool { return target == ErrTrimUnsafe }

// TrimRequest asks for the older entries of a stream to be removed, for every group and reader at once: all before MinID, or when
// MinID is zero, all but the newest MaxLen.
type TrimRequest struct {
	Stream string
	// MinID is the first position that stays.
	MinID model.Position
	// How is the method to remove entries before MinID, taken from a plan; default the best that the server has.
	How TrimMethod
	// MaxLen is the number of entries that stay. It can remove entries that groups have not acknowledged, so it requires Hard.
	MaxLen int64
	// Approx lets Redis keep a few more, for speed.
	Approx bool
	// Hard trims whatever the groups still need.
	Hard bool
}

// TrimMethod is a method to remove the entries before an ID.
type TrimMethod int

const (
	// TrimMinID is XTRIM … MINID (Redis 6.2).
	TrimMinID TrimMethod = iota + 1
	// TrimAcked is XTRIM … MINID … ACKED (Redis 8.2): entries stay if they are needed by a group that is created or set back
	// between the look and the trim.
	TrimAcked
	// TrimCounted is a script that counts the entries before the ID and trims the stream by that many, a page at a time, on
	// servers without MINID.
	TrimCounted
)

// trimPage is the max number of entries that one run of the script removes. The script reads them with their payloads to count
// them, and blocks the server's other clients meanwhile.
const trimPage = 500

// trimScript removes up to ARGV[2] entries up to and including the ID ARGV[1], and returns the number removed. It is atomic, so
// entries added meanwhile don't interfere.
const trimScript = `local n = #redis.call('XRANGE', KEYS[1], '-', ARGV[1], 'COUNT', ARGV[2])
if n == 0 then return 0 end
return redis.call('XTRIM', KEYS[1], 'MAXLEN', redis.call('XLEN', KEYS[1]) - n)`

// Commands returns what [Writer.Trim] sends: one XTRIM, or one EVAL of a script that is sent again as long as it removes a full
// page.
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

// trimMethod returns the server's best method to remove the entries before an ID.
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

// TrimResult is the result of a [TrimRequest].
type TrimResult struct {
	// Removed is the number of removed entries.
	Removed  int64
	Receipts []model.Receipt
}

// Trim removes older entries: XTRIM. Unless the trim is Hard, it first checks that every group has acknowledged the entries to be
// removed (XINFO STREAM … FULL). If not, it does nothing and returns an [UnsafeTrimError]. A group that is created or set back
// between that look and the trim can lose entries only on servers before Redis 8.2 (see [TrimAcked]). Before Redis 6.2 a script
// does it (EVAL; see [TrimCounted]). The error wraps [fault.ErrUncertain] when the reply was lost; sending the request again does
// no harm.
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
