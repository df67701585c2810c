package desk

import (
	"errors"
	"reflect"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/fault"
)

// loop is the desk as Bubble Tea runs it. It catches what the desk and its commands panic with: Bubble Tea would do so
// too, and write the trace out by itself, where nobody can keep it. A broken desk does nothing more.
type loop struct {
	*Desk
	broken *fault.PanicError // nil while all is well
}

// Init is the desk's.
func (l *loop) Init() (cmd tea.Cmd) {
	defer l.breaks(&cmd).Catch()
	return l.watch(l.Desk.Init())
}

// Update is the desk's; its model is always this one.
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

// View is the desk's, until it breaks down.
func (l *loop) View() string {
	if l.broken != nil {
		return ""
	}
	return l.Desk.View()
}

// breaks keeps what the desk panicked with; cmd becomes the one that ends the program.
func (l *loop) breaks(cmd *tea.Cmd) fault.Func {
	return func(p *fault.PanicError) { l.broken, *cmd = p, tea.Quit }
}

// watch makes a command hand in its panic as a message, and the commands that it leads to theirs.
func (l *loop) watch(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer fault.Func(func(p *fault.PanicError) { msg = fatalMsg{p} }).Catch()
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
		return &fault.PanicError{Value: err}
	default:
		return err
	}
}
