// Package keyboard converts a script such as "tab tab 'wf-1' enter" into key messages. It is for tests of code that handles
// keys, and doesn't depend on that code. Start reading at [Keys].
package keyboard

import (
	"fmt"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// Keys converts a script into key messages. A script contains names of keys as Bubble Tea prints them, separated by spaces
// ("shift+tab", "ctrl+u", "space", "G"), with a count when a key is pressed more than once ("down*3"). A text in single
// quotes is typed letter by letter; paste'…' pastes a text at once. In a text, \n is a line break (typed, it is the enter
// key). Keys panics when a quote isn't closed.
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

// repeated returns a key's name and its count.
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

// Key returns the key with that name. A name that isn't a key is returned as its letters.
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
