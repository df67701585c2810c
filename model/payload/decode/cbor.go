package decode

import (
	"bytes"
	"fmt"
	"math/big"
	"strconv"
	"time"

	"github.com/fxamacker/cbor/v2"

	"streamdesk/model/sorting"
)

// cborMark is the mark at the start of self-described CBOR (RFC 8949, 3.4.6).
const cborMark = "\xd9\xd9\xf7"

// cborMarked is CBOR with its mark, cborForm a whole map or array without it. The first byte of a CBOR map begins a
// string in msgpack, that of an array a map. So msgpack is tried first.
var (
	cborMarked = form{name: "CBOR with its tag", value: true, sure: true, fits: begins(cborMark), open: openCBOR, exact: exactCBOR, pack: func(b []byte) ([]byte, error) {
		packed, err := packCBOR(b)
		return append([]byte(cborMark), packed...), err
	}}
	cborForm = form{
		name: "CBOR", value: true, open: openCBOR, pack: packCBOR, exact: exactCBOR,
		fits: func(b []byte, _ Limits) bool {
			const array, object = 4, 5 // the major types
			return len(b) > 0 && (b[0]>>5 == array || b[0]>>5 == object)
		},
	}
)

// cborMode returns the mode to decode CBOR of a length, within the bounds that the library accepts.
func cborMode(length int, l Limits, times cbor.TimeTagToAnyMode) (cbor.DecMode, error) {
	const maxNested, leastItems = 512, 16
	items := max(min(length, 1<<24), leastItems)
	return cbor.DecOptions{
		MaxNestedLevels: min(max(l.Depth, 4), maxNested), MaxArrayElements: items, MaxMapPairs: items,
		UTF8: cbor.UTF8DecodeInvalid, TimeTag: cbor.DecTagOptional, TimeTagToAny: times, DupMapKey: cbor.DupMapKeyQuiet,
	}.DecMode()
}

func openCBOR(b []byte, l Limits) ([]byte, error) {
	mode, err := cborMode(len(b), l, cbor.TimeTagToRFC3339Nano)
	if err != nil {
		return nil, err
	}
	var value any
	if err := mode.Unmarshal(b, &value); err != nil {
		return nil, err
	}
	w := cborWriter{limits: l}
	err = w.value(value, 0)
	return w.out, err
}

// exactCBOR returns the value as a Go value, without its mark. Times stay distinct from their text.
func exactCBOR(b []byte) (value any, err error) {
	b = bytes.TrimPrefix(b, []byte(cborMark))
	mode, err := cborMode(len(b), Limits{}.orDefault(), cbor.TimeTagToTime)
	if err == nil {
		err = mode.Unmarshal(b, &value)
	}
	return value, err
}

// cborWriter writes decoded values as JSON. Members are sorted, because the library doesn't keep their order.
type cborWriter struct {
	limits Limits
	out    []byte
}

func (w *cborWriter) value(v any, depth int) error {
	if err := w.limits.CheckDepth(depth); err != nil {
		return err
	}
	if err := w.limits.CheckSize(len(w.out)); err != nil {
		return err
	}
	switch v := v.(type) {
	case nil:
		w.out = append(w.out, "null"...)
	case bool:
		w.out = strconv.AppendBool(w.out, v)
	case uint64:
		w.out = strconv.AppendUint(w.out, v, 10)
	case int64:
		w.out = strconv.AppendInt(w.out, v, 10)
	case big.Int:
		w.out = v.Append(w.out, 10)
	case float64:
		w.out = AppendFloat(w.out, v, 64)
	case string:
		w.out = AppendBytes(w.out, []byte(v))
	case []byte:
		w.out = AppendBytes(w.out, v)
	case time.Time:
		w.out = append(v.UTC().AppendFormat(append(w.out, '"'), time.RFC3339Nano), '"')
	case []any:
		w.out = append(w.out, '[')
		for i := range v {
			if i > 0 {
				w.out = append(w.out, ',')
			}
			if err := w.value(v[i], depth+1); err != nil {
				return err
			}
		}
		w.out = append(w.out, ']')
	case map[any]any:
		return w.object(v, depth)
	case cbor.Tag:
		w.out = strconv.AppendUint(append(w.out, `{"$tag":`...), v.Number, 10)
		w.out = append(w.out, `,"value":`...)
		if err := w.value(v.Content, depth+1); err != nil {
			return err
		}
		w.out = append(w.out, '}')
	case cbor.SimpleValue:
		w.out = strconv.AppendUint(append(w.out, `{"$simple":`...), uint64(v), 10)
		w.out = append(w.out, '}')
	default:
		w.out = appendString(w.out, fmt.Sprint(v))
	}
	return nil
}

func (w *cborWriter) object(v map[any]any, depth int) error {
	type member struct {
		key   string
		value any
	}
	members := make([]member, 0, len(v))
	for key, value := range v {
		k := cborWriter{limits: w.limits}
		if err := k.value(key, depth+1); err != nil {
			return err
		}
		members = append(members, member{string(quoteKey(k.out, 0)), value})
	}
	sorting.By(members, func(a, b *member) int {
		if a.key < b.key {
			return -1
		}
		return 1
	})
	w.out = append(w.out, '{')
	for i, m := range members {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.out = append(append(w.out, m.key...), ':')
		if err := w.value(m.value, depth+1); err != nil {
			return err
		}
	}
	w.out = append(w.out, '}')
	return nil
}

func packCBOR(value []byte) ([]byte, error) {
	n, err := parse(value)
	if err != nil {
		return nil, err
	}
	plain, err := n.plain()
	if err != nil {
		return nil, err
	}
	return cbor.Marshal(plain)
}

// plain returns the value as a Go value. The last of repeated keys counts.
func (n *node) plain() (any, error) {
	switch n.kind {
	case '"':
		return n.text, nil
	case 't':
		return n.on, nil
	case '0':
		return n.number()
	case '[':
		list := make([]any, len(n.values))
		for i := range n.values {
			var err error
			if list[i], err = n.values[i].plain(); err != nil {
				return nil, err
			}
		}
		return list, nil
	case '{':
		if b, ok := n.bytes(); ok {
			return b, nil
		}
		object := make(map[string]any, len(n.values))
		for i := range n.values {
			value, err := n.values[i].plain()
			if err != nil {
				return nil, err
			}
			object[n.keys[i]] = value
		}
		return object, nil
	default:
		return nil, nil //nolint:nilnil // null
	}
}
