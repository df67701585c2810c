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

// shortestWork is the shortest time worth a timer: below it the timer costs more.
const shortestWork = 200 * time.Microsecond

// keepUp returns a handler that works as fast as necessary: the given number of parallel handlers use at most half of their
// time.
func (o GroupOptions) keepUp(parallel int) bus.Handler {
	return func(ctx context.Context, _ bus.Message) error {
		const headroom = 2
		return work(ctx, min(o.Work, perEvent(parallel, headroom*o.Rate())))
	}
}

// perEvent returns the max time per event with which the given number of parallel handlers reach the rate.
func perEvent(parallel int, perSecond float64) time.Duration {
	return time.Duration(float64(parallel) / perSecond * float64(time.Second))
}

// row holds the values that db_writers store in columns of their own; a number that no bigint can hold is an error.
type row struct {
	GasEstimate int64 `json:"gas_estimate"`
	GasUsed     int64 `json:"gas_used"`
	DurationMS  int64 `json:"duration_ms"`
}

// store returns a handler that fails on poison events, as an INSERT does.
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

// work waits for d, or less when ctx ends.
func work(ctx context.Context, d time.Duration) error {
	if d < shortestWork {
		return nil
	}
	if !wire.Pause(ctx, d) {
		return ctx.Err()
	}
	return nil
}

// then passes what a simulated handler has finished to a real handler.
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
