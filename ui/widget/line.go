package widget

import (
	"unicode"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/theme"
)

// line is one line of text being edited: its runes, and the cursor before one of them or behind the last.
type line struct {
	runes []rune
	at    int
}

// insert puts text at the cursor.
func (l *line) insert(text []rune) {
	grown := make([]rune, 0, len(l.runes)+len(text))
	grown = append(grown, l.runes[:l.at]...)
	grown = append(grown, text...)
	l.runes = append(grown, l.runes[l.at:]...)
	l.at += len(text)
}

// cut removes the runes from one place to another and puts the cursor there.
func (l *line) cut(from, to int) {
	l.runes = append(l.runes[:from:from], l.runes[to:]...)
	l.at = from
}

// key edits the line as shells and text fields do, and says whether it had a use for the key.
func (l *line) key(k tea.KeyMsg) bool {
	switch k.String() {
	case "left", "ctrl+b":
		l.at = max(l.at-1, 0)
	case "right", "ctrl+f":
		l.at = min(l.at+1, len(l.runes))
	case "home", "ctrl+a":
		l.at = 0
	case "end", "ctrl+e":
		l.at = len(l.runes)
	case "alt+left", "alt+b", "ctrl+left":
		l.at = l.wordLeft()
	case "alt+right", "alt+f", "ctrl+right":
		l.at = l.wordRight()
	case "backspace":
		l.cut(max(l.at-1, 0), l.at)
	case "delete", "ctrl+d":
		l.cut(l.at, min(l.at+1, len(l.runes)))
	case "ctrl+w", "alt+backspace":
		l.cut(l.wordLeft(), l.at)
	case "alt+d":
		l.cut(l.at, l.wordRight())
	case "ctrl+u":
		l.cut(0, l.at)
	default:
		return false
	}
	return true
}

func (l *line) wordLeft() int {
	at := l.at
	for at > 0 && !wordRune(l.runes[at-1]) {
		at--
	}
	for at > 0 && wordRune(l.runes[at-1]) {
		at--
	}
	return at
}

func (l *line) wordRight() int {
	at := l.at
	for at < len(l.runes) && !wordRune(l.runes[at]) {
		at++
	}
	for at < len(l.runes) && wordRune(l.runes[at]) {
		at++
	}
	return at
}

func wordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// cell is the text on the screen of the runes from one place to another.
func (l *line) cell(from, to int) string { return Clean(string(l.runes[from:to])) }

// draw is a window of exactly width cells on the line that has the cursor in sight. The rest is blank in the same ink.
func (l *line) draw(text, cursor theme.Ink, width int, focused bool) string {
	if width <= 0 {
		return ""
	}
	if !focused {
		return text.Paint(Pad(l.cell(0, min(len(l.runes), width+1)), width))
	}
	under, after := l.underCursor()
	if Width(under) > width {
		under = Spaces(width)
	}
	before := l.beforeCursor(width - Width(under))
	rest := width - Width(before) - Width(under)
	behind := l.cell(after, min(len(l.runes), after+rest+1))
	return text.Paint(before) + cursor.Paint(under) + text.Paint(Pad(behind, rest))
}

// underCursor is what the cursor stands on, and the place behind it: a rune with the marks that combine with it, or
// the blank cell behind the last rune.
func (l *line) underCursor() (under string, after int) {
	if l.at >= len(l.runes) {
		return " ", len(l.runes)
	}
	after = l.at + 1
	for after < len(l.runes) && runeWidth(l.runes[after]) == 0 {
		after++
	}
	if under = l.cell(l.at, after); Width(under) == 0 {
		under = " "
	}
	return under, after
}

// beforeCursor is as much of what stands before the cursor as fits into room, with an ellipsis for the rest.
func (l *line) beforeCursor(room int) string {
	from, used := l.at, 0
	for from > 0 {
		w := runeWidth(l.runes[from-1])
		if used+w > room {
			break
		}
		used += w
		from--
	}
	if from == 0 {
		return Cut(l.cell(0, l.at), room)
	}
	for from < l.at && used >= room {
		used -= runeWidth(l.runes[from])
		from++
	}
	return Cut(Ellipsis+l.cell(from, l.at), room)
}
