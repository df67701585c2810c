// Package decode decodes payloads: from the bytes of an entry's field to a JSON value. It removes all wrappings (gzip,
// zlib, zstd, lz4, snappy, base64, JSON inside a string) and decodes the form inside (JSON, msgpack, CBOR, protobuf).
// It also encodes an edited value again. [Limits] bound the work for any bytes. Package payload decides what the value
// means and which field holds it. Start reading at [Opener].
package decode

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Value is a payload decoded as far as possible.
type Value struct {
	// Steps are the forms that were decoded, from the outside in, such as "gzip" and "msgpack". There are none for a
	// payload that is plain JSON, text or bytes.
	Steps []string
	// JSON is the value as JSON text; empty when the innermost content is text or bytes.
	JSON string
	// Bytes is the content of the last wrapping, or the payload itself when there was none.
	Bytes string
	// Err is the reason why a wrapping that was recognized can't be decoded: it is broken, or larger than [Limits]
	// allows ([ErrLimit]). The Value then holds what was decoded up to there.
	Err error
}

// Way returns the steps as text: "gzip → msgpack"; empty when there are none.
func (v Value) Way() string { return strings.Join(v.Steps, " → ") }

// Schema decodes and encodes one form that doesn't describe itself, such as the messages of a .proto file.
type Schema interface {
	// Name returns the form and what it decodes, such as "protobuf acme.Order". It becomes the step's name.
	Name() string
	// Fits reports whether bytes carry the mark of this form; always true for a form without a mark.
	Fits(b []byte) bool
	// Decode returns the value as JSON. It must accept any bytes.
	Decode(b []byte, l Limits) ([]byte, error)
	// Encode returns a JSON value in this form.
	Encode(value []byte) ([]byte, error)
}

// Opener decodes payloads. The zero Opener decodes every self-describing form, within [DefaultLimits].
type Opener struct {
	// Limits bound the work on one payload. A zero field means its default.
	Limits Limits
	// Schemas are tried in order, before the self-describing forms without a mark.
	Schemas []Schema
}

// form is one way to decode bytes.
type form struct {
	name string
	// fits reports whether bytes look like this form. It is cheap.
	fits func(b []byte, l Limits) bool
	// open returns the content. value is true when that is JSON, which ends the decoding. sure is true when no other
	// form is possible, so that a failure is reported.
	open        func(b []byte, l Limits) ([]byte, error)
	value, sure bool
	// pack encodes bytes or JSON in this form.
	pack func(b []byte) ([]byte, error)
	// exact returns the value with every distinction that the form makes, to compare two values; nil when JSON makes
	// the same distinctions.
	exact func(b []byte) (any, error)
	// mend says how to make the form writable when it has no pack.
	mend string
}

// forms are the self-describing forms. Those with a mark come first, then those that fit only if everything can be
// decoded. Schemas are tried between the two.
var forms = slices.Concat(compressions, unmarked)

var unmarked = slices.Concat([]form{jsonString}, base64Forms, []form{cborMarked, msgpackForm, cborForm, snappyBlock, zlibForm, protobufWire})

// Open decodes a payload. It never fails: problems are in the value's Err.
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

// step decodes one form; false when there is nothing more to decode.
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

// open tries some forms. more is true when the content may be decoded further.
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

// describedInside returns the base64 content of a text when it fits one of the schemas, and the name of the step.
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

// isJSON reports whether text is one JSON value. encoding/json bounds its depth.
func isJSON(text string) bool {
	switch trimmed := strings.TrimLeft(text, " \t\r\n"); {
	case trimmed == "" || !utf8.ValidString(text):
		return false
	default:
		return strings.IndexByte(`{["-0123456789tfn`, trimmed[0]) >= 0 && json.Valid([]byte(text))
	}
}
