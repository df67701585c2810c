package change

import (
	"cmp"
	"errors"
	"unicode/utf8"

	"streamdesk/model"
)

// Payload writes a new payload for an entry, in the same format and wrappings as its own.
type Payload struct {
	// Text is the payload as JSON, to be edited.
	Text string
	// Fixed is the reason why it can't be edited; nil when it can.
	Fixed error

	on     Reader
	record model.Record
	// value is the last value written; fields and failed are its result, kept because a form asks on every key press.
	value  string
	fields []model.Field
	failed error
	// checked is the result of comparing it with its schema, see [Payload.For].
	checked checked
}

// ErrNoText means that an entry has nothing to edit. It needs no message.
var ErrNoText = errors.New("it holds no text")

// payloadOf returns the payload of an entry.
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

// Write returns the entry's fields with a new payload. The error says why it can't be written.
func (p *Payload) Write(value string) ([]model.Field, error) {
	if p.value != value || p.fields == nil && p.failed == nil {
		p.value = value
		p.fields, p.failed = p.on.Edited(&p.record, value)
	}
	return p.fields, p.failed
}

// says returns a sentence on how a new payload is sent; p may be nil.
func (p *Payload) says() string {
	if p == nil {
		return "The payload is another one."
	}
	return "The payload is another one, written as " + cmp.Or(p.record.Way, "it stands") + "."
}
