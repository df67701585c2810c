package widget

import (
	"errors"
	"strconv"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/ui/theme"
)

// TextField asks for one line of text.
type TextField struct {
	// Width is the max width of the field in cells, default all there are.
	Width int
	// Check returns what is wrong with the text, "" when it is valid. Nil accepts any text.
	Check func(text string) string
	// Suggest returns suggestions for the typed text, the likeliest first; nil means no suggestions. The first one that
	// begins with the typed text is shown dim after the cursor; → accepts it. ctrl+n and ctrl+p switch between all of them.
	Suggest func(text string) []string

	line  Line
	exact string // the value as it was set, until a key changes it, because runes can't represent invalid UTF-8
	kept  bool   // the value is exact
	round []string
	place int // the index in round of the suggestion shown
}

// NewTextField returns a new field that contains the text.
func NewTextField(text string, check func(string) string) *TextField {
	f := &TextField{Check: check}
	f.Set(text)
	return f
}

// Set replaces the text and puts the cursor after it.
func (f *TextField) Set(text string) {
	f.exact, f.kept, f.round = text, true, nil
	f.line.Set(text, len(text))
}

// Text returns the text of the field.
func (f *TextField) Text() string {
	if f.kept {
		return f.exact
	}
	return f.line.Text()
}

// Key edits the text, as a [Line] does, and handles the keys for suggestions.
func (f *TextField) Key(k tea.KeyMsg) bool {
	before := len(f.line.runes)
	key := ""
	if typed(k) == nil {
		key = k.String()
	}
	switch key {
	case "right", "end", "ctrl+f", "ctrl+e":
		if ghost := f.ghost(); ghost != "" && f.line.at == before {
			f.line.insert([]rune(ghost))
			f.changed()
			return true
		}
	case "ctrl+n":
		return f.cycle(1)
	case "ctrl+p":
		return f.cycle(-1)
	}
	used := f.line.Key(k)
	if len(f.line.runes) != before {
		f.changed()
	}
	return used
}

func (f *TextField) changed() { f.kept, f.round = false, nil }

// cycle puts the next suggestion in the field. The typed text is the first of the round.
func (f *TextField) cycle(by int) bool {
	if f.Suggest == nil {
		return false
	}
	if f.round == nil {
		f.round, f.place = append([]string{f.Text()}, f.Suggest(f.Text())...), 0
	}
	f.place = (f.place + by + len(f.round)) % len(f.round)
	round, place := f.round, f.place
	f.Set(round[place])
	f.round, f.place = round, place
	return true
}

// ghost returns what the first suggestion that begins with the text adds to it.
func (f *TextField) ghost() string {
	text := f.Text()
	if f.Suggest == nil || text == "" || f.line.at < len(f.line.runes) {
		return ""
	}
	for _, s := range f.Suggest(text) {
		if rest, ok := strings.CutPrefix(s, text); ok && rest != "" {
			return rest
		}
	}
	return ""
}

// Problem returns the result of Check for the text.
func (f *TextField) Problem() string {
	if f.Check == nil {
		return ""
	}
	return f.Check(f.Text())
}

// Draw returns the field as one line.
func (f *TextField) Draw(t *theme.Theme, width int, focused bool) []string {
	if f.Width > 0 {
		width = min(width, f.Width)
	}
	if !focused {
		return []string{f.line.Draw(t.Field, t.Field, width, false)}
	}
	ghost := []rune(f.ghost())
	used := Width(Clean(f.Text()))
	if len(ghost) == 0 || used+2 >= width {
		return []string{f.line.Draw(t.FieldFocused, t.ButtonFocused, width, true)}
	}
	// The cursor is on the suggestion's first letter, which stays readable under it.
	under, rest := Cut(Clean(string(ghost[:1])), 2), Clean(string(ghost[1:]))
	return []string{t.FieldFocused.Paint(Clean(f.Text())) + t.ButtonFocused.Paint(under) +
		t.Dim.Paint(Pad(rest, width-used-Width(under)))}
}

// numberWidth is the width of a field for a number or a duration. Nobody types the largest int64 by hand.
const numberWidth = 12

// NewNumberField returns a new field for a whole number, min least. An optional field may be empty.
func NewNumberField(text string, least int64, optional bool) *TextField {
	f := NewTextField(text, func(text string) string {
		text = strings.TrimSpace(text)
		if text == "" && optional {
			return ""
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if errors.Is(err, strconv.ErrRange) && n > 0 {
			return "too large: want at most " + strconv.FormatInt(n, 10)
		}
		if err != nil || n < least {
			return "want a whole number, " + strconv.FormatInt(least, 10) + " or more"
		}
		return ""
	})
	f.Width = numberWidth
	return f
}

// Number returns the whole number in the field, and false when there is none.
func (f *TextField) Number() (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimSpace(f.Text()), 10, 64)
	return n, err == nil
}

// NewDurationField returns a new field for a duration such as 30s, 5m or 1d. An optional field may be empty.
func NewDurationField(text string, optional bool) *TextField {
	f := NewTextField(text, func(text string) string {
		text = strings.TrimSpace(text)
		if text == "" && optional {
			return ""
		}
		if _, err := model.ParseAge(text); err != nil {
			return err.Error()
		}
		return ""
	})
	f.Width = numberWidth
	return f
}

// Duration returns the duration in the field, and false when there is none.
func (f *TextField) Duration() (time.Duration, bool) {
	d, err := model.ParseAge(strings.TrimSpace(f.Text()))
	return d, err == nil
}
