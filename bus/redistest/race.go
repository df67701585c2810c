//go:build race

package redistest

// raced is whether the race detector is at work, which makes everything several times slower.
const raced = true
