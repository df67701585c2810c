package widget

import (
	"unicode"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/theme"
)

// Line is an editable line of text: its runes, and the cursor before one of them or after the last. The zero Line is empty.
// Fields use it, and so do single inputs without a form.
type Line struct {
	// Most is the max number of runes that can be typed; 0 means no limit.
	Most int

	runes []rune
	at    int
}

// Text returns the text of the line.
func (l *Line) Text() string { return string(l.runes) }

// At returns the index, from 0, of the rune under the cursor.
func (l *Line) At() int { return l.at }

// Set replaces the text and puts the cursor before rune at, or after the last rune.
func (l *Line) Set(text string, at int) {
	l.runes = []rune(text)
	l.at = min(at, len(l.runes))
}

// End puts the cursor after the text.
func (l *Line) End() { l.at = len(l.runes) }

// Key edits the line, and reports whether it used the key. In pasted text, line breaks and tabs become spaces, and other
// control characters are left out.
func (l *Line) Key(k tea.KeyMsg) bool {
	text := typed(k)
	if text == nil {
		return l.edit(k)
	}
	text = oneLine(text)
	if l.Most > 0 {
		text = text[:min(len(text), max(l.Most-len(l.runes), 0))]
	}
	l.insert(text)
	return true
}

// insert inserts text at the cursor.
func (l *Line) insert(text []rune) {
	grown := make([]rune, 0, len(l.runes)+len(text))
	grown = append(grown, l.runes[:l.at]...)
	grown = append(grown, text...)
	l.runes = append(grown, l.runes[l.at:]...)
	l.at += len(text)
}

// cut removes the runes between two places and puts the cursor there.
func (l *Line) cut(from, to int) {
	l.runes = append(l.runes[:from:from], l.runes[to:]...)
	l.at = from
}

// edit edits the line with the keys of Bubbles' text input, and reports whether it used the key.
func (l *Line) edit(k tea.KeyMsg) bool {
	keys := &textinput.DefaultKeyMap
	switch {
	case key.Matches(k, keys.CharacterBackward):
		l.at = max(l.at-1, 0)
	case key.Matches(k, keys.CharacterForward):
		l.at = min(l.at+1, len(l.runes))
	case key.Matches(k, keys.LineStart):
		l.at = 0
	case key.Matches(k, keys.LineEnd):
		l.at = len(l.runes)
	case key.Matches(k, keys.WordBackward):
		l.at = l.wordLeft()
	case key.Matches(k, keys.WordForward):
		l.at = l.wordRight()
	case key.Matches(k, keys.DeleteCharacterBackward):
		l.cut(max(l.at-1, 0), l.at)
	case key.Matches(k, keys.DeleteCharacterForward):
		l.cut(l.at, min(l.at+1, len(l.runes)))
	case key.Matches(k, keys.DeleteWordBackward):
		l.cut(l.wordLeft(), l.at)
	case key.Matches(k, keys.DeleteWordForward):
		l.cut(l.at, l.wordRight())
	case key.Matches(k, keys.DeleteBeforeCursor):
		l.cut(0, l.at)
	case key.Matches(k, keys.DeleteAfterCursor):
		l.cut(l.at, len(l.runes))
	default:
		return false
	}
	return true
}

func (l *Line) wordLeft() int {
	at := l.at
	for at > 0 && !wordRune(l.runes[at-1]) {
		at--
	}
	for at > 0 && wordRune(l.runes[at-1]) {
		at--
	}
	return at
}

func (l *Line) wordRight() int {
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

// cell returns the runes between two places, as they are drawn.
func (l *Line) cell(from, to int) string { return Clean(string(l.runes[from:to])) }

// Draw returns exactly width cells of the line. When the line has the focus, the part around the cursor is in sight. The rest
// is blank in the same ink.
func (l *Line) Draw(text, cursor theme.Ink, width int, focused bool) string {
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

// underCursor returns the text under the cursor, and the place after it. The text is a rune with its combining marks, or the
// blank cell after the last rune.
func (l *Line) underCursor() (under string, after int) {
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

// beforeCursor returns as much of the text before the cursor as fits into room, with an ellipsis for the rest.
func (l *Line) beforeCursor(room int) string {
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

// oneLine converts pasted text to one line.
func oneLine(text []rune) []rune {
	kept := make([]rune, 0, len(text))
	for _, r := range text {
		switch {
		case r == '\n', r == '\r', r == '\t':
			kept = append(kept, ' ')
		case !unicode.IsControl(r):
			kept = append(kept, r)
		}
	}
	// Text that was copied with its line end is pasted without it.
	if len(text) > 1 {
		for len(kept) > 0 && kept[len(kept)-1] == ' ' {
			kept = kept[:len(kept)-1]
		}
	}
	return kept
}
