package desk

import (
	"errors"
	"reflect"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/fault"
)

// loop is the desk as Bubble Tea runs it. It catches the panics of the desk and its commands: Bubble Tea would catch them,
// too, but print the trace itself, so that it can't be saved. After a panic in the loop the desk only quits.
type loop struct {
	*Desk
	broken *fault.PanicError // nil before a panic
}

// Init calls the desk's Init.
func (l *loop) Init() (cmd tea.Cmd) {
	defer l.breaks(&cmd).Catch()
	return l.watch(l.Desk.Init())
}

// Update calls the desk's Update; the model that it returns is always l.
func (l *loop) Update(msg tea.Msg) (model tea.Model, cmd tea.Cmd) {
	model = l // after a panic, too
	if l.broken != nil {
		return model, tea.Quit
	}
	defer l.breaks(&cmd).Catch()
	_, cmd = l.Desk.Update(msg)
	cmd = l.watch(cmd)
	return model, cmd
}

// View returns the desk's view; empty after a panic.
func (l *loop) View() string {
	if l.broken != nil {
		return ""
	}
	return l.Desk.View()
}

// breaks returns a function that stores the desk's panic, and sets cmd to the command that ends the program.
func (l *loop) breaks(cmd *tea.Cmd) fault.Func {
	return func(p *fault.PanicError) { l.broken, *cmd = p, tea.Quit }
}

// watch wraps a command so that it returns its panic as a message; so do the commands that it returns.
func (l *loop) watch(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer fault.Func(func(p *fault.PanicError) { msg = fatalMsg{p} }).Catch()
		msg = cmd()
		// A batch, or a sequence, whose type Bubble Tea doesn't export.
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

// verdict returns the error that the desk ends with: its own panic or fatal error, else that of Bubble Tea.
func (l *loop) verdict(err error) error {
	switch {
	case l.broken != nil:
		return l.broken
	case l.run.fatal != nil:
		return l.run.fatal
	case errors.Is(err, tea.ErrProgramPanic):
		return &fault.PanicError{Value: err}
	default:
		return err
	}
}
