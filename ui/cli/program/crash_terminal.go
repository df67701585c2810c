package program

import (
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

// deskTerminal is the terminal that the desk draws on. It can be taken away from the desk, whatever that is doing: what
// the desk writes from then on is dropped, and the terminal is as it was before.
type deskTerminal struct {
	in, out *os.File
	before  *term.State

	taken atomic.Bool
	mu    sync.Mutex // held while something is written
	drawn bool       // something was written
}

// newDeskTerminal notes how the terminal is; nil where there is none.
func newDeskTerminal(in, out any) *deskTerminal {
	if !IsTerminal(in) || !IsTerminal(out) {
		return nil
	}
	t := &deskTerminal{in: fileOf(in), out: fileOf(out)}
	var err error
	if t.before, err = term.GetState(t.in.Fd()); err != nil {
		return nil
	}
	return t
}

// Read reads from the terminal. With Close and Fd it makes Bubble Tea see a terminal in it.
func (t *deskTerminal) Read(b []byte) (int, error) { return t.out.Read(b) }

// Write writes to the terminal, as long as it is the desk's.
func (t *deskTerminal) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.taken.Load() {
		return len(b), nil
	}
	t.drawn = true
	return t.out.Write(b)
}

// Close does nothing: the terminal was there before.
func (t *deskTerminal) Close() error { return nil }

// Fd is the terminal's file descriptor.
func (t *deskTerminal) Fd() uintptr { return t.out.Fd() }

// undo takes back everything that the desk has told the terminal, as Bubble Tea does at its end.
const undo = ansi.ResetModeBracketedPaste + ansi.ResetModeMouseButtonEvent + ansi.ResetModeMouseAnyEvent +
	ansi.ResetModeMouseExtSgr + ansi.ResetModeFocusEvent + ansi.ResetStyle + ansi.ShowCursor + ansi.ResetModeAltScreenSaveCursor

// undoneWithin is how long a terminal may take to be told so: one that is stopped, or whose other end is away, takes for ever.
const undoneWithin = 100 * time.Millisecond

// giveBack takes the terminal away from the desk. What can't be put back has nobody left to be told.
func (t *deskTerminal) giveBack() {
	t.taken.Store(true)
	undone := make(chan struct{})
	go func() {
		defer close(undone)
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.drawn {
			_, _ = t.out.WriteString(undo)
		}
	}()
	timer := time.NewTimer(undoneWithin)
	defer timer.Stop()
	select {
	case <-undone:
	case <-timer.C:
	}
	_ = term.Restore(t.in.Fd(), t.before)
}
