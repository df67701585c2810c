package wire

import (
	"context"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Nap waits between two reads, to about a tenth of a millisecond. Go's own timers round a wait of an idle program up to a whole
// millisecond, since that is how long its poller waits at the least; a timerfd wakes the poller in time.
type Nap struct {
	fd    int
	timer *os.File // nil until it is needed, and where it can't be had
	none  bool
}

// short is the max wait that a timerfd takes: a longer one ends with its context, and needn't be exact.
const short = 5 * time.Millisecond

// Pause waits for d, and reports whether ctx is still alive.
func (n *Nap) Pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 || d > short || !n.set(d) {
		return Pause(ctx, d)
	}
	var expirations [8]byte
	if _, err := n.timer.Read(expirations[:]); err != nil {
		return Pause(ctx, d)
	}
	return ctx.Err() == nil
}

// set starts the timer, and returns false where there is none.
func (n *Nap) set(d time.Duration) bool {
	if n.timer == nil {
		if n.none {
			return false
		}
		fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
		if err != nil {
			n.none = true
			return false
		}
		n.fd, n.timer = fd, os.NewFile(uintptr(fd), "timerfd")
	}
	return unix.TimerfdSettime(n.fd, 0, &unix.ItimerSpec{Value: unix.NsecToTimespec(int64(d))}, nil) == nil
}

// Close gives the timer back.
func (n *Nap) Close() {
	if n.timer != nil {
		_ = n.timer.Close() // nothing was written to it
	}
}
