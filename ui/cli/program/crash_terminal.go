package program

import (
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

// deskTerminal is the terminal that the desk draws on. It can be taken away from the desk at any time: later writes of
// the desk are dropped, and the terminal gets its earlier state back.
type deskTerminal struct {
	in, out *os.File
	before  *term.State

	taken atomic.Bool
	mu    sync.Mutex // held while something is written
	drawn bool       // something was written
}

// newDeskTerminal saves the state of the terminal. It returns nil when there is none.
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

// Read reads from the terminal. Bubble Tea needs Read, Close and Fd to recognize a terminal.
func (t *deskTerminal) Read(b []byte) (int, error) { return t.out.Read(b) }

// Write writes to the terminal, unless it was taken away from the desk.
func (t *deskTerminal) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.taken.Load() {
		return len(b), nil
	}
	t.drawn = true
	return t.out.Write(b)
}

// Close does nothing: the terminal stays open after the desk ends.
func (t *deskTerminal) Close() error { return nil }

// Fd returns the terminal's file descriptor.
func (t *deskTerminal) Fd() uintptr { return t.out.Fd() }

// undo resets every mode that the desk has set on the terminal, as Bubble Tea does at its end.
const undo = ansi.ResetModeBracketedPaste + ansi.ResetModeMouseButtonEvent + ansi.ResetModeMouseAnyEvent +
	ansi.ResetModeMouseExtSgr + ansi.ResetModeFocusEvent + ansi.ResetStyle + ansi.ShowCursor + ansi.ResetModeAltScreenSaveCursor

// undoneWithin is the max time to write undo: a busy machine may need more than a tenth of it. A terminal that is stopped or whose
// other end is gone would block for ever.
const undoneWithin = time.Second

// giveBack takes the terminal away from the desk and restores it. Errors are ignored, because nobody is left to read
// them.
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
