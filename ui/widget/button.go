package widget

import "streamdesk/ui/theme"

// Button is one of a form's buttons.
type Button struct {
	// ID is what the form returns when the button is pressed.
	ID string
	// Label is the text on the button.
	Label string
	// Submit means that the button works only when no row has a problem; else the focus goes to the first row that has one.
	Submit bool
	// Why is the reason why the button is disabled; "" when it is enabled. A disabled button stays in sight, and shows the
	// reason while it has the focus.
	Why string
}

// Draw returns the button in square brackets, or in round ones when it is disabled. A focused button has a mark that needs no
// colour.
func (b Button) Draw(t *theme.Theme, focused bool) string {
	opening, mark, closing, ink := "[", " ", "]", t.Button
	if b.Why != "" {
		opening, closing, ink = "(", ")", t.Dim
	}
	if focused {
		mark, ink = "▸", t.ButtonFocused
	}
	return ink.Paint(opening + mark + Clean(b.Label) + " " + closing)
}

// buttonGap is the distance between two buttons.
const buttonGap = 2

// placed is the place of a button in the lines of buttons.
type placed struct{ x, y, width int }

// placeButtons lays out buttons in as few lines as possible.
func placeButtons(buttons []Button, width int) []placed {
	places := make([]placed, len(buttons))
	x, y := 0, 0
	for i, b := range buttons {
		w := min(Width(Clean(b.Label))+len("[  ]"), width)
		if x > 0 && x+w > width {
			x, y = 0, y+1
		}
		places[i] = placed{x: x, y: y, width: w}
		x += w + buttonGap
	}
	return places
}

// ButtonAt returns the index of the button at a cell of the lines that [Form.DrawButtons] draws in that width; -1 when
// there is none.
func ButtonAt(buttons []Button, width, x, y int) int {
	for i, p := range placeButtons(buttons, width) {
		if y == p.y && x >= p.x && x < p.x+p.width {
			return i
		}
	}
	return -1
}

// drawButtons draws the buttons at their places. When the focused button is disabled, the reason is after the last button,
// or below it when there is no room.
func drawButtons(t *theme.Theme, buttons []Button, focus, width int) []string {
	lines := []string{""}
	why := ""
	for i, p := range placeButtons(buttons, width) {
		if p.y == len(lines) {
			lines = append(lines, "")
		}
		line := &lines[p.y]
		*line += Spaces(p.x-Width(*line)) + Cut(buttons[i].Draw(t, i == focus), p.width)
		if i == focus {
			why = buttons[i].Why
		}
	}
	if why == "" {
		return lines
	}
	last := &lines[len(lines)-1]
	if room := width - Width(*last) - buttonGap; Width(why) <= room {
		*last += Spaces(buttonGap) + t.Warn.Paint(why)
		return lines
	}
	return append(lines, t.Warn.Paint(Cut(why, width)))
}
