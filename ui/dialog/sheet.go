package dialog

import (
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/widget"
)

// sheet is the base of every dialog: a framed box with a page that scrolls when it is too long, and below it a form's
// buttons, which are always in sight. When not all buttons fit, the focused one is in sight.
type sheet struct {
	title string
	form  *widget.Form
	// widest is the max width of the box.
	widest int

	first   int  // the page's first line in sight
	roaming bool // the person scrolls: don't scroll back to the focus
	lines   int  // the page's length when last drawn; room is how much of it was in sight
	room    int

	buttonsAt, margin int // where the buttons were last drawn, for the mouse
	buttonWidth       int
	hidden            int // the number of button lines that are scrolled out above
	pageAt, forms     int // the box's line where the page begins; the page's line where the form begins

	seek  seek
	shown []string // the page's lines when last drawn
	at    int      // the line that the search is at
	unused
}

// Title returns the dialog's title, as its frame shows it.
func (s *sheet) Title() string { return s.title }

// wheelStep is the number of lines that a notch of the wheel scrolls, as in most terminal programs.
const wheelStep = 3

// key passes a key to the form, and scrolls if the form doesn't use it. It returns the ID of the button that was pressed.
func (s *sheet) key(k tea.KeyMsg) (pressed string) {
	pressed, used := s.form.Key(k)
	if used {
		s.roaming = false
		return pressed
	}
	switch k.String() {
	case "pgdown", "ctrl+d":
		s.scroll(max(s.room-1, 1))
	case "pgup", "ctrl+u":
		s.scroll(-max(s.room-1, 1))
	case "j", "down":
		s.scroll(1)
	case "k", "up":
		s.scroll(-1)
	case "g", "home":
		s.scroll(-s.lines)
	case "G", "end":
		s.scroll(s.lines)
	default:
		s.unused.key = k.String()
	}
	return ""
}

// oneField returns a new sheet with one field, which has the focus; verb is the label of its button.
func oneField(title, label string, field *widget.TextField, submit, verb string) sheet {
	const widest = 72
	form := widget.NewForm([]*widget.FormRow{{Label: label, Field: field}},
		widget.Button{ID: submit, Label: verb, Submit: true}, widget.Button{ID: widget.Cancel, Label: "Cancel"})
	s := sheet{title: title, form: form, widest: widest}
	s.ask()
	return s
}

// ask puts the focus on the first field, for a sheet that only asks for something and changes nothing.
func (s *sheet) ask() {
	for range s.form.Rows {
		s.form.Key(tea.KeyMsg{Type: tea.KeyShiftTab})
	}
}

// typed passes a key to a sheet that only asks for something. Enter in a field presses the submit button if every field is
// valid.
func (s *sheet) typed(k tea.KeyMsg, submit string) (pressed string) {
	switch {
	case s.form.Focused() == nil || k.String() != "enter":
		return s.key(k)
	case s.form.Settle():
		return submit
	default:
		return "" // the field says what is wrong
	}
}

// wheel scrolls with the mouse.
func (s *sheet) wheel(m tea.MouseMsg) {
	Wheeled(m, func(by int) { s.scroll(by * wheelStep) })
}

// Wheeled calls move when the wheel was turned: with -1 for up, 1 for down.
func Wheeled(m tea.MouseMsg, move func(by int)) {
	switch m.Button {
	case tea.MouseButtonWheelUp:
		move(-1)
	case tea.MouseButtonWheelDown:
		move(1)
	}
}

func (s *sheet) scroll(by int) {
	s.first = max(min(s.first+by, s.lines-s.room), 0)
	s.roaming = true
}

// pressedAt presses the button at a cell of the box and returns its ID. On a field, it puts the focus on that field.
func (s *sheet) pressedAt(x, y int) string {
	if line := y - s.pageAt; line >= 0 && line < s.room && y < s.buttonsAt {
		s.form.ClickLine(s.first + line - s.forms)
		return ""
	}
	return s.form.Click(widget.ButtonAt(s.form.Buttons, s.buttonWidth, x-1-s.margin, y-s.buttonsAt+s.hidden))
}

