package dialog

import (
	"errors"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
	"streamdesk/ui/widget"
)

// payloadForm asks whether a payload is sent as it is or edited. A nil payloadForm asks for nothing.
type payloadForm struct {
	choice    *widget.ChoiceField
	area      *widget.AreaField
	row       *widget.FormRow // the row of area
	compact   compacted
	untouched int    // the area's count of changes right after it was filled
	text      string // the text that the area is filled with
	fixed     string // why it can't be edited, when that isn't obvious
}

func newPayloadForm() *payloadForm {
	f := &payloadForm{choice: widget.NewChoiceField("as it is, byte for byte"), area: newJSONField("")}
	f.row = &widget.FormRow{Label: "JSON", Field: f.area, Hidden: true}
	return f
}

// offer adds the choice to edit, once a look has found a payload that can be edited.
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

// open shows the area while editing is chosen. The first time, it fills it with the indented payload.
func (f *payloadForm) open() {
	if f == nil {
		return
	}
	if f.row.Hidden = f.choice.Chosen() == 0; !f.row.Hidden && !f.row.Touched {
		f.area.Set(widget.IndentJSON(f.text))
		f.untouched = f.area.Changes()
		f.row.Touched = true // show the problem of a payload that is broken from the start
	}
}

func (f *payloadForm) editing() bool { return f != nil && !f.row.Hidden }

func (f *payloadForm) faulty() bool { return f.editing() && f.area.Problem() != "" }

// edited returns the area while the payload is being edited, else nil.
func (f *payloadForm) edited() *widget.AreaField {
	if !f.editing() {
		return nil
	}
	return f.area
}

// value returns the edited payload as JSON; "" when the payload is sent as it is.
func (f *payloadForm) value() string {
	if !f.editing() || f.faulty() || f.area.Changes() == f.untouched {
		return ""
	}
	return f.compact.of(f.area)
}

// compacted caches an area's JSON without white space, until the area changes.
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

// newJSONField returns a new area for a JSON object, filled with the indented text.
func newJSONField(text string) *widget.AreaField {
	return widget.NewAreaField(widget.IndentJSON(text), widget.CheckJSON)
}

// edited is the message with the result of the external editor.
type edited struct {
	to   ticket
	text string
	err  error
}

// openEditor returns the command that opens a text in the external editor; nil when there is no editor.
func (a *action) openEditor(text string) tea.Cmd {
	if a.env.Edit == nil {
		return nil
	}
	to := ticket{of: a, number: a.opened + 1}
	a.opened++
	return a.env.Edit(text, func(text string, err error) tea.Msg { return edited{to: to, text: text, err: err} })
}

// returned copies the editor's text into the field, if it is the newest one that this dialog asked for and nothing was sent
// meanwhile.
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
