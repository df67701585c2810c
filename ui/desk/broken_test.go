package desk

import (
	"reflect"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/fault"
)

// TestEveryCommandThatPanicsEndsTheDesk: also one that came in a list of a type that Bubble Tea keeps for itself.
func TestEveryCommandThatPanicsEndsTheDesk(t *testing.T) {
	breaks := func() tea.Msg { panic("on purpose") }
	idle := func() tea.Msg { return nil }
	for name, cmd := range map[string]tea.Cmd{
		"alone": breaks, "batch": tea.Batch(idle, breaks), "sequence": tea.Sequence(idle, breaks),
		"within": tea.Batch(idle, tea.Sequence(idle, breaks)),
	} {
		l := &loop{Desk: newHarness(t, 80, 24).desk}
		for _, msg := range messages(l.watch(cmd)) {
			_, _ = l.Update(msg)
		}
		broken, ok := l.verdict(nil).(*fault.PanicError) //nolint:errorlint // it is handed over as it is
		if !ok || broken.Value != "on purpose" || len(broken.Stack) == 0 {
			t.Errorf("%s: the desk ended with %v", name, l.verdict(nil))
		}
	}
}

// messages are what a command and those that it leads to bring.
func messages(cmd tea.Cmd) []tea.Msg {
	msg := cmd()
	list := reflect.ValueOf(msg)
	if list.Kind() != reflect.Slice {
		return []tea.Msg{msg}
	}
	var all []tea.Msg
	for i := range list.Len() {
		if each, ok := reflect.TypeAssert[tea.Cmd](list.Index(i)); ok {
			all = append(all, messages(each)...)
		}
	}
	return all
}

func TestADeskThatBreaksDownWhileItIsDrawnEnds(t *testing.T) {
	l := &loop{Desk: newHarness(t, 80, 24).desk}
	l.looks.Theme = nil
	l.drawn.all()
	_, cmd := l.Update(frameMsg{})
	if screen := l.View(); screen != "" {
		t.Errorf("it was drawn without a theme:\n%s", screen)
	}
	if cmd == nil || cmd() != tea.Quit() || l.verdict(nil) == nil {
		t.Errorf("the desk goes on, with %v", l.verdict(nil))
	}
}

func TestADeskThatBreaksDownAtAMessageIsStillTheProgramsModel(t *testing.T) {
	l := &loop{Desk: newHarness(t, 80, 24).desk}
	l.options.Now = panicAfter(0)
	for range 2 {
		model, cmd := l.Update(frameMsg{})
		if model != tea.Model(l) || cmd == nil || cmd() != tea.Quit() {
			t.Errorf("the model is %v", model)
		}
	}
}
