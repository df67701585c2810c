package tunnel

import (
	"errors"
	"math/rand/v2"
	"time"
)

// failures are the attempts to connect that failed one after the other.
type failures struct {
	count int
	err   *BastionError // the last one's
	until time.Time     // no attempt is made before
}

const (
	// firstPause and maxPause are the pauses after failed attempts. A bastion that restarts is back in some seconds, and two
	// seconds are seldom enough for one that is down.
	firstPause, maxPause = 100 * time.Millisecond, 2 * time.Second
	// refusedPause is the pause after a refusal, which only a person mends. A bastion shuts out clients that are refused
	// too often.
	refusedPause = 10 * time.Second
)

// note notes a failure at a time, and returns it.
func (f *failures) note(now time.Time, err *BastionError) error {
	pause := min(firstPause<<min(f.count, 8), maxPause) //nolint:mnd // 2^8 pauses are far above the max
	if errors.As(err, new(*HostKeyError)) || errors.As(err, new(*LoginError)) {
		pause = refusedPause
	}
	f.count++
	f.err, f.until = err, now.Add(pause-rand.N(pause/2)) //nolint:mnd // a random half, so that not all programs come at once
	return err
}
