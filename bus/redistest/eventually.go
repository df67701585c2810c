package redistest

import (
	"fmt"
	"testing"
	"time"
)

// Between two checks passes a share of the time that has been waited so far, so that no wait gets longer by more than that share,
// and a long one, beside which others run, costs little.
const (
	pollShare = 20 // a twentieth
	minPoll   = time.Millisecond
	maxPoll   = 25 * time.Millisecond
)

// Eventually waits until cond holds, and fails the test when it does not within deadline. It is the only way for a test to
// wait. msg names what is waited for, as for fmt.Sprint. Call it from the test's own goroutine.
func Eventually(t testing.TB, deadline time.Duration, cond func() bool, msg ...any) {
	t.Helper()
	if !holdsWithin(deadline, cond) {
		t.Fatalf("not within %s: %s", deadline, fmt.Sprint(msg...))
	}
}

func holdsWithin(deadline time.Duration, cond func() bool) bool {
	began := time.Now()
	for !cond() {
		waited := time.Since(began)
		if waited > deadline {
			return false
		}
		time.Sleep(min(max(waited/pollShare, minPoll), maxPoll))
	}
	return true
}
