package dialog

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// On the smallest screen a sheet has some of its page, and the button with the focus; a click hits the one that is seen.
func TestTheButtonWithTheFocusStaysInSight(t *testing.T) {
	th, err := theme.New("none", theme.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	labels := []string{"Cancel", "Acknowledge", "Look again", "Edit the text"}
	var buttons []widget.Button
	for _, label := range labels {
		buttons = append(buttons, widget.Button{ID: label, Label: label})
	}
	s := &sheet{title: "A title", form: widget.NewForm(nil, buttons...), widest: 72}
	for _, label := range labels {
		lines := s.draw(View{Theme: th, Width: 20, Height: 5}, "", "", func(p *page) { p.text(p.Text, "one", "two", "three") })
		box := ansi.Strip(strings.Join(lines, "\n"))
		if len(lines) != 5 || !strings.Contains(box, "▸"+label) || !strings.Contains(box, "one") {
			t.Errorf("on %q:\n%s", label, box)
		}
		for y, line := range strings.Split(box, "\n") {
			if strings.Contains(line, label) {
				if pressed := s.pressedAt(4, y); pressed != label {
					t.Errorf("a click on %q presses %q", label, pressed)
				}
			}
		}
		s.key(tea.KeyMsg{Type: tea.KeyTab})
	}
}
