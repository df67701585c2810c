package jsontext

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"strings"
	"unicode/utf8"
)

// base64Suffix ends the key beside one whose text is no UTF-8; it holds the same text in base64.
const base64Suffix = "_base64"

// Marshal returns v as JSON without HTML escapes. Unlike encoding/json's, it keeps every byte. JSON can only write a
// text that isn't UTF-8 with U+FFFD in it; beside such a member stands another, its key with _base64 appended, that
// holds the text in base64. A list of texts has a list beside it. [Unmarshal] reads both.
func Marshal(v any) ([]byte, error) {
	if whole(reflect.ValueOf(v)) {
		return marshal(v)
	}
	var b bytes.Buffer
	err := write(&b, reflect.ValueOf(v))
	return b.Bytes(), err
}

// marshal is encoding/json's, without escapes for HTML.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// writesItself reports whether a value decides on its JSON itself, or is bytes of JSON.
func writesItself(v reflect.Value) bool {
	if !v.CanInterface() {
		return v.Kind() != reflect.Struct // one that is embedded has members that can be written
	}
	switch v.Interface().(type) {
	case json.Marshaler, encoding.TextMarshaler:
		return true
	}
	return false
}

// whole reports whether all texts of a value are UTF-8.
func whole(v reflect.Value) bool {
	if !v.IsValid() || writesItself(v) {
		return true
	}
	switch v.Kind() {
	case reflect.String:
		return utf8.ValidString(v.String())
	case reflect.Pointer, reflect.Interface:
		return v.IsNil() || whole(v.Elem())
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return true
		}
		for i := range v.Len() {
			if !whole(v.Index(i)) {
				return false
			}
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			if !whole(field) {
				return false
			}
		}
	}
	return true
}

// write writes a value that isn't whole.
func write(b *bytes.Buffer, v reflect.Value) error {
	if whole(v) || v.Kind() == reflect.String {
		text, err := marshal(v.Interface())
		b.Write(text)
		return err
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return write(b, v.Elem())
	case reflect.Slice, reflect.Array:
		b.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := write(b, v.Index(i)); err != nil {
				return err
			}
		}
		b.WriteByte(']')
	default:
		b.WriteByte('{')
		if err := writeMembers(b, v); err != nil {
			return err
		}
		b.WriteByte('}')
	}
	return nil
}

// writeMembers writes the members of a struct in their order, with the ones in base64 beside them.
func writeMembers(b *bytes.Buffer, v reflect.Value) error {
	for i := range v.NumField() {
		key, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		field := v.Field(i)
		switch {
		case v.Type().Field(i).Anonymous && key == "":
			if err := writeMembers(b, field); err != nil {
				return err
			}
			continue
		case key == "" || key == "-" || strings.Contains(options, "omitempty") && empty(field):
			continue
		}
		if err := writeMember(b, key, field); err != nil {
			return err
		}
	}
	return nil
}

// writeMember writes one member, with the one in base64 beside it where it has one.
func writeMember(b *bytes.Buffer, key string, v reflect.Value) error {
	member(b, key)
	if err := write(b, v); err != nil {
		return err
	}
	if encoded := inBase64(v); encoded != nil {
		text, err := marshal(encoded)
		if err != nil {
			return err
		}
		member(b, key+base64Suffix)
		b.Write(text)
	}
	return nil
}

func member(b *bytes.Buffer, key string) {
	if last := b.Bytes()[b.Len()-1]; last != '{' {
		b.WriteByte(',')
	}
	fmt.Fprintf(b, "%q:", key)
}

// empty reports whether omitempty omits the value.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.String, reflect.Array:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

// inBase64 returns a text or a list of texts in base64; nil when it is UTF-8 or anything else.
func inBase64(v reflect.Value) any {
	for (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) && !v.IsNil() {
		v = v.Elem()
	}
	switch {
	case v.Kind() == reflect.String && !whole(v):
		return []byte(v.String())
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.String && !whole(v):
		list := make([][]byte, v.Len())
		for i := range list {
			list[i] = []byte(v.Index(i).String())
		}
		return list
	}
	return nil
}

