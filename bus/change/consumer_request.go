package change

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/bus/observe"
	"streamdesk/model"
)

// ErrConsumerHasPending is wrapped by [PendingError].
var ErrConsumerHasPending = errors.New("the consumer has entries pending")

// PendingError is why a consumer was not deleted: deleting it would lose what it holds.
type PendingError struct {
	Consumer string
	// Pending is the number of entries it holds.
	Pending int64
}

// Error names the consumer, the number and the remedy.
func (e *PendingError) Error() string {
	return fmt.Sprintf("consumer %s has %d entries pending (ack them, or move them to another consumer first)",
		e.Consumer, e.Pending)
}

// Is matches [ErrConsumerHasPending].
func (e *PendingError) Is(target error) bool { return target == ErrConsumerHasPending }

// deleteConsumerScript deletes a consumer atomically, unless it has entries pending. Between a separate look and XGROUP
// DELCONSUMER, the consumer could be given entries, which would be lost. The script returns the number of pending entries, or -1
// when the consumer was deleted, or -2 when there is none.
const deleteConsumerScript = `for _, c in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local f = {}
  for i = 1, #c, 2 do f[c[i]] = c[i + 1] end
  if f['name'] == ARGV[2] then
    if f['pending'] > 0 then return f['pending'] end
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
    return -1
  end; end
return -2`

// DeleteConsumerRequest asks for a consumer to be removed from its group.
type DeleteConsumerRequest struct {
	Stream, Group, Consumer string
}

// Commands returns what [Writer.DeleteConsumer] sends: one EVAL of a script that looks and deletes atomically.
func (r DeleteConsumerRequest) Commands() []model.Command {
	return []model.Command{{"EVAL", deleteConsumerScript, "1", r.Stream, r.Group, r.Consumer}}
}

// DeleteConsumer removes a consumer that has nothing pending: XINFO CONSUMERS and XGROUP DELCONSUMER, in one script. When it has
// entries pending, nothing is done, and the error is a [PendingError]; call [Writer.MoveConsumer] first to give them to another
// consumer. Changed is false when there is no such consumer.
func (w *Writer) DeleteConsumer(ctx context.Context, r DeleteConsumerRequest) (GroupResult, error) {
	var result GroupResult
	if err := fault.NeedConsumer(r.Stream, r.Group, r.Consumer); err != nil {
		return result, fmt.Errorf("bus: delete consumer: %w", err)
	}
	reply, err := w.send(ctx, r.Commands()[0], &result.Receipts)
	if err == nil && !w.dry && reply.Integer() >= 0 {
		err = &PendingError{Consumer: r.Consumer, Pending: reply.Integer()}
	}
	if err != nil {
		return result, fmt.Errorf("bus: delete consumer %s of group %s on %s: %w", r.Consumer, r.Group, r.Stream, wire.GroupError(err))
	}
	result.Changed = reply.Integer() == -1
	return result, nil
}

// MoveConsumerRequest asks for all pending entries of one consumer to be given to another, which is created when it doesn't
// exist.
type MoveConsumerRequest struct {
	Stream, Group, From, To string
}

func (r MoveConsumerRequest) validate() error {
	if err := fault.NeedConsumer(r.Stream, r.Group, r.From); err != nil {
		return err
	}
	if err := fault.NeedConsumer(r.Stream, r.Group, r.To); err != nil {
		return err
	}
	if r.From == r.To {
		return fault.Request("from %s to itself (name another consumer)", r.From)
	}
	return nil
}

// Commands returns what [Writer.MoveConsumer] sends for each page of up to 500 entries. The IDs are those pending at that time.
func (r MoveConsumerRequest) Commands() []model.Command {
	return []model.Command{
		{"XPENDING", r.Stream, r.Group, "-", "+", strconv.Itoa(wire.IDsPerCommand), r.From},
		{"XCLAIM", r.Stream, r.Group, r.To, "0", "ID…", "JUSTID"},
	}
}

// MoveConsumer gives all pending entries of one consumer to another, in pages: XPENDING, XCLAIM … JUSTID. Delivery counts stay as
// they are, and idle times restart at 0. Rows whose entries are gone from the stream can't be moved: from Redis 7 on they are
// dropped, before that they stay. Both count as Missed.
func (w *Writer) MoveConsumer(ctx context.Context, r MoveConsumerRequest) (ClaimResult, error) {
	var result ClaimResult
	if err := r.validate(); err != nil {
		return result, fmt.Errorf("bus: move consumer: %w", err)
	}
	var from model.Position
	for {
		ids, page, err := r.page(ctx, On(w.reader, w), from)
		result.Claimed = append(result.Claimed, page.Claimed...)
		result.Missed = append(result.Missed, page.Missed...)
		result.Receipts = append(result.Receipts, page.Receipts...)
		if err != nil {
			return result, fmt.Errorf("bus: move what %s has pending: %w", r.From, err)
		}
		if len(ids) == 0 {
			return result, nil
		}
		from = ids[len(ids)-1].Next()
	}
}

// page moves the next page of the consumer's pending entries from a position on. It returns no IDs when nothing is left.
func (r MoveConsumerRequest) page(ctx context.Context, on Server, from model.Position) (ids []model.Position, result ClaimResult, err error) {
	rows, err := on.Pending(ctx, observe.PendingQuery{
		Stream: r.Stream, Group: r.Group, Consumer: r.From, From: from, To: model.MaxPosition, Count: wire.IDsPerCommand,
	})
	if err != nil || len(rows) == 0 {
		return nil, result, err
	}
	for i := range rows {
		ids = append(ids, rows[i].ID)
	}
	result, err = on.Claim(ctx, ClaimRequest{Stream: r.Stream, Group: r.Group, Consumer: r.To, IDs: ids, JustID: true})
	return ids, result, err
}
