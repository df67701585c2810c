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

	"github.com/hamba/avro/v2/pkg/crc64"

	"streamdesk/model/payload/decode"
	"streamdesk/model/payload/schema/avsc"
)

// avroForm is Avro's binary form of one schema, behind a mark.
type avroForm struct {
	name, mark string
	schema     *avsc.Type
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
func bare(s *avsc.Type) decode.Schema {
	return &avroForm{name: "Avro " + nameOf(s) + " without a mark", schema: s}
}

// confluent returns a schema's form as Confluent's serializers write it, by its number in a registry.
func confluent(s *avsc.Type, number uint32) decode.Schema {
	return &avroForm{
		name: "Confluent schema " + strconv.FormatUint(uint64(number), 10) + ", Avro " + nameOf(s), schema: s,
		mark: string(binary.BigEndian.AppendUint32([]byte{0}, number)),
	}
}

// nameOf returns a schema's full name, or its type when it has none.
func nameOf(s *avsc.Type) string {
	if s.Name != "" {
		return s.Name
	}
	return string(s.Kind)
}

// loadAvro parses files as single-object forms, and returns the schema of the last.
func loadAvro(read func(string) ([]byte, error), paths []string) (forms []decode.Schema, last *avsc.Type, wrong *Error) {
	known := avsc.Known{}
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
func parseAvro(path string, text []byte, known avsc.Known) (*avsc.Type, error) {
	var value json.RawMessage
	if err := json.Unmarshal(text, &value); err != nil {
		if at, ok := errors.AsType[*json.SyntaxError](err); ok {
			before := text[:min(int(at.Offset), len(text))]
			line, column := 1+bytes.Count(before, []byte("\n")), len(before)-bytes.LastIndexByte(before, '\n')-1
			return nil, fmt.Errorf("%s:%d:%d: not JSON: %w", path, line, max(column, 1), err)
		}
		return nil, fmt.Errorf("%s: not JSON: %w", path, err)
	}
	s, err := avsc.Parse(text, known)
	if err != nil {
		text := err.Error()
		if strings.HasPrefix(text, "unknown type") {
			text += "; name the file that declares it before this one"
		}
		return nil, fmt.Errorf("%s: %s", path, text)
	}
	return s, nil
}

// singleObjectMarks returns the marks of single-object encoding for a schema: C3 01 and the fingerprint of its
// canonical form, once as specified, and once as written by producers that keep logical types.
func singleObjectMarks(s *avsc.Type) []string {
	var marks []string
	for _, form := range []string{s.Canonical(false), s.Canonical(true)} {
		sum := crc64.SumWithByteOrder([]byte(form), crc64.LittleEndian)
		if mark := "\xc3\x01" + string(sum[:]); !slices.Contains(marks, mark) {
			marks = append(marks, mark)
		}
	}
	return marks
}
