package payload

import (
	"encoding/binary"
	"fmt"
	"strings"

	"streamdesk/model"
)

// fastStreamField holds all of a FastStream message.
const fastStreamField = "__data__"

// fastStreamMagic is the start of FastStream's binary format.
const fastStreamMagic = "\x89BIN\r\n\x1a\n"

// fastStream is what FastStream's Redis broker writes: one field with headers and data, in its binary format (default
// since 0.6) or as JSON {"data": text, "headers": {…}}. Anything else is the data itself, as in FastStream.
var fastStream = kind{
	name:  "faststream",
	marks: func(x *reading) bool { _, ok := x.Field(fastStreamField); return ok },
	read:  readFastStream,
}

func readFastStream(x *reading) error {
	stored, ok := x.Field(fastStreamField)
	if !ok {
		return fmt.Errorf("%w %q", model.ErrNoPayload, fastStreamField)
	}
	x.PayloadField = fastStreamField
	headers, data := []model.Field(nil), stored
	if strings.HasPrefix(stored, fastStreamMagic) {
		var err error
		if headers, data, err = parseFastStream(stored); err != nil {
			return fmt.Errorf("%w: FastStream's binary format: %w", model.ErrNotEvent, err)
		}
	} else if o := parseObject(stored); o.has("data", "headers") {
		headers, data = o.in("headers").headers(), o.text("data")
		if data == "" && !strings.HasPrefix(o.raw("data"), `"`) {
			data = o.raw("data")
		}
	}
	x.Headers = headers
	x.fill(headers)
	x.carry(fastStreamField, data)
	x.fill(parseObject(string(x.Event.Data)).plain())
	return nil
}

// parseFastStream parses the binary format: the magic, a version (16 bits), where the headers and the data start (32
// bits each), the number of headers (16 bits), each header as two texts with their lengths before them (16 bits), and
// the data to the end. Numbers are big-endian.
func parseFastStream(stored string) (headers []model.Field, data string, err error) {
	const version = 1
	r := bytesReader{text: stored, at: len(fastStreamMagic)}
	if v := r.uint16(); !r.short && v != version {
		return nil, "", fmt.Errorf("version %d, want %d", v, version)
	}
	headersAt, dataAt := r.uint32(), r.uint32()
	r.at = headersAt
	for n := r.uint16(); n > 0 && !r.short; n-- {
		name := r.bytes(r.uint16())
		headers = append(headers, model.Field{Name: name, Value: r.bytes(r.uint16())})
	}
	r.at = dataAt
	data = r.bytes(len(stored) - dataAt)
	if r.short {
		return nil, "", fmt.Errorf("it ends before what its lengths say")
	}
	return headers, data, nil
}

// bytesReader reads numbers and texts from a string. When the string is too short, it sets short and reads nothing
// more.
type bytesReader struct {
	text  string
	at    int
	short bool
}

func (r *bytesReader) bytes(n int) string {
	if r.short || n < 0 || r.at < 0 || r.at > len(r.text) || n > len(r.text)-r.at {
		r.short = true
		return ""
	}
	r.at += n
	return r.text[r.at-n : r.at]
}

func (r *bytesReader) uint16() int {
	if b := r.bytes(2); b != "" {
		return int(binary.BigEndian.Uint16([]byte(b)))
	}
	return 0
}

func (r *bytesReader) uint32() int {
	if b := r.bytes(4); b != "" {
		return int(binary.BigEndian.Uint32([]byte(b)))
	}
	return 0
}
