package decode

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"

	"streamdesk/model/sorting"
)

// protobufWire decodes protobuf without its schema: fields by number, with values guessed from their bytes. Any bytes
// may happen to be a message, so it is tried last and accepted only when all fields are plausible.
var protobufWire = form{
	name: "protobuf by wire type", value: true,
	mend: "name its .proto file, or its descriptor set, in a [[schema]] of the settings",
	fits: func(b []byte, _ Limits) bool { return len(b) > 1 && !isText(b) },
	open: ProtobufFields,
}

// ProtobufFields returns the fields of a protobuf message as JSON without its schema: by number, with values guessed
// from their bytes. An error means that the bytes aren't a plausible message.
func ProtobufFields(b []byte, l Limits) ([]byte, error) {
	w := wireReader{limits: l}
	if err := w.message(b, 0); err != nil {
		return nil, err
	}
	return w.out, nil
}

// maxPlausibleField is above the field numbers that people use; bytes that aren't a message have random ones.
const maxPlausibleField = 4096

var errImplausible = errors.New("no plausible message")

// wireReader writes a message as JSON.
type wireReader struct {
	limits Limits
	out    []byte
}

// wireField holds the values of one field number.
type wireField struct {
	number protowire.Number
	values [][]byte // as JSON
}

func (w *wireReader) message(b []byte, depth int) error {
	if err := w.limits.CheckDepth(depth); err != nil {
		return err
	}
	var fields []wireField
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 || number > maxPlausibleField {
			return errImplausible
		}
		value, size, err := w.value(number, kind, b[n:], depth)
		if err != nil {
			return err
		}
		b = b[n+size:]
		at := slices.IndexFunc(fields, func(f wireField) bool { return f.number == number })
		if at < 0 {
			at, fields = len(fields), append(fields, wireField{number: number})
		}
		fields[at].values = append(fields[at].values, value)
	}
	sorting.By(fields, func(a, b *wireField) int { return int(a.number - b.number) })
	w.out = append(w.out, '{')
	for i, f := range fields {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.out = append(strconv.AppendInt(append(w.out, '"'), int64(f.number), 10), `":`...)
		if len(f.values) > 1 {
			w.out = append(w.out, '[')
		}
		w.out = append(w.out, bytes.Join(f.values, []byte(","))...)
		if len(f.values) > 1 {
			w.out = append(w.out, ']')
		}
	}
	w.out = append(w.out, '}')
	return w.limits.CheckSize(len(w.out))
}

// value returns what follows a tag, as JSON, and its length in bytes.
func (w *wireReader) value(number protowire.Number, kind protowire.Type, b []byte, depth int) (value []byte, size int, err error) {
	switch kind {
	case protowire.VarintType:
		v, n := protowire.ConsumeVarint(b)
		value, size = strconv.AppendUint(nil, v, 10), n
		if v > math.MaxInt64 {
			value = strconv.AppendInt(nil, int64(v), 10)
		}
	case protowire.Fixed32Type:
		v, n := protowire.ConsumeFixed32(b)
		value, size = AppendFloat(nil, float64(math.Float32frombits(v)), 32), n
	case protowire.Fixed64Type:
		v, n := protowire.ConsumeFixed64(b)
		value, size = AppendFloat(nil, math.Float64frombits(v), 64), n
	case protowire.BytesType:
		v, n := protowire.ConsumeBytes(b)
		value, size = w.bytes(v, depth), n
	case protowire.StartGroupType:
		v, n := protowire.ConsumeGroup(number, b)
		inner := wireReader{limits: w.limits}
		if err := inner.message(v, depth+1); err != nil {
			return nil, 0, err
		}
		value, size = inner.out, n
	default:
		return nil, 0, errImplausible
	}
	if size < 0 {
		return nil, 0, errImplausible
	}
	return value, size, nil
}

// bytes returns b as text if it looks like text, as a message if it is one, and else as bytes.
func (w *wireReader) bytes(b []byte, depth int) []byte {
	if isText(b) {
		return appendString(nil, string(b))
	}
	inner := wireReader{limits: w.limits}
	if inner.message(b, depth+1) == nil {
		return inner.out
	}
	return AppendBytes(nil, b)
}
