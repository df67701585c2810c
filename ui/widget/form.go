package widget

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/theme"
)

// Cancel is the ID of the button that leaves a form without doing anything. esc presses it wherever the focus is.
const Cancel = "cancel"

// Form asks for a few things at once: labelled fields, and below them a row of buttons. Initially the first button has the
// focus, so that enter presses it; it should be the harmless one. Tab and shift+tab move through fields and buttons, and so
// do up and down when the field doesn't use them. Enter in a valid field goes to the next field or button.
type Form struct {
	// Rows are the fields, in order.
	Rows []*FormRow
	// Buttons are below the rows.
	Buttons []Button
	// Tallest is the max number of lines of a row with its problem, so that field and problem are in sight together; 0 means
	// that the fields decide.
	Tallest int

	focus int // index in Rows; from len(Rows) on in Buttons
}

// NewForm returns a new form with the focus on the first button.
func NewForm(rows []*FormRow, buttons ...Button) *Form {
	return &Form{Rows: rows, Buttons: buttons, focus: len(rows)}
}

// SetButtons replaces the buttons. If a button had the focus, it goes to the first button.
func (f *Form) SetButtons(buttons ...Button) {
	f.Buttons = buttons
	if f.focus >= len(f.Rows) {
		f.focus = len(f.Rows)
	}
}

// Offer replaces the buttons. If a button had the focus, the focus stays on the button with the same ID; if there is none, it
// goes to the first button.
func (f *Form) Offer(buttons ...Button) {
	if at := f.focus - len(f.Rows); at >= 0 && at < len(f.Buttons) {
		defer f.FocusButton(f.Buttons[at].ID)
	}
	f.Buttons = buttons
}

// FocusButton puts the focus on the button with that ID; if there is none, on the first button.
func (f *Form) FocusButton(id string) {
	f.focus = len(f.Rows)
	for i := range f.Buttons {
		if f.Buttons[i].ID == id {
			f.focus = len(f.Rows) + i
		}
	}
}

// FocusFirst puts the focus on the first row that isn't hidden.
func (f *Form) FocusFirst() {
	f.focus = max(slices.IndexFunc(f.Rows, func(r *FormRow) bool { return !r.Hidden }), 0)
}

// Focused returns the row that has the focus; nil when a button has it.
func (f *Form) Focused() *FormRow {
	if f.focus < len(f.Rows) {
		return f.Rows[f.focus]
	}
	return nil
}

// Leave puts the focus on the first button if the focused row is hidden.
func (f *Form) Leave() {
	if row := f.Focused(); row != nil && row.Hidden {
		f.focus = len(f.Rows)
	}
}

// Key handles a key. It returns the ID of the button that the key pressed, if any, and reports whether the form used the
// key.
func (f *Form) Key(k tea.KeyMsg) (pressed string, used bool) {
	key := k.String()
	switch key {
	case "esc":
		return Cancel, true
	case "tab":
		f.move(1)
		return "", true
	case "shift+tab":
		f.move(-1)
		return "", true
	}
	if row := f.Focused(); row != nil {
		if row.Field.Key(k) {
			row.Touched = true
			return "", true
		}
		switch key {
		case "enter":
			if row.Field.Problem() != "" {
				row.Touched = true // show the problem; enter must not go on to a button that discards the input
				return "", true
			}
			f.move(1)
		case "down":
			f.move(1)
		case "up":
			f.move(-1)
		default:
			return "", false
		}
		return "", true
	}
	return f.buttonKey(key)
}

// buttonKey handles a key while a button has the focus: left and right move between buttons, up and down leave them.
func (f *Form) buttonKey(key string) (pressed string, used bool) {
	first, n := len(f.Rows), len(f.Buttons)
	if (key == "up" || key == "down") && !slices.ContainsFunc(f.Rows, func(r *FormRow) bool { return !r.Hidden }) {
		return "", false // there is no field to go to
	}
	switch at := f.focus - first; key {
	case "left":
		f.focus = first + (at+n-1)%n
	case "right":
		f.focus = first + (at+1)%n
	case "up":
		f.focus = first
		f.move(-1)
	case "down":
		f.focus = first + n - 1
		f.move(1)
	case "enter", " ":
		return f.press(at), true
	default:
		return "", false
	}
	return "", true
}

// Click presses the button with that index, as enter does.
func (f *Form) Click(button int) (pressed string) {
	if button < 0 || button >= len(f.Buttons) {
		return ""
	}
	f.focus = len(f.Rows) + button
	return f.press(button)
}

