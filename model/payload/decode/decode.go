// Package decode opens payloads: from the bytes of an entry's field to a value in JSON, through as many wrappings as there
// are (gzip, zlib, zstd, lz4, snappy, base64, JSON inside a string) and from whichever form stands inside them (JSON, msgpack,
// CBOR, protobuf). It closes them again around an edited value, and is bounded by [Limits] whatever the bytes are. What
// the value means, and in which field it stands, is package payload's. Start reading at [Opener].
package decode

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Value is a payload opened as far as it goes.
type Value struct {
	// Steps are what was opened, from the outside in, such as "gzip" and "msgpack"; none for a payload that is JSON, text
	// or bytes as it stands.
	Steps []string
	// JSON is the value as JSON text; empty when what is left is no value but text or bytes.
	JSON string
	// Bytes are what the last wrapping held: the payload itself where there was none.
	Bytes string
	// Err says why it goes no further where a wrapping fits and can't be opened: it is broken, or larger than [Limits]
	// allows ([ErrLimit]). The value is what stands in front of it.
	Err error
}

// Way is how the value was opened, in words: "gzip → msgpack"; empty for none.
func (v Value) Way() string { return strings.Join(v.Steps, " → ") }

// Schema reads and writes one form that doesn't describe itself, such as the messages of a .proto file.
type Schema interface {
	// Name is the form with what it reads, such as "protobuf acme.Order"; it becomes the step.
	Name() string
	// Fits says whether bytes carry the mark of this form; one without a mark says true.
	Fits(b []byte) bool
	// Decode writes the value as JSON. It is called with bytes of any kind.
	Decode(b []byte, l Limits) ([]byte, error)
	// Encode writes JSON in this form.
	Encode(value []byte) ([]byte, error)
}

// Opener opens payloads. The zero Opener knows every form that describes itself, within [DefaultLimits].
type Opener struct {
	// Limits bound the work on one payload; a zero field is the default's.
	Limits Limits
	// Schemas are tried in their order, before bytes are taken for a form that bears no mark.
	Schemas []Schema
}

// form is one way to open bytes.
type form struct {
	name string
	// fits says whether bytes look like this form. It is cheap.
	fits func(b []byte, l Limits) bool
	// open returns what is inside; value says that this is JSON, and the end. sure says that nothing else can be meant, so
	// that a failure is worth telling.
	open        func(b []byte, l Limits) ([]byte, error)
	value, sure bool
	// pack closes the form around bytes, or JSON.
	pack func(b []byte) ([]byte, error)
	// exact is the value with all that the form can tell apart, to compare two by; nil where JSON tells it all apart, too.
	exact func(b []byte) (any, error)
	// mend says what lets the form be written that has no pack.
	mend string
}

// forms are those that describe themselves. Those with a mark come first, then the ones that only fit if all of it does.
// Schemas stand between the two.
var forms = slices.Concat(compressions, unmarked)

var unmarked = slices.Concat([]form{jsonString}, base64Forms, []form{cborMarked, msgpackForm, cborForm, snappyBlock, zlibForm, protobufWire})

// Open opens a payload. It never fails: what can't be opened is in the value's Err.
func (o Opener) Open(payload string) Value {
	l := o.Limits.orDefault()
	v := Value{Bytes: payload}
	for range l.Steps {
		if isJSON(v.Bytes) {
			v.JSON = v.Bytes
			if isJSONString([]byte(v.Bytes), l) {
				inner, _ := jsonString.open([]byte(v.Bytes), l) // it is JSON
				v.Steps, v.Bytes, v.JSON = append(v.Steps, jsonString.name), string(inner), ""
				continue
			}
			return v
		}
		if !o.step(&v, l) {
			return v
		}
	}
	v.Err = fmt.Errorf("%w: more than %d wrappings", ErrLimit, l.Steps)
	return v
}

// step opens one form; false when there is nothing more to open.
func (o Opener) step(v *Value, l Limits) bool {
	b := []byte(v.Bytes)
	if opened, more := v.open(compressions, b, l); opened {
		return more
	}
	if o.described(v, b, l) {
		return false
	}
	if inner, name := o.describedInside(b, l); name != "" {
		v.Steps, v.Bytes, v.Err = append(v.Steps, name), string(inner), nil
		return true
	}
	_, more := v.open(unmarked, b, l)
	return more
}

// open tries some forms. More says that what was inside may be opened further.
func (v *Value) open(among []form, b []byte, l Limits) (opened, more bool) {
	for _, f := range among {
		if !f.fits(b, l) {
			continue
		}
		inner, err := f.open(b, l)
		switch {
		case err != nil && (f.sure || errors.Is(err, ErrLimit)):
			v.Err = fmt.Errorf("%s: %w", f.name, err)
			return true, false
		case err != nil:
			continue
		case f.value:
			v.Steps, v.JSON, v.Err = append(v.Steps, f.name), string(inner), nil
			return true, false
		}
		v.Steps, v.Bytes, v.Err = append(v.Steps, f.name), string(inner), nil
		return true, true
	}
	return false, false
}

// described tries the schemas.
func (o Opener) described(v *Value, b []byte, l Limits) bool {
	for _, s := range o.Schemas {
		if !s.Fits(b) {
			continue
		}
		value, err := s.Decode(b, l)
		if err == nil {
			v.Steps, v.JSON, v.Err = append(v.Steps, s.Name()), string(value), nil
			return true
		}
		v.Err = fmt.Errorf("%s: %w", s.Name(), err)
	}
	return false
}

// describedInside is what a text holds in base64 when that is of one of the schemas, with the name of the step.
func (o Opener) describedInside(b []byte, l Limits) (inner []byte, name string) {
	if len(o.Schemas) == 0 {
		return nil, ""
	}
	for _, e := range base64Encodings {
		if inner, ok := e.decode(b, l); ok && o.described(&Value{}, inner, l) {
			return inner, e.name
		}
	}
	return nil, ""
}

// isJSON says whether text is one JSON value. encoding/json bounds its depth.
func isJSON(text string) bool {
	switch trimmed := strings.TrimLeft(text, " \t\r\n"); {
	case trimmed == "" || !utf8.ValidString(text):
		return false
	default:
		return strings.IndexByte(`{["-0123456789tfn`, trimmed[0]) >= 0 && json.Valid([]byte(text))
	}
}
