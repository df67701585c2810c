package simulate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/internal/wire"
)

// shortestWork is the shortest time worth waiting for: below it a timer costs more than it says.
const shortestWork = 200 * time.Microsecond

// keepUp is a handler that works as fast as it has to: so many handlers at a time use half of their time at most.
func (o GroupOptions) keepUp(parallel int) bus.Handler {
	return func(ctx context.Context, _ bus.Message) error {
		const headroom = 2
		return work(ctx, min(o.Work, perEvent(parallel, headroom*o.Rate())))
	}
}

// perEvent is how long one of so many handlers may take for an event to get through so many a second together.
func perEvent(parallel int, perSecond float64) time.Duration {
	return time.Duration(float64(parallel) / perSecond * float64(time.Second))
}

// row is what db_writers put into columns of their own; a number that no bigint can hold is an error.
type row struct {
	GasEstimate int64 `json:"gas_estimate"`
	GasUsed     int64 `json:"gas_used"`
	DurationMS  int64 `json:"duration_ms"`
}

// store is a handler that fails on poison events, as an INSERT does.
func (o GroupOptions) store(parallel int) bus.Handler {
	keepUp := o.keepUp(parallel)
	return func(ctx context.Context, m bus.Message) error {
		if err := keepUp(ctx, m); err != nil {
			return err
		}
		var r row
		if len(m.Event.Data) == 0 {
			return nil
		}
		if err := json.Unmarshal(m.Event.Data, &r); err != nil {
			return fmt.Errorf("insert into workflow_updates: value out of range for type bigint: %w", err)
		}
		return nil
	}
}

// work takes its time, or less when ctx ends.
func work(ctx context.Context, d time.Duration) error {
	if d < shortestWork {
		return nil
	}
	if !wire.Pause(ctx, d) {
		return ctx.Err()
	}
	return nil
}

// then has what a simulated handler is through with handled in truth.
func then(work func(parallel int) bus.Handler, truly bus.BatchHandler) func(parallel int) bus.Handler {
	if truly == nil {
		return work
	}
	return func(parallel int) bus.Handler {
		simulated := work(parallel)
		return func(ctx context.Context, m bus.Message) error {
			if err := simulated(ctx, m); err != nil {
				return err
			}
			err := truly(ctx, []bus.Message{m})
			if some, ok := errors.AsType[bus.BatchError](err); ok {
				return some[0]
			}
			return err
		}
	}
}
