package cli

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

// inside is a command that runs inside the test's process, which spares a start of the program. What it lacks is the way from
// a signal to the end of its context, which is the same for all commands.
type inside struct {
	out, err  programtest.Screen
	code      int // once it has ended
	ended     chan struct{}
	interrupt func()
}

// startInside starts it. It is interrupted when the test ends before it does.
func startInside(t *testing.T, redis string, in io.Reader, args ...string) *inside {
	t.Helper()
	ctx, interrupt := context.WithCancel(t.Context())
	s := &inside{ended: make(chan struct{}), interrupt: interrupt}
	streams := newHost(t, redis).streams(in, &s.out, &s.err)
	go func() {
		defer close(s.ended)
		s.code = Main(ctx, args, streams)
	}()
	t.Cleanup(func() {
		interrupt()
		<-s.ended
	})
	return s
}

// endsInOrder interrupts it as the first signal does, and returns its exit code. It ends long before it would be killed.
func (s *inside) endsInOrder(t *testing.T) int {
	t.Helper()
	began := time.Now()
	s.interrupt()
	select {
	case <-s.ended:
	case <-time.After(patience):
		t.Fatalf("it doesn't end; stderr: %s", s.err.String())
	}
	if took := time.Since(began); took >= program.StuckAfter {
		t.Errorf("it took %v; stderr: %s", took, s.err.String())
	}
	return s.code
}

// says waits until stderr has some text.
func (s *inside) says(t *testing.T, text string) {
	t.Helper()
	awaitText(t, &s.err, s.ended, text)
}

// awaitText waits until what a command has told has some text, or the command has ended.
func awaitText(t *testing.T, told *programtest.Screen, ended <-chan struct{}, text string) {
	t.Helper()
	waitFor(t, text, func() bool {
		select {
		case <-ended:
			if !strings.Contains(told.String(), text) {
				t.Fatalf("it ended without %q: %s", text, told.String())
			}
		default:
		}
		return strings.Contains(told.String(), text)
	})
}
