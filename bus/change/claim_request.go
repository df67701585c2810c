package change

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// ClaimRequest asks for pending entries to be given to a consumer, which Redis creates when it doesn't exist. An entry
// that was trimmed or deleted can't be claimed: from Redis 7 on, claiming drops its row from the pending entries list.
type ClaimRequest struct {
	Stream, Group, Consumer string
	// MinIdle leaves alone entries that were touched more recently; whole milliseconds.
	MinIdle time.Duration
	IDs     []model.Position
	// SetIdle sets the idle time of the claimed entries; nil sets it to 0, as Redis does.
	SetIdle *time.Duration
	// RetryCount sets the delivery count of the claimed entries; nil raises it by one, or with JustID leaves it alone.
	RetryCount *int64
	// Force creates a pending row for an entry that has none, if the entry exists.
	Force bool
	// JustID leaves the delivery count alone and doesn't send the entries back.
	JustID bool
}

// Commands returns what [Writer.Claim] sends, in order: one XCLAIM per 500 IDs.
func (r ClaimRequest) Commands() []model.Command {
	var tail []string
	if r.SetIdle != nil {
		tail = append(tail, "IDLE", millisText(*r.SetIdle))
	}
	if r.RetryCount != nil {
		tail = append(tail, "RETRYCOUNT", strconv.FormatInt(*r.RetryCount, 10))
	}
	if r.Force {
		tail = append(tail, "FORCE")
	}
	if r.JustID {
		tail = append(tail, "JUSTID")
	}
	return idCommands(model.Command{"XCLAIM", r.Stream, r.Group, r.Consumer, millisText(r.MinIdle)}, r.IDs, tail...)
}

func (r ClaimRequest) validate() error {
	switch err := fault.NeedConsumer(r.Stream, r.Group, r.Consumer); {
	case err != nil:
		return err
	case r.MinIdle < 0:
		return fault.Request("a minimum idle time of %s (want 0 or more)", r.MinIdle)
	case r.SetIdle != nil && *r.SetIdle < 0:
		return fault.Request("an idle time of %s (want 0 or more)", *r.SetIdle)
	case r.RetryCount != nil && *r.RetryCount < 0:
		return fault.Request("a delivery count of %d (want 0 or more)", *r.RetryCount)
	}
	return fault.NeedIDs(r.Stream, r.IDs)
}

// ClaimResult is the result of a [ClaimRequest].
type ClaimResult struct {
	// Claimed are the entries that the consumer now holds.
	Claimed []model.Position
	// Missed are the entries that were asked for but not claimed: touched too recently, acknowledged meanwhile, never pending, or
	// gone from the stream.
	Missed   []model.Position
	Receipts []model.Receipt
}

// Claim gives pending entries to a consumer: XCLAIM. On an error, the result covers the commands sent before it. An error that
// wraps [fault.ErrUncertain] means that a reply was lost.
func (w *Writer) Claim(ctx context.Context, r ClaimRequest) (ClaimResult, error) {
	var result ClaimResult
	if err := r.validate(); err != nil {
		return result, fmt.Errorf("bus: claim: %w", err)
	}
	claimed := make(map[model.Position]struct{}, len(r.IDs))
	for _, c := range r.Commands() {
		got, err := w.send(ctx, c, &result.Receipts)
		if err != nil {
			return result, fmt.Errorf("bus: claim for %s in group %s on %s: %w", r.Consumer, r.Group, r.Stream, err)
		}
		for _, e := range got.Elems {
			if id, ok := claimedID(e); ok {
				claimed[id] = struct{}{}
				result.Claimed = append(result.Claimed, id)
			}
		}
	}
	for _, id := range distinct(r.IDs) {
		if _, ok := claimed[id]; !ok {
			result.Missed = append(result.Missed, id)
		}
	}
	return result, nil
}

// claimedID decodes one element of XCLAIM's reply: an ID, an entry, or, before Redis 7, nil for an entry that is gone.
func claimedID(e wire.Reply) (model.Position, bool) {
	if e.Kind == wire.KindArray {
		e = e.At(0)
	}
	if e.Kind != wire.KindText {
		return model.Position{}, false
	}
	id, err := model.ParsePosition(e.Text)
	return id, err == nil
}
