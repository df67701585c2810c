package redistest

import (
	"fmt"
	"testing"
	"time"
)

// pollEvery is how often Eventually checks: often enough not to delay a test, and seldom enough not to load the server.
const pollEvery = 2 * time.Millisecond

// Eventually waits until cond holds, and fails the test when it does not within deadline. It is the only way for a test to
// wait. msg names what is waited for, as for fmt.Sprint. Call it from the test's own goroutine.
func Eventually(t testing.TB, deadline time.Duration, cond func() bool, msg ...any) {
	t.Helper()
	if !holdsWithin(deadline, cond) {
		t.Fatalf("not within %s: %s", deadline, fmt.Sprint(msg...))
	}
}

func holdsWithin(deadline time.Duration, cond func() bool) bool {
	until := time.Now().Add(deadline)
	for !cond() {
		if time.Now().After(until) {
			return false
		}
		time.Sleep(pollEvery)
	}
	return true
}
