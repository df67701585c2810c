package change

import (
	"cmp"

	"streamdesk/model"
)

// judge fills in what of the data of an event doesn't fit the schema of its type, and why nothing is sent when such events are
// refused. A nil error changes nothing.
func (p *Plan) judge(unfit *model.SchemaError) {
	if unfit == nil {
		return
	}
	p.Warns = append(p.Warns, unfit.Sentence())
	if unfit.Refused {
		p.Nothing = cmp.Or(p.Nothing, "mend the data first: it doesn't fit the schema")
	}
}

// For returns the entry's fields with a new payload, to be added to a stream, and what of the data of that event doesn't fit the
// schema of its type: nil when it fits, when nothing checks the type, or when it is no event. The error says why the payload can't
// be written.
func (p *Payload) For(stream, value string) ([]model.Field, *model.SchemaError, error) {
	fields, err := p.Write(value)
	if err == nil && (p.checked.stream != stream || p.checked.value != value) {
		p.checked = checked{stream: stream, value: value}
		if r := p.on.Decode(model.Entry{Stream: stream, ID: p.record.ID, Fields: fields}); r.Err == nil {
			p.checked.unfit = p.on.Unfit(&r.Event)
		}
	}
	return fields, p.checked.unfit, err
}

// checked is the last payload that was compared with its schema, kept because a form asks on every key press.
type checked struct {
	stream, value string
	unfit         *model.SchemaError
}
