package dialog

import (
	"slices"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/ui/widget"
)

// payloadOf is the text of an entry's payload field that can be edited as JSON: valid UTF-8, or editing would lose bytes.
func payloadOf(e *model.Entry, field string) (string, bool) {
	payload, ok := e.Field(field)
	return payload, ok && utf8.ValidString(payload)
}

// withPayload is the entry's fields with another payload, everything else as it was.
func withPayload(e *model.Entry, field, payload string) []model.Field {
	fields := slices.Clone(e.Fields)
	for i := range fields {
		if fields[i].Name == field {
			fields[i].Value = payload
			break
		}
	}
	return fields
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
