// Package keyboard turns a line such as "tab tab 'wf-1' enter" into the key messages that it stands for. It is for
// tests of whatever takes keys, and knows nothing of what takes them. Start reading at [Keys].
package keyboard

import (
	"fmt"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// Keys reads a script: names of keys as Bubble Tea prints them, apart by spaces ("shift+tab", "ctrl+u", "space", "G"),
// with the times that each is pressed when it is more than once ("down*3"), texts in single quotes that are typed letter by letter, and texts that are pasted at once: paste'…'. In a text, \n is
// a line break (typed, it is the enter key). It panics on a text that isn't closed.
func Keys(script string) []tea.KeyMsg {
	var keys []tea.KeyMsg
	for script = strings.TrimSpace(script); script != ""; script = strings.TrimSpace(script) {
		pasted := strings.HasPrefix(script, "paste'")
		if !pasted && script[0] != '\'' {
			name, rest, _ := strings.Cut(script, " ")
			name, times := repeated(name)
			for range times {
				keys = append(keys, Key(name))
			}
			script = rest
			continue
		}
		text, rest, closed := strings.Cut(script[strings.IndexByte(script, '\'')+1:], "'")
		if !closed {
			panic(fmt.Sprintf("keyboard: no ' at the end of %q", script))
		}
		text, script = strings.ReplaceAll(text, `\n`, "\n"), rest
		if pasted {
			keys = append(keys, tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: true})
			continue
		}
		for _, r := range text {
			keys = append(keys, letter(r))
		}
	}
	return keys
}

// repeated reads how many times a key is pressed.
func repeated(name string) (key string, times int) {
	key, count, found := strings.Cut(name, "*")
	if n, err := strconv.Atoi(count); found && err == nil {
		return key, n
	}
	return name, 1
}

func letter(r rune) tea.KeyMsg {
	switch r {
	case ' ':
		return tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{' '}}
	case '\n':
		return tea.KeyMsg{Type: tea.KeyEnter}
	default:
		return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}}
	}
}

// Key is the key with that name; a name that no key has is taken for the letters themselves.
func Key(name string) tea.KeyMsg {
	if name == "space" {
		return letter(' ')
	}
	base, alt := strings.CutPrefix(name, "alt+")
	for t := tea.KeyF20; t <= tea.KeyBackspace; t++ {
		if k := (tea.KeyMsg{Type: t}); t != tea.KeyRunes && k.String() == base {
			return tea.KeyMsg{Type: t, Alt: alt}
		}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(base), Alt: alt}
}
