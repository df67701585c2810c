package model

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"streamdesk/model/jsontext"
)

// ErrLine is wrapped by every error of [ParseEntryLine].
var ErrLine = errors.New("not an entry")

// AppendLine appends the entry to b as one JSON object on one line, without a line end:
//
//	{"stream":"events:audit.failed","id":"1700000000000-0","fields":[{"name":"data","value":"{…}"},…]}
//
// It writes all fields in order, including repeated names. A stream, name or value that isn't valid UTF-8 is written in
// base64 as stream_base64, name_base64 or value_base64, so that every byte can be restored. Control characters are
// escaped, even those that JSON allows unescaped, because a terminal may obey them.
func (e *Entry) AppendLine(b []byte) []byte {
	b = append(b, '{')
	b = appendBytes(b, "stream", e.Stream)
	if !e.ID.IsZero() {
		b = append(b, `,"id":"`...)
		b = e.ID.Append(b)
		b = append(b, '"')
	}
	b = append(b, `,"fields":[`...)
	for i := range e.Fields {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '{')
		b = appendBytes(b, "name", e.Fields[i].Name)
		b = append(b, ',')
		b = appendBytes(b, "value", e.Fields[i].Value)
		b = append(b, '}')
	}
	return append(b, ']', '}')
}

// appendBytes appends a member whose value may hold any bytes.
func appendBytes(b []byte, key, value string) []byte {
	b = append(append(b, '"'), key...)
	if utf8.ValidString(value) {
		return appendPrintable(append(b, '"', ':'), value)
	}
	b = append(b, `_base64":"`...)
	return append(base64.StdEncoding.AppendEncode(b, []byte(value)), '"')
}

// appendPrintable is AppendString that also escapes DEL and the C1 set, which a terminal may obey. The text is UTF-8.
func appendPrintable(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	start := len(b)
	b = AppendString(b, s)
	if bytes.IndexByte(b[start:], 0x7F) < 0 && bytes.IndexByte(b[start:], 0xC2) < 0 {
		return b
	}
	for i := start; i < len(b); i++ {
		switch {
		case b[i] == 0x7F:
			b = append(b[:i], append([]byte(`\u007f`), b[i+1:]...)...)
		case b[i] == 0xC2 && b[i+1] < 0xA0: // U+0080 to U+009F; another byte always follows, if only the quote
			c := b[i+1]
			b = append(b[:i], append([]byte{'\\', 'u', '0', '0', hex[c>>4], hex[c&0xF]}, b[i+2:]...)...)
		}
	}
	return b
}

// ParseEntryLine parses what [Entry.AppendLine] writes. The ID may be missing and is zero then. The error wraps
// [ErrLine] and says what is wrong.
func ParseEntryLine(text string) (Entry, error) {
	if e, ok := PlainEntryLine([]byte(text), ""); ok {
		return e, nil
	}
	return parseLine(text)
}

// parseLine is ParseEntryLine for any line.
func parseLine(text string) (Entry, error) {
	var e Entry
	var problem error
	fail := func(format string, args ...any) {
		if problem == nil {
			problem = fmt.Errorf("%w: %s", ErrLine, fmt.Sprintf(format, args...))
		}
	}
	switch {
	case !utf8.ValidString(text):
		return e, fmt.Errorf("%w: it is no UTF-8", ErrLine)
	case jsontext.LoneSurrogate(text):
		return e, fmt.Errorf("%w: half of a surrogate pair stands in a string: whatever wrote it has lost a character", ErrLine)
	}
	var stream, id, fields bool
	once := func(seen *bool, key string) {
		if *seen {
			fail("%s stands twice", key)
		}
		*seen = true
	}
	err := ScanObject(text, func(key, value string) {
		switch key {
		case `"stream"`, `"stream_base64"`:
			once(&stream, key)
			name, err := textOf(key, value)
			if err != nil {
				fail("%v", err)
			}
			e.Stream = name
		case `"id"`:
			once(&id, key)
			text, err := textOf(key, value)
			if err != nil {
				fail("%v", err)
				return
			}
			position, err := ParsePosition(text)
			if err != nil || position.IsZero() {
				fail("%s %s (want milliseconds-sequence, such as 1700000000000-0)", key, value)
			}
			e.ID = position
		case `"fields"`:
			once(&fields, key)
			list, err := parseFields(value)
			if err != nil {
				fail("%v", err)
			}
			e.Fields = list
		default:
			fail("unknown key %s (known are stream, id and fields)", key)
		}
	})
	switch {
	case err != nil:
		return e, fmt.Errorf("%w: %w", ErrLine, err)
	case problem != nil:
		return e, problem
	case e.Stream == "":
		fail(`"stream" is missing or empty`)
	case len(e.Fields) == 0:
		fail(`"fields" is missing or empty (an entry has at least one field)`)
	}
	return e, problem
}

