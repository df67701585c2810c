package widget

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/theme"
)

// Cancel is the ID of the button that leaves a form with nothing done; esc presses it wherever the focus is.
const Cancel = "cancel"

// Form asks for a few things at once: labelled fields, and below them a row of buttons. The first button has the focus
// first, so that enter alone does what the first button says: it should be the harmless one. Tab and shift+tab go
// through fields and buttons in turn, up and down too where the field has no use for them; enter goes on to the next
// once the field will do.
type Form struct {
	// Rows are the fields, in order.
	Rows []*FormRow
	// Buttons stand below the rows.
	Buttons []Button
	// Tallest is how many lines a row may take with its problem, so that what is wrong stays in sight with the field; 0
	// leaves that to the fields.
	Tallest int

	focus int // in Rows, and from len(Rows) on in Buttons
}

// NewForm makes a form with the focus on the first button.
func NewForm(rows []*FormRow, buttons ...Button) *Form {
	return &Form{Rows: rows, Buttons: buttons, focus: len(rows)}
}

// SetButtons replaces the buttons; a focus on one of them goes to the first.
func (f *Form) SetButtons(buttons ...Button) {
	f.Buttons = buttons
	if f.focus >= len(f.Rows) {
		f.focus = len(f.Rows)
	}
}

// Offer replaces the buttons by those that there are now. The focus stays on a button that is still there; from one that
// isn't it goes to the first.
func (f *Form) Offer(buttons ...Button) {
	if at := f.focus - len(f.Rows); at >= 0 && at < len(f.Buttons) {
		defer f.FocusButton(f.Buttons[at].ID)
	}
	f.Buttons = buttons
}

// FocusButton puts the focus on the button with that ID; without one, on the first.
func (f *Form) FocusButton(id string) {
	f.focus = len(f.Rows)
	for i := range f.Buttons {
		if f.Buttons[i].ID == id {
			f.focus = len(f.Rows) + i
		}
	}
}

// FocusFirst puts the focus on the first row that is shown.
func (f *Form) FocusFirst() {
	f.focus = max(slices.IndexFunc(f.Rows, func(r *FormRow) bool { return !r.Hidden }), 0)
}

// Focused is the row that has the focus, nil when a button has it.
func (f *Form) Focused() *FormRow {
	if f.focus < len(f.Rows) {
		return f.Rows[f.focus]
	}
	return nil
}

// Leave puts the focus on the first button when the focused row has become hidden.
func (f *Form) Leave() {
	if row := f.Focused(); row != nil && row.Hidden {
		f.focus = len(f.Rows)
	}
}

// Key takes a key. It returns the ID of the button that was pressed by it, if any, and whether the form had a use for
// the key at all.
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
				row.Touched = true // it says what is wrong, and enter alone never goes on to a button that drops it all
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

// buttonKey takes a key while a button has the focus: left and right stay among the buttons, up and down leave them.
func (f *Form) buttonKey(key string) (pressed string, used bool) {
	first, n := len(f.Rows), len(f.Buttons)
	if (key == "up" || key == "down") && !slices.ContainsFunc(f.Rows, func(r *FormRow) bool { return !r.Hidden }) {
		return "", false // there is nowhere to go
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

// Click presses the button with that index, as enter on it would.
func (f *Form) Click(button int) (pressed string) {
	if button < 0 || button >= len(f.Buttons) {
		return ""
	}
	f.focus = len(f.Rows) + button
	return f.press(button)
}

// ClickLine gives the focus to the field that was drawn on a line of the form; what is chosen with the space bar takes
// the click for one.
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

// Settle says whether every row will do; otherwise it shows all problems and puts the focus on the first.
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

// move puts the focus on the next thing that can have it, forward or back, around the ends.
func (f *Form) move(by int) {
	all := len(f.Rows) + len(f.Buttons)
	for range all {
		f.focus = (f.focus + by + all) % all
		if row := f.Focused(); row == nil || !row.Hidden {
			return
		}
	}
}

// Span is a run of lines or bytes, the end excluded.
type Span struct{ From, To int }

// labelGap stands between the longest label and the fields; before the labels there is a column for the focus mark.
const labelGap = 2

// LabelWidth is how wide the column of labels is, its gap included; what else is labelled can stand in line with it.
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

// Draw is the rows in lines of at most that width, each with its problem below, and where the focused one is.
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

// mostProblem bounds the lines of a problem: what is wrong and the mend take two where the screen is narrow, and only a
// server's or a file's own words more.
const mostProblem = 4

// problemLines say what is wrong with a field, below it and in its column.
func problemLines(t *theme.Theme, problem string, indent, width int) []string {
	const mark = "✗ "
	lines := Fold(width-indent-Width(mark), problem)
	if len(lines) > mostProblem {
		lines = lines[:mostProblem]
		lines[mostProblem-1] = Cut(lines[mostProblem-1]+" "+Ellipsis, width-indent-Width(mark))
	}
	for i, line := range lines {
		lead := mark
		if i > 0 {
			lead = Spaces(Width(mark))
		}
		lines[i] = Spaces(indent) + t.Bad.Paint(lead+line)
	}
	return lines
}

// DrawButtons is the buttons in lines of at most that width.
func (f *Form) DrawButtons(t *theme.Theme, width int) []string {
	return drawButtons(t, f.Buttons, f.focus-len(f.Rows), width)
}

// ButtonLine is the line that the button with the focus has among those of [Form.DrawButtons] in that width; 0 when none has it.
func (f *Form) ButtonLine(width int) int {
	if at := f.focus - len(f.Rows); at >= 0 && at < len(f.Buttons) {
		return placeButtons(f.Buttons, width)[at].y
	}
	return 0
}