// Sizes of a sheet.
const (
	// leastRoomy is the min width for margins of two cells; a narrower box has margins of one.
	leastRoomy = 70
	// leastPage is the min number of the page's lines in sight, however many buttons there are.
	leastPage = 1
)

// draw frames the page that write fills, with the buttons below. The note is in the frame's top right corner; hint says
// what the keys do.
func (s *sheet) draw(v View, note, hint string, write func(p *page)) []string {
	width := min(v.Width, s.widest)
	margin := 1
	if width >= leastRoomy {
		margin = 2
	}
	inner := width - 2 - 2*margin
	if inner < 1 || v.Height < 3 {
		return nil
	}
	buttons := s.form.DrawButtons(v.Theme, inner)
	s.hidden = 0
	if most := max(v.Height-2-leastPage, 1); len(buttons) > most {
		s.hidden = max(s.form.ButtonLine(inner)-most+1, 0)
		buttons = buttons[s.hidden : s.hidden+most]
	}
	p := &page{Theme: v.Theme, width: inner}
	s.form.Tallest = 0
	write(p)
	// The blank lines: one above, one before the buttons, one below them.
	const blanks = 3
	roomy := len(p.lines)+len(buttons)+blanks <= v.Height-2
	if !roomy {
		p = &page{Theme: v.Theme, width: inner, tight: true}
		s.form.Tallest = max(v.Height-2-len(buttons), leastPage)
		write(p)
	}
	room := max(v.Height-2-len(buttons), leastPage)
	if roomy {
		room = len(p.lines)
	}
	s.show(p, min(room, len(p.lines)))
	sight := widget.Sight{First: s.first, Height: s.room, Rows: s.lines}
	s.shown = p.lines
	p.found(&s.seek, s.rows(), v)

	lines := make([]string, 0, v.Height)
	lead := widget.Spaces(margin)
	put := func(texts ...string) {
		for _, t := range texts {
			lines = append(lines, lead+t)
		}
	}
	if roomy {
		lines = append(lines, "")
	}
	s.pageAt, s.forms = len(lines)+1, p.forms
	put(p.lines[s.first : s.first+s.room]...)
	if roomy || len(lines)+len(buttons) < v.Height-2 {
		lines = append(lines, "")
	}
	s.buttonsAt, s.margin, s.buttonWidth = len(lines)+1, margin, inner
	put(buttons...)
	if roomy {
		lines = append(lines, "")
	}
	if below := s.lines - s.first - s.room; below > 0 {
		hint = "↓ " + strconv.Itoa(below) + " more · pgdn"
	} else if s.first > 0 {
		hint = "↑ " + strconv.Itoa(s.first) + " more · pgup"
	}
	place := sight.Place(s.pageAt - 1)
	if s.room == s.lines {
		place = p.place
		place.Top += s.pageAt - 1
	}
	foot := v.Theme.Dim.Paint(hint)
	var hits []bool
	if p.foot != "" {
		foot, hits = p.foot, append(make([]bool, s.pageAt-1), p.hits[s.first:min(s.first+s.room, len(p.hits))]...)
	}
	return widget.Box{
		Place: place, Width: width, Height: min(len(lines)+2, v.Height), Title: widget.Clean(s.title), Note: note, Footer: foot,
		Edge: v.Theme.Accent, TitleInk: v.Theme.Strong, NoteInk: v.Theme.Dim, Hits: hits,
	}.Draw(lines)
}

// show determines which lines of the page are in sight. That depends only on the sizes, the focus and the scrolling.
func (s *sheet) show(p *page, room int) {
	s.lines, s.room = len(p.lines), room
	if !s.roaming && s.form.Focused() != nil {
		s.first = widget.Scroll(s.first, p.focus.To-1, s.lines, room)
		s.first = min(s.first, p.focus.From)
	}
	s.first = max(min(s.first, s.lines-room), 0)
}
