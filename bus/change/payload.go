package change

import (
	"cmp"
	"errors"
	"unicode/utf8"

	"streamdesk/model"
)

// Payload is how another payload of an entry is written: in the form, and the wrappings, that its own has.
type Payload struct {
	// Text is the payload as JSON, to be edited.
	Text string
	// Fixed is why it can't be edited; nil when it can.
	Fixed error

	on     Reader
	record model.Record
	// value is the last that was written, fields and failed are what came of it: a form asks at every key.
	value  string
	fields []model.Field
	failed error
}

// ErrNoText is that an entry has nothing to edit, which goes without saying.
var ErrNoText = errors.New("it holds no text")

// payloadOf is that of an entry.
func payloadOf(on Reader, e model.Entry) *Payload {
	p := &Payload{on: on, record: on.Decode(e)}
	text, ok := p.record.Payload()
	if !ok || !utf8.ValidString(text) {
		p.Fixed = ErrNoText
		return p
	}
	_, p.Fixed = p.Write(text)
	p.Text = text
	return p
}

// Write is the entry's fields with another payload. The error says why that can't be written.
func (p *Payload) Write(value string) ([]model.Field, error) {
	if p.value != value || p.fields == nil && p.failed == nil {
		p.value = value
		p.fields, p.failed = p.on.Edited(&p.record, value)
	}
	return p.fields, p.failed
}

// says how another payload goes out; p may be nil.
func (p *Payload) says() string {
	if p == nil {
		return "The payload is another one."
	}
	return "The payload is another one, written as " + cmp.Or(p.record.Way, "it stands") + "."
}
