package dialog

import (
	"fmt"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

func TestAMessageIsClosedByAnyOfItsKeys(t *testing.T) {
	t.Parallel()
	for _, keys := range []string{"enter", "esc", "q", "space"} {
		b := newHarness(t, NewMessage("Trouble", "line one", "line two"), nil)
		b.shows("Trouble", "line one", "line two")
		b.press(keys)
		if !b.closed {
			t.Errorf("%s doesn't close it", keys)
		}
	}
}

func TestALongMessageScrolls(t *testing.T) {
	t.Parallel()
	var lines []string
	for i := range 100 {
		lines = append(lines, fmt.Sprintf("line %d.", i))
	}
	d := NewMessage("Log", lines...)
	b := newHarness(t, d, nil)
	b.shows("line 0.", "more · pgdn")
	b.press("G")
	b.shows("line 99.", "more · pgup")
	b.press("g pgdown*2 k")
	b.hides("line 0.")
	b.send(tea.MouseMsg{Button: tea.MouseButtonWheelUp, Action: tea.MouseActionPress})
	b.press("g")
	b.shows("line 0.")
}

func TestHelpListsEveryKeyAndWhyOneIsDisabled(t *testing.T) {
	t.Parallel()
	d := NewHelp(testHelp())
	b := newHarness(t, d, nil)
	b.shows("Keys", "Move", "j k down and up", "A acknowledge — read-only")
	b.press("?")
	if !b.closed {
		t.Error("? doesn't close it")
	}
}

func TestHelpIsSearched(t *testing.T) {
	t.Parallel()
	b := newHarness(t, NewHelp(testHelp()), nil)
	all := b.screen(120, 40)
	b.press("/ 'ACKN'")
	b.shows("/ ACKN", "acknowledge")
	b.hides("down and up")
	b.press("'x'")
	b.shows("No key's line holds that")
	b.press("backspace enter")
	b.shows("acknowledge")
	b.press("esc")
	if b.closed || b.screen(120, 40) != all {
		t.Errorf("esc leaves, closed %v:\n%s", b.closed, b.screen(120, 40))
	}
	b.press("/ 'q?jk' esc esc") // letters, while something is typed
	if !b.closed {
		t.Error("esc doesn't close it")
	}
}

func TestALongLineOfTheHelpIsFolded(t *testing.T) {
	t.Parallel()
	b := newHarness(t, NewHelp([]HelpGroup{{Title: "Move", Keys: []HelpKey{{Key: "j", Title: strings.Repeat("word ", 40) + "end."}}}}), nil)
	if screen := b.screen(80, 24); strings.Count(screen, "word") != 40 || !strings.Contains(screen, "end.") {
		t.Errorf("it is cut:\n%s", screen)
	}
}

func TestHelpScrollsWhereRoomIsShort(t *testing.T) {
	t.Parallel()
	d := NewHelp(testHelp())
	b := newHarness(t, d, nil)
	seen := ""
	for range 40 {
		seen += b.screen(60, 15)
		b.press("j")
	}
	for _, g := range testHelp() {
		for _, k := range g.Keys {
			if !strings.Contains(seen, k.Title) {
				t.Errorf("%q never comes into sight", k.Title)
			}
		}
	}
	b.press("g")
	if !strings.Contains(b.screen(60, 15), "Move") {
		t.Error("g doesn't go back to the top")
	}
}

// testHelp is a help of the desk's size.
func testHelp() []HelpGroup {
	return []HelpGroup{
		{Title: "Move", Keys: []HelpKey{
			{Key: "j k", Title: "down and up"},
			{Key: "ctrl+d ctrl+u", Title: "half a page"},
			{Key: "g G", Title: "top and bottom"},
			{Key: "tab", Title: "next pane"},
			{Key: "1-7", Title: "a pane by its number"},
			{Key: "z", Title: "zoom"},
		}},
		{Title: "Look", Keys: []HelpKey{
			{Key: "enter", Title: "open"},
			{Key: "esc", Title: "back"},
			{Key: "/", Title: "filter"},
			{Key: "f", Title: "follow"},
			{Key: "p", Title: "pause the screen"},
			{Key: "w", Title: "the event's workflow"},
			{Key: "y", Title: "copy"},
		}},
		{Title: "Change", Keys: []HelpKey{
			{Key: "space", Title: "mark"},
			{Key: "A", Title: "acknowledge", Disabled: "read-only"},
			{Key: "C", Title: "claim", Disabled: "read-only"},
			{Key: "R", Title: "republish"},
			{Key: "i", Title: "inject"},
			{Key: "e", Title: "edit and inject"},
		}},
		{Title: "Desk", Keys: []HelpKey{{Key: ": ctrl+p", Title: "commands"}, {Key: "@", Title: "action log"}, {Key: "?", Title: "this help"}, {Key: "q", Title: "quit"}}},
	}
}
