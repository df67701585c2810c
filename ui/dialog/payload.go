package dialog

import (
	"errors"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
	"streamdesk/ui/widget"
)

// payloadForm asks whether a payload goes out as it is or edited. A nil one asks for nothing.
type payloadForm struct {
	choice    *widget.ChoiceField
	area      *widget.AreaField
	row       *widget.FormRow // the area's
	compact   compacted
	untouched int    // how often the area had changed when it was filled
	text      string // what it is filled with
	fixed     string // why it can't be edited, where that isn't plain to see
}

func newPayloadForm() *payloadForm {
	f := &payloadForm{choice: widget.NewChoiceField("as it is, byte for byte"), area: newJSONField("")}
	f.row = &widget.FormRow{Label: "JSON", Field: f.area, Hidden: true}
	return f
}

// offer offers editing, once a look has brought a payload that can be.
func (f *payloadForm) offer(p *change.Payload) {
	if f == nil || p == nil || len(f.choice.Options) > 1 {
		return
	}
	switch {
	case p.Fixed == nil:
		f.text, f.choice.Options = p.Text, append(f.choice.Options, "edited")
	case !errors.Is(p.Fixed, change.ErrNoText):
		f.fixed = p.Fixed.Error()
	}
}

// open shows the area while the payload is to be edited, set out over lines the first time.
func (f *payloadForm) open() {
	if f == nil {
		return
	}
	if f.row.Hidden = f.choice.Chosen() == 0; !f.row.Hidden && !f.row.Touched {
		f.area.Set(widget.IndentJSON(f.text))
		f.untouched = f.area.Changes()
		f.row.Touched = true // a payload that is broken to begin with says so
	}
}

func (f *payloadForm) editing() bool { return f != nil && !f.row.Hidden }

func (f *payloadForm) faulty() bool { return f.editing() && f.area.Problem() != "" }

// edited is the area while the payload is to be edited, else nil.
func (f *payloadForm) edited() *widget.AreaField {
	if !f.editing() {
		return nil
	}
	return f.area
}

// value is the payload that goes out instead, as JSON; "" for the one that is there.
func (f *payloadForm) value() string {
	if !f.editing() || f.faulty() || f.area.Changes() == f.untouched {
		return ""
	}
	return f.compact.of(f.area)
}

// compacted is an area's JSON without white space, worked out once per change of the area.
type compacted struct {
	changes int
	text    string
}

func (c *compacted) of(area *widget.AreaField) string {
	if c.text == "" || c.changes != area.Changes() {
		c.text, c.changes = widget.CompactJSON(area.Text()), area.Changes()
	}
	return c.text
}

// newJSONField makes an area for a JSON object, set out over lines.
func newJSONField(text string) *widget.AreaField {
	return widget.NewAreaField(widget.IndentJSON(text), widget.CheckJSON)
}

// edited is what came back from the person's own editor.
type edited struct {
	to   ticket
	text string
	err  error
}

// openEditor hands a text to the person's own editor; nil when none is offered.
func (a *action) openEditor(text string) tea.Cmd {
	if a.env.Edit == nil {
		return nil
	}
	to := ticket{of: a, number: a.opened + 1}
	a.opened++
	return a.env.Edit(text, func(text string, err error) tea.Msg { return edited{to: to, text: text, err: err} })
}

// returned takes the editor's text over, if this dialog asked for it last and nothing was sent meanwhile.
func (a *action) returned(m edited, into *widget.AreaField) {
	if m.to != (ticket{of: a, number: a.opened}) || a.phase != asking {
		return
	}
	if m.err != nil {
		a.complaint = "the editor: " + m.err.Error()
		return
	}
	a.complaint = ""
	into.Set(m.text)
}
