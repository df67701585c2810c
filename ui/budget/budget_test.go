//go:build linux

package budget

import (
	"testing"
	"time"
)

// TestTheBenchmarksRun runs each kind of them in small, for what they find on the screen and in the server to be still there.
// It judges no figure: those depend on the machine.
func TestTheBenchmarksRun(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the program")
	}
	for name, measure := range map[string]func(*testing.B){
		"a load":       func(b *testing.B) { b.Helper(); watch(b, 500, 120, 40, workspaces[0]) },
		"a board":      func(b *testing.B) { b.Helper(); watch(b, 500, 120, 40, workspaces[1]) },
		"a matrix":     func(b *testing.B) { b.Helper(); watch(b, 500, 120, 40, workspaces[2]) },
		"a history":    func(b *testing.B) { b.Helper(); watch(b, 500, 120, 40, workspaces[3]) },
		"a map":        func(b *testing.B) { b.Helper(); watch(b, 500, 120, 40, workspaces[4]) },
		"a flood":      func(b *testing.B) { b.Helper(); watch(b, mostAcked+1, 120, 40, workspaces[0]) },
		"much to show": func(b *testing.B) { b.Helper(); watchVast(b, 20, 1000, 100) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func(before time.Duration) { *window = before }(*window)
			*window = 300 * time.Millisecond
			result := testing.Benchmark(measure)
			if result.N == 0 {
				t.Fatal("the benchmark failed")
			}
			for _, metric := range []string{"events/s", "MB", "ms-key-p99", "ms-echo-p99", "%core-redis", "ms-first-frame", "ms-first-row"} {
				if result.Extra[metric] <= 0 {
					t.Errorf("%s: %v", metric, result.Extra[metric])
				}
			}
			t.Log(result)
		})
	}
}