// textOf returns the text of a checked JSON string, decoded from base64 where its key says so.
func textOf(key, value string) (string, error) {
	if value[0] != '"' {
		return "", fmt.Errorf("%s is no string", key)
	}
	text := jsontext.Unquote(value)
	if !strings.HasSuffix(key, `_base64"`) {
		return text, nil
	}
	decoded, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return "", fmt.Errorf("%s: %w", key, err)
	}
	return string(decoded), nil
}

// FirstKey returns the first key of a JSON object that is in of; empty when none is, or when text is not an object.
func FirstKey(text string, of ...string) string {
	s := scanner{jsontext.Scanner{Text: text}}
	s.Space()
	for open := byte('{'); s.Take(open, "") == nil; open = ',' {
		s.Space()
		start := s.At
		if s.Quoted() != nil {
			return ""
		}
		if key := jsontext.Unquote(text[start:s.At]); slices.Contains(of, key) {
			return key
		}
		s.Space()
		if s.Take(':', "") != nil {
			return ""
		}
		s.Space()
		if _, err := s.value(1); err != nil {
			return ""
		}
		s.Space()
	}
	return ""
}

// parseFields parses the checked text of an array of fields.
func parseFields(text string) ([]Field, error) {
	if text[0] != '[' {
		return nil, errors.New(`"fields" is no array`)
	}
	s := scanner{jsontext.Scanner{Text: text, At: 1}}
	fields := make([]Field, 0, 1)
	for s.Space(); s.Peek() != ']'; s.Space() {
		if s.Peek() == ',' {
			s.At++
			s.Space()
		}
		field, err := s.field()
		if err != nil {
			return nil, fmt.Errorf("field %d: %w", len(fields)+1, err)
		}
		fields = append(fields, field)
	}
	return fields, nil
}

// field scans one field of a checked text and returns it.
func (s *scanner) field() (Field, error) {
	if s.Peek() != '{' {
		return Field{}, errors.New("it is no object")
	}
	var f Field
	var problem error
	var name, value bool
	err := s.object(1, func(key, text string) {
		var into *string
		var seen *bool
		switch key {
		case `"name"`, `"name_base64"`:
			into, seen = &f.Name, &name
		case `"value"`, `"value_base64"`:
			into, seen = &f.Value, &value
		default:
			problem = cmp.Or(problem, fmt.Errorf("unknown key %s (known are name, value, name_base64 and value_base64)", key))
			return
		}
		if *seen {
			problem = cmp.Or(problem, fmt.Errorf("%s stands twice", key))
		}
		*seen = true
		var err error
		if *into, err = textOf(key, text); err != nil {
			problem = cmp.Or(problem, err)
		}
	})
	switch {
	case err != nil:
		return f, err
	case problem != nil:
		return f, problem
	case !name:
		return f, errors.New(`"name" is missing`)
	case !value:
		return f, errors.New(`"value" is missing`)
	}
	return f, nil
}
