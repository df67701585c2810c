//go:build !linux

package wire

import (
	"context"
	"time"
)

// Nap waits between two reads, as exactly as Go's timers do.
type Nap struct{}

// Pause waits for d, and reports whether ctx is still alive.
func (*Nap) Pause(ctx context.Context, d time.Duration) bool { return Pause(ctx, d) }

// Close does nothing.
func (*Nap) Close() {}
