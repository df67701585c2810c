package payload

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"streamdesk/model"
	"streamdesk/model/jsontext"
	"streamdesk/model/payload/decode"
)

// Edited returns the fields of a record with the value of [model.Record.Payload] replaced by another, given as JSON.
// The payload keeps its form and wrappings. Where the fields are the event, each member of the value becomes a field: a
// string as its text, any other as JSON. Unchanged parts keep their bytes. An error says why the value can't be
// written, and the remedy; it wraps [decode.ErrPack] when the payload's form is the reason.
func (d *Decoder) Edited(r *model.Record, value string) ([]model.Field, error) {
	p := d.opener.of(r.Stream)
	if r.PayloadField == "" {
		return p.editedFields(r, value)
	}
	i := slices.IndexFunc(r.Fields, func(f model.Field) bool { return f.Name == r.PayloadField })
	if i < 0 {
		return nil, fmt.Errorf("%w %q", model.ErrNoPayload, r.PayloadField)
	}
	fields, err := slices.Clone(r.Fields), error(nil)
	switch stored := &fields[i].Value; {
	case r.Opened == "":
		*stored = value
	case r.Envelope == fastStream.name:
		*stored, err = p.editedFastStream(*stored, value)
	default:
		*stored, err = p.repack(*stored, value)
	}
	return fields, err
}

// editedFields returns the edited fields of a record whose fields are the event.
func (p *opening) editedFields(r *model.Record, value string) ([]model.Field, error) {
	now, was := parseObject(value), parseObject(string(r.Event.Data))
	if now == nil {
		return nil, errors.New("want a JSON object: each of its members is a field of the entry")
	}
	var fields []model.Field
	done := map[string]bool{}
	for _, f := range r.Fields {
		if done[f.Name] {
			continue
		}
		done[f.Name] = true
		same, err := p.editedField(r, f.Name, was.raw(f.Name), now.raw(f.Name))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		fields = append(fields, same...)
	}
	for _, m := range now {
		if !done[m.key] {
			fields = append(fields, model.Field{Name: m.key, Value: fieldText(m.value)})
			done[m.key] = true
		}
	}
	if len(fields) == 0 {
		return nil, errors.New("no field is left; an entry needs one")
	}
	return fields, nil
}

// editedField returns the fields of one name. was and now are its old and new JSON values; empty when there is none.
func (p *opening) editedField(r *model.Record, name, was, now string) ([]model.Field, error) {
	var fields []model.Field
	for _, f := range r.Fields {
		if f.Name == name {
			fields = append(fields, f)
		}
	}
	wasEach, nowEach := []string{was}, []string{now}
	switch {
	case now == "":
		return nil, nil
	case sameJSON(was, now):
		return fields, nil
	case len(fields) > 1:
		var list []json.RawMessage
		if json.Unmarshal([]byte(now), &list) != nil {
			return nil, fmt.Errorf("the name stands %d times; want a list with a value for each", len(fields))
		}
		wasEach, nowEach = elements(was), elements(now)
	}
	edited := make([]model.Field, len(nowEach))
	for i, text := range nowEach {
		edited[i] = model.Field{Name: name, Value: fieldText(text)}
		if i >= len(fields) {
			continue
		}
		stored := fields[i].Value
		opened, way := p.open(stored)
		switch {
		case sameJSON(wasEach[i], text):
			edited[i].Value = stored
		case way != "" && (startsObject(opened) || strings.HasPrefix(opened, "[")):
			var err error
			if edited[i].Value, err = p.repack(stored, text); err != nil {
				return nil, err
			}
		case r.Envelope == spring.name && unquoted(stored) != stored:
			edited[i].Value = text // a serializer writes texts in quotes
		}
	}
	return edited, nil
}

// elements returns the elements of a JSON list.
func elements(list string) []string {
	var values []json.RawMessage
	if json.Unmarshal([]byte(list), &values) != nil {
		return nil
	}
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = string(v)
	}
	return texts
}

// fieldText returns a JSON value in the form that a field holds.
func fieldText(value string) string {
	if value[0] == '"' {
		return jsontext.Unquote(value)
	}
	return value
}

// sameJSON reports whether two values are equal except for white space.
func sameJSON(a, b string) bool {
	if a == b {
		return true
	}
	var x, y bytes.Buffer
	return json.Compact(&x, []byte(a)) == nil && json.Compact(&y, []byte(b)) == nil && x.String() == y.String()
}

// editedFastStream replaces the data after FastStream's headers.
func (p *opening) editedFastStream(stored, value string) (string, error) {
	if strings.HasPrefix(stored, fastStreamMagic) {
		_, data, err := parseFastStream(stored)
		if err != nil {
			return "", err
		}
		packed, err := p.repack(data, value)
		return stored[:len(stored)-len(data)] + packed, err
	}
	o := parseObject(stored)
	if !o.has("data", "headers") {
		return p.repack(stored, value)
	}
	packed := []byte(value)
	if strings.HasPrefix(o.raw("data"), `"`) {
		text, err := p.repack(o.text("data"), value)
		if err != nil {
			return "", err
		}
		packed = model.AppendString(nil, text)
		if jsontext.Unquote(string(packed)) != text {
			return "", fmt.Errorf("%w: its bytes are no text, which JSON around them needs", decode.ErrPack)
		}
	}
	out := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(model.AppendString(out, m.key), ':')
		if m.key == "data" {
			out = append(out, packed...)
		} else {
			out = append(out, m.value...)
		}
	}
	return string(append(out, '}')), nil
}
