//go:build !race

package redistest

// raced is whether the race detector is at work.
const raced = false