// Unmarshal decodes one JSON object into a struct as encoding/json does, with the base64 member of [Marshal] in place
// of the one beside it. It rejects input that would lose something: a repeated key, half of a surrogate pair, anything
// after the object, and, when strict, an unknown key.
func Unmarshal(text []byte, into any, strict bool) error {
	members, err := membersOf(text)
	if err != nil {
		return err
	}
	target := fieldsOf(reflect.ValueOf(into).Elem())
	encoded := map[string]json.RawMessage{}
	for key, value := range members {
		if base, ok := strings.CutSuffix(key, base64Suffix); ok {
			if _, known := target[key]; known {
				continue
			}
			if _, known := target[base]; known {
				encoded[base] = value
				delete(members, key)
			}
		}
	}
	if len(encoded) > 0 {
		if text, err = json.Marshal(members); err != nil {
			return err
		}
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	if strict {
		decoder.DisallowUnknownFields()
	}
	if err := decoder.Decode(into); err != nil {
		return err
	}
	for key, value := range encoded {
		if err := setBase64(target[key], value); err != nil {
			return fmt.Errorf("%q: %w", key+base64Suffix, err)
		}
	}
	return nil
}

// membersOf returns the members of an object. A repeated key is an error.
func membersOf(text []byte) (map[string]json.RawMessage, error) {
	if LoneSurrogate(string(text)) {
		return nil, errors.New("half of a surrogate pair stands in a string: whatever wrote it has lost a character")
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return nil, errors.Join(err, errors.New("want a JSON object"))
	}
	members := map[string]json.RawMessage{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		key, _ := token.(string) // the decoder lets nothing else be a key
		if _, twice := members[key]; twice {
			return nil, fmt.Errorf("%q stands twice", key)
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, err
		}
		members[key] = value
	}
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the object")
	}
	return members, nil
}

// fieldsOf returns a struct's fields by their keys.
func fieldsOf(v reflect.Value) map[string]reflect.Value {
	fields := map[string]reflect.Value{}
	for i := range v.NumField() {
		key, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if v.Type().Field(i).Anonymous && key == "" {
			maps.Copy(fields, fieldsOf(v.Field(i)))
		} else if key != "" && key != "-" {
			fields[key] = v.Field(i)
		}
	}
	return fields
}

// setBase64 puts a text, or a list of texts, from base64 in its place.
func setBase64(field reflect.Value, value json.RawMessage) error {
	if field.Kind() == reflect.Slice {
		var list [][]byte
		if err := json.Unmarshal(value, &list); err != nil {
			return err
		}
		texts := reflect.MakeSlice(field.Type(), len(list), len(list))
		for i := range list {
			texts.Index(i).SetString(string(list[i]))
		}
		field.Set(texts)
		return nil
	}
	var text string
	if err := json.Unmarshal(value, &text); err != nil {
		return err
	}
	decoded, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return err
	}
	if field.Kind() == reflect.Pointer {
		field.Set(reflect.New(field.Type().Elem()))
		field = field.Elem()
	}
	if field.Kind() != reflect.String {
		return errors.New("it stands beside no text")
	}
	field.SetString(string(decoded))
	return nil
}

// LoneSurrogate reports whether an escape in JSON text is half of a surrogate pair, which readers replace with U+FFFD.
func LoneSurrogate(text string) bool {
	const unit = len(`\u0000`)
	for i := 0; ; {
		next := strings.IndexByte(text[i:], '\\')
		if next < 0 || i+next+1 >= len(text) {
			return false
		}
		i += next
		if text[i+1] != 'u' || len(text) < i+unit {
			i += 2
			continue
		}
		r, size := Rune(text[i:])
		if r == utf8.RuneError && hex4(text[i:]) != utf8.RuneError {
			return true
		}
		i += size
	}
}
