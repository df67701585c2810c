package dialog

import (
	"errors"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/ui/widget"
)

// editable is what a record carries as JSON that can be edited: text, of a form that can be written again; the error says why there is
// none.
func (e *Env) editable(r *model.Record) (string, error) {
	text, ok := r.Payload()
	if !ok || !utf8.ValidString(text) {
		return "", errNoText
	}
	_, err := e.Op.Edited(r, text)
	return text, err
}

// errNoText is that of an entry without anything to edit, which goes without saying.
var errNoText = errors.New("it holds no text")

// edits are an entry's fields with what stands in an area, worked out once per change of the area.
type edits struct {
	changes int
	fields  []model.Field
	err     error
}

func (c *edits) of(env *Env, e *model.Entry, area *widget.AreaField) ([]model.Field, error) {
	if c.fields == nil && c.err == nil || c.changes != area.Changes() {
		r := env.Op.Decode(*e)
		c.changes = area.Changes()
		c.fields, c.err = env.Op.Edited(&r, widget.CompactJSON(area.Text()))
	}
	return c.fields, c.err
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
