package dialog

import (
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/widget"
)

// Jump asks for the entry ID or the time to go to.
type Jump struct {
	sheet
	to       *widget.TextField
	now      func() time.Time
	location *time.Location
	rewinds  bool // it goes to a moment of the past, rather than to an entry
}

// Jumped is the message that contains where to go.
type Jumped struct{ To model.Moment }

// Rewound is the message that contains the time that everything is to be shown as it was at.
type Rewound struct{ To time.Time }

// buttonGo is the ID of the button that goes there.
const buttonGo = "go"

// NewJump returns a new dialog; location is the zone of times that are typed without one.
func NewJump(now func() time.Time, location *time.Location) *Jump {
	return newJump("Go to an entry or a time", false, now, location)
}

// NewRewind returns a dialog that asks for the time to show everything as it was at.
func NewRewind(now func() time.Time, location *time.Location) *Jump {
	return newJump("Everything as it was at a time", true, now, location)
}

func newJump(title string, rewinds bool, now func() time.Time, location *time.Location) *Jump {
	d := &Jump{now: now, location: location, rewinds: rewinds}
	d.to = widget.NewTextField("", func(text string) string {
		if _, err := d.read(text); err != nil {
			return err.Error()
		}
		return ""
	})
	d.sheet = oneField(title, "Go to", d.to, buttonGo, "Go")
	return d
}

func (d *Jump) read(text string) (model.Moment, error) {
	return model.ParseMoment(text, d.now().In(d.location))
}

// Update passes keys to the field; enter goes there.
func (d *Jump) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	switch m := msg.(type) {
	case tea.KeyMsg:
		return d.pressed(d.typed(m, buttonGo))
	case tea.MouseMsg:
		d.wheel(m)
	}
	return nil, false
}

// Click presses the button under the mouse.
func (d *Jump) Click(x, y int) (cmd tea.Cmd, done bool) { return d.pressed(d.pressedAt(x, y)) }

func (d *Jump) pressed(button string) (cmd tea.Cmd, done bool) {
	switch button {
	case widget.Cancel:
		return nil, true
	case buttonGo:
		to, err := d.read(d.to.Text())
		if err != nil {
			return nil, false // the field says what is wrong
		}
		if d.rewinds {
			return func() tea.Msg { return Rewound{To: to.ID.Time()} }, true
		}
		return func() tea.Msg { return Jumped{To: to} }, true
	default:
		return nil, false
	}
}

// Draw returns the framed box.
func (d *Jump) Draw(v View) []string {
	return d.draw(v, "", "enter go · esc cancel", func(p *page) {
		p.form(d.form)
		p.text(p.Strong, d.meaning())
		if d.rewinds {
			p.text(p.Dim, "A time: 03:12, 03:12:40, 2026-11-25 14:02:11. Some time ago: 5m ago, 2h, 1d. An entry ID: when that entry was added.")
			return
		}
		p.text(p.Dim, "An entry ID, its stream before it or not: 1700000000000-0, events:audit.failed/1700000000000-0. A time: 14:02, "+
			"14:02:11, 2026-11-25 14:02:11. Some time ago: 5m ago, 2h, 1d.")
	})
}

// meaning returns a sentence that says how the typed text is understood.
func (d *Jump) meaning() string {
	text := strings.TrimSpace(d.to.Text())
	to, err := d.read(text)
	switch {
	case err != nil:
		return ""
	case to.Exact && to.Stream != "":
		return "The entry " + to.ID.String() + " of " + to.Stream + "."
	case to.Exact:
		return "The entry " + to.ID.String() + ", added " + to.ID.Clock(d.location, "2006-01-02 15:04:05") + "."
	case to.ID.IsZero():
		return "The beginning of all streams."
	case to.ID == model.MaxPosition:
		return "The newest entry."
	default:
		at := to.ID.Time()
		word := "The first entry from " + at.In(d.location).Format("2006-01-02 15:04:05") + " on"
		if age := d.now().Sub(at); age >= 0 {
			return word + ", " + words.Age(age) + " ago."
		}
		return word + ": that is still to come."
	}
}