// ClickLine puts the focus on the field that was drawn on a line of the form. For a [CheckField] or a [ChoiceField], the
// click also acts like the space bar.
func (f *Form) ClickLine(line int) {
	for i, row := range f.Rows {
		if row.Hidden || line < row.at.From || line >= row.at.To {
			continue
		}
		f.focus = i
		switch row.Field.(type) {
		case *CheckField, *ChoiceField:
			row.Field.Key(tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{' '}})
			row.Touched = true
		}
		return
	}
}

func (f *Form) press(button int) string {
	b := f.Buttons[button]
	if b.Submit && !f.Settle() || b.Why != "" {
		return ""
	}
	return b.ID
}

// Settle reports whether every row is valid. If not, it shows all problems and puts the focus on the first row with one.
func (f *Form) Settle() bool {
	ok := true
	for i, row := range f.Rows {
		if row.Hidden || row.Field.Problem() == "" {
			continue
		}
		row.Touched = true
		if ok {
			f.focus, ok = i, false
		}
	}
	return ok
}

// move puts the focus on the next field or button, or on the previous one, and wraps around at the ends.
func (f *Form) move(by int) {
	all := len(f.Rows) + len(f.Buttons)
	for range all {
		f.focus = (f.focus + by + all) % all
		if row := f.Focused(); row == nil || !row.Hidden {
			return
		}
	}
}

// Span is a range of lines or bytes, the end excluded.
type Span struct{ From, To int }

// labelGap is the distance between the longest label and the fields. It contains the focus mark.
const labelGap = 2

// LabelWidth returns the width of the column of labels, its gap included, so that other labelled text can be aligned with it.
func (f *Form) LabelWidth() int {
	width := 0
	for _, row := range f.Rows {
		width = max(width, Width(row.Label))
	}
	if width == 0 {
		return 0
	}
	return width + labelGap
}

// Draw returns the rows in lines of max that width, each with its problem below, and the lines of the focused row.
func (f *Form) Draw(t *theme.Theme, width int) (lines []string, focus Span) {
	labels := f.LabelWidth()
	for i, row := range f.Rows {
		if row.Hidden {
			continue
		}
		from, focused := len(lines), i == f.focus
		row.at = Span{From: from, To: from}
		label := t.Dim.Paint(Pad(row.Label, labels))
		if focused && labels > 0 {
			label = t.Accent.Paint(Pad(row.Label, labels-labelGap)) + t.Accent.Paint(" ▸")
		}
		var problem []string
		if text := row.Field.Problem(); text != "" && row.Touched {
			problem = problemLines(t, text, labels, width)
		}
		if area, tall := row.Field.(*AreaField); tall {
			area.tallest = 0
			if f.Tallest > 0 {
				area.tallest = max(f.Tallest-len(problem), 1)
			}
		}
		hinted := row.Hint == "" || !focused || len(problem) > 0
		for j, line := range row.Field.Draw(t, width-labels, focused) {
			if j > 0 {
				label = Spaces(labels)
			}
			if j == 0 && row.Hint != "" && Width(row.Hint) <= width-labels-Width(line)-labelGap {
				line += Spaces(labelGap) + t.Dim.Paint(row.Hint)
				hinted = true
			}
			lines = append(lines, Cut(label+line, width))
		}
		if !hinted {
			lines = append(lines, Spaces(labels)+t.Dim.Paint(Cut(row.Hint, width-labels)))
		}
		lines = append(lines, problem...)
		row.at.To = len(lines)
		if focused {
			focus = row.at
		}
	}
	return lines, focus
}

// mostProblem is the max number of lines of a problem. A problem with its correction takes two lines on a narrow screen;
// only the text of a server or a file takes more.
const mostProblem = 4

// problemLines returns the lines that show a problem below its field, in the same column.
func problemLines(t *theme.Theme, problem string, indent, width int) []string {
	const mark = "✗ "
	lines := FoldMost(width-indent-Width(mark), mostProblem, problem)
	for i, line := range lines {
		lead := mark
		if i > 0 {
			lead = Spaces(Width(mark))
		}
		lines[i] = Spaces(indent) + t.Bad.Paint(lead+line)
	}
	return lines
}

// DrawButtons returns the buttons in lines of max that width.
func (f *Form) DrawButtons(t *theme.Theme, width int) []string {
	return drawButtons(t, f.Buttons, f.focus-len(f.Rows), width)
}

// ButtonLine returns the index of the line of [Form.DrawButtons], in that width, that contains the focused button; 0 when no
// button has the focus.
func (f *Form) ButtonLine(width int) int {
	if at := f.focus - len(f.Rows); at >= 0 && at < len(f.Buttons) {
		return placeButtons(f.Buttons, width)[at].y
	}
	return 0
}
