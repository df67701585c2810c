package schema

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/hamba/avro/v2"
	"github.com/hamba/avro/v2/pkg/crc64"

	"streamdesk/model/payload/decode"
)

// avroForm is Avro's binary form of one schema, behind a mark.
type avroForm struct {
	name, mark string
	schema     avro.Schema
}

// Name returns the form and its schema.
func (a *avroForm) Name() string { return a.name }

// Fits reports whether b begins with the mark.
func (a *avroForm) Fits(b []byte) bool {
	return len(b) > len(a.mark) && string(b[:len(a.mark)]) == a.mark
}

// Decode returns the value as JSON. A union of null and one other type is written as that type, any other union as
// {"type": value}, as in Avro's own JSON. Bytes that are text are written as text, timestamps and dates as in RFC 3339,
// decimals as text.
func (a *avroForm) Decode(b []byte, l decode.Limits) ([]byte, error) {
	r := avroReader{bytes: b[len(a.mark):], limits: l}
	if err := r.value(a.schema, 0); err != nil {
		return nil, err
	}
	if len(r.bytes) > 0 {
		return nil, errTrailing
	}
	return r.out, nil
}

// Encode encodes what Decode returns.
func (a *avroForm) Encode(value []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(value))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	w := avroWriter{out: []byte(a.mark)}
	err := w.value(a.schema, v, "")
	return w.out, err
}

// bare returns a schema's form without a mark.
func bare(s avro.Schema) decode.Schema {
	return &avroForm{name: "Avro " + nameOf(s) + " without a mark", schema: s}
}

// confluent returns a schema's form as Confluent's serializers write it, by its number in a registry.
func confluent(s avro.Schema, number uint32) decode.Schema {
	return &avroForm{
		name: "Confluent schema " + strconv.FormatUint(uint64(number), 10) + ", Avro " + nameOf(s), schema: s,
		mark: string(binary.BigEndian.AppendUint32([]byte{0}, number)),
	}
}

// nameOf returns a schema's full name, or its type when it has none.
func nameOf(s avro.Schema) string {
	if named, ok := s.(avro.NamedSchema); ok {
		return named.FullName()
	}
	return string(s.Type())
}

// loadAvro parses files as single-object forms, and returns the schema of the last.
func loadAvro(read func(string) ([]byte, error), paths []string) (forms []decode.Schema, last avro.Schema, wrong *Error) {
	known := &avro.SchemaCache{}
	names := map[string]bool{}
	for _, path := range paths {
		text, err := read(path)
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("there is no file %s; write its path from where streamdesk is started, or from / or ~", path)
		}
		if err == nil {
			last, err = parseAvro(path, text, known)
		}
		if err != nil {
			return nil, nil, &Error{KeyAvro, err}
		}
		for _, mark := range singleObjectMarks(last) {
			name := "Avro " + nameOf(last)
			if names[name] {
				name += " " + hex.EncodeToString([]byte(mark[2:]))
			}
			names[name] = true
			forms = append(forms, &avroForm{name: name, mark: mark, schema: last})
		}
	}
	return forms, last, nil
}

// parseAvro parses a file. An error names the place in it.
func parseAvro(path string, text []byte, known *avro.SchemaCache) (avro.Schema, error) {
	var value json.RawMessage
	if err := json.Unmarshal(text, &value); err != nil {
		if at, ok := errors.AsType[*json.SyntaxError](err); ok {
			before := text[:min(int(at.Offset), len(text))]
			line, column := 1+bytes.Count(before, []byte("\n")), len(before)-bytes.LastIndexByte(before, '\n')-1
			return nil, fmt.Errorf("%s:%d:%d: not JSON: %w", path, line, max(column, 1), err)
		}
		return nil, fmt.Errorf("%s: not JSON: %w", path, err)
	}
	s, err := avro.ParseBytesWithCache(text, "", known)
	if err != nil {
		text := strings.TrimPrefix(err.Error(), "avro: ")
		if strings.HasPrefix(text, "unknown type") {
			text += "; name the file that declares it before this one"
		}
		return nil, fmt.Errorf("%s: %s", path, text)
	}
	return s, nil
}

// singleObjectMarks returns the marks of single-object encoding for a schema: C3 01 and the fingerprint of its
// canonical form, once as specified, and once as written by producers that keep logical types.
func singleObjectMarks(s avro.Schema) []string {
	var marks []string
	for _, form := range []string{string(appendCanonical(nil, s, map[string]bool{})), s.String()} {
		sum := crc64.SumWithByteOrder([]byte(form), crc64.LittleEndian)
		if mark := "\xc3\x01" + string(sum[:]); !slices.Contains(marks, mark) {
			marks = append(marks, mark)
		}
	}
	return marks
}

// appendCanonical appends the Parsing Canonical Form of a schema to out. Types already seen are written by name.
func appendCanonical(out []byte, s avro.Schema, seen map[string]bool) []byte {
	named := func(name, kind string) bool {
		if seen[name] {
			out = strconv.AppendQuote(out, name)
			return false
		}
		seen[name] = true
		out = append(out, `{"name":"`+name+`","type":"`+kind+`"`...)
		return true
	}
	switch s := s.(type) {
	case *avro.RefSchema:
		return appendCanonical(out, s.Schema(), seen)
	case *avro.RecordSchema:
		if !named(s.FullName(), "record") {
			return out
		}
		out = append(out, `,"fields":[`...)
		for i, f := range s.Fields() {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(out, `{"name":"`+f.Name()+`","type":`...)
			out = append(appendCanonical(out, f.Type(), seen), '}')
		}
		return append(out, "]}"...)
	case *avro.EnumSchema:
		if named(s.FullName(), "enum") {
			out = append(out, `,"symbols":["`+strings.Join(s.Symbols(), `","`)+`"]}`...)
		}
		return out
	case *avro.FixedSchema:
		if named(s.FullName(), "fixed") {
			out = append(strconv.AppendInt(append(out, `,"size":`...), int64(s.Size()), 10), '}')
		}
		return out
	case *avro.ArraySchema:
		return append(appendCanonical(append(out, `{"type":"array","items":`...), s.Items(), seen), '}')
	case *avro.MapSchema:
		return append(appendCanonical(append(out, `{"type":"map","values":`...), s.Values(), seen), '}')
	case *avro.UnionSchema:
		out = append(out, '[')
		for i, t := range s.Types() {
			if i > 0 {
				out = append(out, ',')
			}
			out = appendCanonical(out, t, seen)
		}
		return append(out, ']')
	default:
		return append(out, `"`+string(s.Type())+`"`...)
	}
}
