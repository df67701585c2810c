package desk

import (
	"errors"
	"fmt"
	"reflect"
	"runtime/debug"

	tea "github.com/charmbracelet/bubbletea"
)

// PanicError is what a desk ends with that broke down: a bug.
type PanicError struct {
	// Value is what was panicked with, Stack the goroutine's stack at that; nil where Bubble Tea has written it out already.
	Value any
	Stack []byte
}

// Error says what was panicked with, in a line; the stack is there for whoever keeps it.
func (e *PanicError) Error() string {
	return fmt.Sprintf("the desk broke down; this is a bug: panic: %v", e.Value)
}

// caught is the error of a panic, for the deferred function that has recovered its value.
func caught(value any) error { return &PanicError{Value: value, Stack: debug.Stack()} }

// loop is the desk as Bubble Tea runs it. It catches what the desk and its commands panic with: Bubble Tea would do so
// too, and write the trace out by itself, where nobody can keep it. A broken desk does nothing more.
type loop struct {
	*Desk
	broken error // nil while all is well
}

// Init is the desk's.
func (l *loop) Init() (cmd tea.Cmd) {
	defer func() { l.breaks(recover(), &cmd) }()
	return l.watch(l.Desk.Init())
}

// Update is the desk's; its model is always this one.
func (l *loop) Update(msg tea.Msg) (model tea.Model, cmd tea.Cmd) {
	model = l // after a panic, too
	if l.broken != nil {
		return model, tea.Quit
	}
	defer func() { l.breaks(recover(), &cmd) }()
	_, cmd = l.Desk.Update(msg)
	cmd = l.watch(cmd)
	return model, cmd
}

// View is the desk's, until it breaks down.
func (l *loop) View() string {
	if l.broken != nil {
		return ""
	}
	return l.Desk.View()
}

// breaks notes what was recovered from a panic, nil if there was none; cmd becomes the one that ends the program.
func (l *loop) breaks(value any, cmd *tea.Cmd) {
	if value != nil {
		l.broken, *cmd = caught(value), tea.Quit
	}
}

// watch makes a command hand in its panic as a message, and the commands that it leads to theirs.
func (l *loop) watch(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer func() {
			if value := recover(); value != nil {
				msg = fatalMsg{caught(value)}
			}
		}()
		msg = cmd()
		// A batch, or a sequence, whose type Bubble Tea keeps for itself.
		if list := reflect.ValueOf(msg); list.Kind() == reflect.Slice && list.Type().Elem() == reflect.TypeFor[tea.Cmd]() {
			for i := range list.Len() {
				if each, ok := reflect.TypeAssert[tea.Cmd](list.Index(i)); ok {
					list.Index(i).Set(reflect.ValueOf(l.watch(each)))
				}
			}
		}
		return msg
	}
}

// verdict is what the desk ends with: what it broke of, before what Bubble Tea says.
func (l *loop) verdict(err error) error {
	switch {
	case l.broken != nil:
		return l.broken
	case l.notes.status.fatal != nil:
		return l.notes.status.fatal
	case errors.Is(err, tea.ErrProgramPanic):
		return &PanicError{Value: err}
	default:
		return err
	}
}
