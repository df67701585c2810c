package cli

import (
	"runtime/debug"
	"testing"
)

func TestGarbageIsBoundedByItsSize(t *testing.T) {
	t.Parallel()
	for live, want := range map[uint64]int{0: 200, 1 << 20: 200, 5 << 20: 200, 10 << 20: 100, 20 << 20: 50, 40 << 20: 25, 1 << 40: 25} {
		if got := collectAt(live); got != want {
			t.Errorf("with %d bytes in use it is %d %%, want %d", live, got, want)
		}
	}
}

func TestHowGarbageWasCollectedComesBack(t *testing.T) {
	before := debug.SetGCPercent(123)
	defer debug.SetGCPercent(before)
	paceCollections(t.Context())()
	if got := debug.SetGCPercent(123); got != 123 {
		t.Errorf("it is %d %% afterwards", got)
	}
}
