package bus_test

import (
	"context"
	"runtime/pprof"
	"slices"
	"strings"
	"testing"

	"streamdesk/bus/redistest"
)

// leavesNothing runs do, and fails the test when goroutines that were begun meanwhile don't end, except for those that have one of some
// functions on their stack. It knows them by a label, which goroutines hand on to those they start: other tests may run beside it.
func leavesNothing(t *testing.T, do func(), except ...string) {
	t.Helper()
	pprof.Do(t.Context(), pprof.Labels("leavesNothing", t.Name()), func(context.Context) { do() })
	var left []string
	ended := func() bool {
		left = slices.DeleteFunc(labelled(t, t.Name()), func(stack string) bool {
			return slices.ContainsFunc(except, func(function string) bool { return strings.Contains(stack, function) })
		})
		return len(left) == 0
	}
	defer func() {
		if len(left) > 0 {
			t.Logf("goroutines that go on:\n%s", strings.Join(left, "\n\n"))
		}
	}()
	redistest.Eventually(t, patience, ended, "the goroutines end")
}

// labelled returns the stacks of the goroutines that have a label.
func labelled(t *testing.T, label string) []string {
	t.Helper()
	var all strings.Builder
	if err := pprof.Lookup("goroutine").WriteTo(&all, 1); err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(strings.Split(all.String(), "\n\n"), func(stack string) bool {
		return !strings.Contains(stack, `"leavesNothing":"`+label+`"`)
	})
}

func TestAGoroutineThatIsLeftIsFound(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	pprof.Do(t.Context(), pprof.Labels("leavesNothing", t.Name()), func(context.Context) {
		go func() { go func() { <-release }() }()
	})
	redistest.Eventually(t, patience, func() bool {
		left := labelled(t, t.Name())
		return len(left) == 1 && strings.Contains(left[0], "TestAGoroutineThatIsLeftIsFound.func")
	}, "the one that goes on is found, and no other")
	close(release)
	leavesNothing(t, func() {})
}
