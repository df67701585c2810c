package cli

import (
	"os"
	"sync"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

// deskTerminal is the terminal that the desk draws on. It can be taken away from the desk, whatever that is doing: what
// the desk writes from then on is dropped, and the terminal is as it was before.
type deskTerminal struct {
	in, out *os.File
	before  *term.State

	mu    sync.Mutex
	drawn bool // something was written
	taken bool
}

// newDeskTerminal notes how the terminal is; nil where there is none.
func newDeskTerminal(in, out any) *deskTerminal {
	if !isTerminal(in) || !isTerminal(out) {
		return nil
	}
	t := &deskTerminal{}
	t.in, _ = in.(*os.File)
	t.out, _ = out.(*os.File)
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
	if t.taken {
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

// giveBack takes the terminal away from the desk. What can't be put back has nobody left to be told.
func (t *deskTerminal) giveBack() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.taken = true
	if t.drawn {
		_, _ = t.out.WriteString(undo)
	}
	_ = term.Restore(t.in.Fd(), t.before)
}
