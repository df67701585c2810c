package payload

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"streamdesk/model"
	"streamdesk/model/jsontext"
	"streamdesk/model/payload/decode"
)

// member is one member of a JSON object: its key as text, its value as raw JSON.
type member struct{ key, value string }

// object is a JSON object with its members in order; nil means no object.
type object []member

// parseObject parses a JSON object; nil when text isn't one.
func parseObject(text string) object {
	o := object{}
	err := model.ScanObject(text, func(key, value string) { o = append(o, member{jsontext.Unquote(key), value}) })
	if err != nil {
		return nil
	}
	return o
}

// raw returns the raw value of a key, the last one if the key is repeated; empty when there is none.
func (o object) raw(key string) string {
	for _, m := range slices.Backward(o) {
		if m.key == key {
			return m.value
		}
	}
	return ""
}

// has reports whether the object has all of the keys.
func (o object) has(keys ...string) bool {
	for _, key := range keys {
		if o.raw(key) == "" {
			return false
		}
	}
	return true
}

// text returns a scalar value as text: a string, a number, true or false; empty for any other.
func (o object) text(key string) string { return plainText(o.raw(key)) }

// in returns the object under a key.
func (o object) in(key string) object {
	if value := o.raw(key); startsObject(value) {
		return parseObject(value)
	}
	return nil
}

// headers returns the members except those named and those that are null, scalars as text and others as raw JSON.
func (o object) headers(without ...string) []model.Field {
	fields := make([]model.Field, 0, len(o))
	for _, m := range o {
		if m.value != "null" && !slices.Contains(without, m.key) {
			fields = append(fields, model.Field{Name: m.key, Value: cmp.Or(plainText(m.value), m.value)})
		}
	}
	return fields
}

// plain returns the scalar members as fields.
func (o object) plain() []model.Field {
	fields := make([]model.Field, 0, len(o))
	for _, m := range o {
		if text := plainText(m.value); text != "" {
			fields = append(fields, model.Field{Name: m.key, Value: text})
		}
	}
	return fields
}

func plainText(value string) string {
	switch {
	case value == "":
		return ""
	case value[0] == '"':
		return jsontext.Unquote(value)
	case strings.IndexByte("{[n", value[0]) >= 0:
		return ""
	}
	return value
}

// startsObject reports whether a text begins like a JSON object.
func startsObject(text string) bool {
	for i := range len(text) {
		switch text[i] {
		case ' ', '\t', '\r', '\n':
		default:
			return text[i] == '{'
		}
	}
	return false
}

// body is the JSON object that an entry carries in one of its fields.
type body struct {
	field     string
	json, way string
	object
}

const fieldBody = "body"

// bodyFields are the fields in which producers put their JSON, most usual first.
var bodyFields = [...]string{model.FieldData, "payload", "value", fieldBody, "message", "event", "json"}

// body finds the object, once. The result has no field when there is none.
func (x *reading) body() *body {
	if x.found != nil {
		return x.found
	}
	x.found = &body{}
	names := bodyFields[:]
	if len(x.Fields) == 1 {
		names = []string{x.Fields[0].Name}
	}
	for _, name := range names {
		text, ok := x.Field(name)
		if !ok {
			continue
		}
		value, way := text, ""
		if !startsObject(text) {
			value, way = x.value(text)
		}
		if startsObject(value) {
			if o := parseObject(value); o != nil {
				*x.found = body{field: name, json: value, way: way, object: o}
				break
			}
		}
	}
	return x.found
}

// keep makes b the record's payload.
func (x *reading) keep(b *body) {
	x.PayloadField = b.field
	if text, _ := x.Field(b.field); text != b.json {
		x.Opened, x.Way = b.json, b.way
	}
}

// value returns a payload as JSON and the way it was decoded: unchanged, decoded, or as a JSON string.
func (x *reading) value(text string) (value, way string) {
	structured := startsObject(text) || strings.HasPrefix(text, "[")
	if structured && json.Valid([]byte(text)) {
		return text, ""
	}
	if value, way := x.opening.open(text); value != "" {
		return value, way
	}
	if !structured && json.Valid([]byte(text)) {
		return text, ""
	}
	return string(decode.AppendBytes(nil, []byte(text))), ""
}

// carry makes a field's text the event's data.
func (x *reading) carry(field, text string) {
	value, way := x.value(text)
	x.PayloadField = field
	if stored, _ := x.Field(field); stored != value {
		x.Opened, x.Way = value, way
	}
	x.Event.Data = json.RawMessage(value)
}

// unwrap decodes data that is a JSON string with a value in it.
func (x *reading) unwrap() { x.Event.Data = unwrapped(x.Event.Data, x.opening) }

func unwrapped(data json.RawMessage, p *opening) json.RawMessage {
	if len(data) == 0 || data[0] != '"' {
		return data
	}
	if value, way := p.open(string(data)); way != "" {
		return json.RawMessage(value)
	}
	return data
}
