package chores

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"time"

	"streamdesk/bus/change"
	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
)

const (
	// keepEvery is how often the streams are looked at. A stream of 10,000 events a second grows by 100,000 entries in between.
	keepEvery = 10 * time.Second
	// leaseTime is how long the process that looks has the lease: two looks may be missed before another takes over.
	leaseTime = 3 * keepEvery
	// maxSteps is the max number of trims of one stream in one look.
	maxSteps = 40
)

// keeper enforces the retention of streams. Of several processes, the one that has the lease does; trims are safe without it, so
// that two at a time, for a moment, do the same work twice and no harm.
type keeper struct {
	runner *Runner
	id     string
}

func newKeeper(r *Runner) *keeper {
	return &keeper{runner: r, id: strconv.FormatUint(rand.Uint64(), 36)}
}

// LeaseKey returns the key that the process which enforces the retention of the streams with a prefix holds.
func LeaseKey(prefix string) string { return "retention:{" + prefix + "}:lease" }

func (k *keeper) do(ctx context.Context) time.Duration {
	held, err := k.lease(ctx)
	if err != nil && ctx.Err() == nil {
		k.runner.failed(Retention, "", err, keepEvery)
	}
	if !held || err != nil {
		return keepEvery
	}
	r := k.runner
	now, err := r.reader.Now(ctx)
	var streams []string
	if err == nil {
		streams, err = r.reader.Discover(ctx)
	}
	if err != nil && ctx.Err() == nil {
		r.failed(Retention, "", err, keepEvery)
	}
	for _, stream := range streams {
		if rule := change.RetentionOf(r.config.Retention, stream); rule != nil && ctx.Err() == nil {
			k.keep(ctx, stream, rule, now)
		}
	}
	return keepEvery
}

// keep trims one stream, step by step.
func (k *keeper) keep(ctx context.Context, stream string, rule *change.Retention, now time.Time) {
	for range maxSteps {
		result, err := k.runner.changes.Retain(ctx, stream, *rule, now)
		if hook := k.runner.hooks.Trimmed; hook != nil && result.Removed > 0 {
			hook(stream, result.Removed, result.Receipts)
		}
		switch {
		case errors.Is(err, fault.ErrNoStream), errors.Is(err, change.ErrTrimUnsafe): // it went, or a group was set back meanwhile
			return
		case err != nil:
			if ctx.Err() == nil {
				k.runner.failed(Retention, stream, err, keepEvery)
			}
			return
		case result.Removed == 0 || ctx.Err() != nil:
			return
		}
	}
}

// lease takes the lease, or keeps it (SET … NX PX, GET, PEXPIRE).
func (k *keeper) lease(ctx context.Context) (held bool, err error) {
	conn := k.runner.conn
	key := LeaseKey(conn.Prefix)
	r, err := conn.DoOn(ctx, conn.Client, "SET", key, k.id, "NX", "PX", leaseTime.Milliseconds())
	if err != nil || r.Kind == wire.KindText {
		return err == nil, err
	}
	r, err = conn.DoOn(ctx, conn.Client, "GET", key)
	if err != nil || r.Text != k.id {
		return false, err
	}
	_, err = conn.DoOn(ctx, conn.Client, "PEXPIRE", key, leaseTime.Milliseconds())
	return err == nil, err
}
