package schema

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"streamdesk/model/payload/decode"
	"streamdesk/model/payload/schema/avsc"
)

// avroWriter encodes JSON, as avroReader writes it, in Avro's binary form.
type avroWriter struct{ out []byte }

// wanted returns an error about a value that isn't what is wanted. where is its path, such as "lines[0].sku".
func wanted(where, what string, v any) error {
	shown, err := json.Marshal(v)
	const most = 40
	if err != nil || len(shown) > most {
		shown = append(shown[:min(len(shown), most)], "…"...)
	}
	if where == "" {
		return fmt.Errorf("%s where %s is wanted", shown, what)
	}
	return fmt.Errorf("%s: %s where %s is wanted", where, shown, what)
}

func inside(where, name string) string {
	if where == "" {
		return name
	}
	return where + "." + name
}

func (w *avroWriter) value(s *avsc.Type, v any, where string) error {
	switch s.Kind {
	case avsc.Record, avsc.Error:
		return w.record(s, v, where)
	case avsc.Enum:
		text, ok := v.(string)
		at := slices.Index(s.Symbols, text)
		if !ok || at < 0 {
			return wanted(where, "one of "+strings.Join(s.Symbols, ", "), v)
		}
		w.long(int64(at))
		return nil
	case avsc.Fixed:
		b, err := raw(v, s, s.Size, where)
		if err == nil && len(b) != s.Size {
			err = wanted(where, strconv.Itoa(s.Size)+" bytes", v)
		}
		w.out = append(w.out, b...)
		return err
	case avsc.Array:
		list, ok := v.([]any)
		if !ok {
			return wanted(where, "a list", v)
		}
		w.count(len(list))
		for i := range list {
			if err := w.value(s.Of, list[i], where+"["+strconv.Itoa(i)+"]"); err != nil {
				return err
			}
		}
		w.long(0) // no more blocks
		return nil
	case avsc.Map:
		object, ok := v.(map[string]any)
		if !ok {
			return wanted(where, "an object", v)
		}
		w.count(len(object))
		for _, key := range slices.Sorted(maps.Keys(object)) {
			w.lengthed([]byte(key))
			if err := w.value(s.Of, object[key], inside(where, key)); err != nil {
				return err
			}
		}
		w.long(0)
		return nil
	case avsc.Union:
		return w.union(s, v, where)
	case avsc.Null:
		if v != nil {
			return wanted(where, "null", v)
		}
		return nil
	default:
		return w.primitive(s, v, where)
	}
}

func (w *avroWriter) record(s *avsc.Type, v any, where string) error {
	object, ok := v.(map[string]any)
	if !ok {
		return wanted(where, "an object", v)
	}
	var names []string
	for _, f := range s.Fields {
		names = append(names, f.Name)
		value, ok := object[f.Name]
		if !ok {
			return fmt.Errorf("%s is missing, a field of %s", inside(where, f.Name), s.Name)
		}
		if err := w.value(f.Type, value, inside(where, f.Name)); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if !slices.Contains(names, name) {
			return fmt.Errorf("%s is no field of %s; there are %s", inside(where, name), s.Name, fewOf(names))
		}
	}
	return nil
}

func (w *avroWriter) union(s *avsc.Type, v any, where string) error {
	var names []string
	for i, t := range s.Types {
		switch {
		case t.Kind == avsc.Null && v == nil:
			w.long(int64(i))
			return nil
		case t.Kind == avsc.Null:
		case !tagged(s, t) && v != nil:
			w.long(int64(i))
			return w.value(t, v, where)
		default:
			names = append(names, fmt.Sprintf("{%q: …}", nameOf(t)))
			if object, ok := v.(map[string]any); ok && len(object) == 1 {
				if inner, ok := object[nameOf(t)]; ok {
					w.long(int64(i))
					return w.value(t, inner, where)
				}
			}
		}
	}
	return wanted(where, "one of "+strings.Join(names, ", "), v)
}

func (w *avroWriter) primitive(s *avsc.Type, v any, where string) error {
	switch s.Kind {
	case avsc.Boolean:
		on, ok := v.(bool)
		if !ok {
			return wanted(where, "true or false", v)
		}
		w.out = append(w.out, 0)
		if on {
			w.out[len(w.out)-1] = 1
		}
	case avsc.Int, avsc.Long:
		n, err := integer(s, v, where)
		if err != nil {
			return err
		}
		w.long(n)
	case avsc.Float, avsc.Double:
		f, err := strconv.ParseFloat(fmt.Sprint(v), 64)
		if err != nil || v == nil {
			return wanted(where, "a number", v)
		}
		if s.Kind == avsc.Float {
			w.out = binary.LittleEndian.AppendUint32(w.out, math.Float32bits(float32(f)))
		} else {
			w.out = binary.LittleEndian.AppendUint64(w.out, math.Float64bits(f))
		}
	case avsc.Bytes, avsc.String:
		b, err := raw(v, s, 0, where)
		if err != nil {
			return err
		}
		w.lengthed(b)
	default:
		return fmt.Errorf("there are no values of type %s", s.Kind)
	}
	return nil
}

// integer returns a whole number that fits the type, or the number that represents a time.
func integer(s *avsc.Type, v any, where string) (int64, error) {
	bits := 64
	if s.Kind == avsc.Int {
		bits = 32
	}
	if text, ok := v.(string); ok {
		layout := timeLayout(s.Logical)
		at, err := time.Parse(layout, text)
		switch {
		case layout == "" || err != nil:
		case s.Logical == avsc.Date:
			return at.Unix() / int64(day), nil
		case s.Logical == avsc.TimestampMillis || s.Logical == avsc.LocalTimestampMillis:
			return at.UnixMilli(), nil
		default:
			return at.UnixMicro(), nil
		}
		if layout != "" {
			return 0, wanted(where, "a time such as "+time.Unix(0, 0).UTC().Format(layout), v)
		}
	}
	number, _ := v.(json.Number)
	n, err := strconv.ParseInt(number.String(), 10, bits)
	if err != nil {
		return 0, wanted(where, fmt.Sprintf("a whole number of %d bits", bits), v)
	}
	return n, nil
}

// raw returns the bytes of a text, of an object that represents bytes, or of a decimal. A decimal has size bytes, or
// the min number when size is 0.
func raw(v any, s *avsc.Type, size int, where string) ([]byte, error) {
	text, isText := v.(string)
	if s.Logical == avsc.Decimal {
		b, ok := decimalBytes(text, s.Scale, size)
		if !isText || !ok {
			return nil, wanted(where, fmt.Sprintf("a decimal in quotes with %d digits behind the point", s.Scale), v)
		}
		return b, nil
	}
	if isText {
		return []byte(text), nil
	}
	if object, ok := v.(map[string]any); ok && len(object) == 1 {
		if encoded, ok := object[decode.BytesKey].(string); ok {
			if b, err := base64.StdEncoding.DecodeString(encoded); err == nil {
				return b, nil
			}
		}
	}
	return nil, wanted(where, `text, or {"`+decode.BytesKey+`": base64},`, v)
}

// decimalBytes returns a decimal in two's complement; false when it has a different number of decimals or doesn't fit.
func decimalBytes(text string, scale, size int) ([]byte, bool) {
	whole, fraction, _ := strings.Cut(text, ".")
	n, ok := new(big.Int).SetString(whole+fraction, 10)
	if !ok || len(fraction) != max(scale, 0) || len(text) > maxDecimal {
		return nil, false
	}
	least := n.BitLen()/8 + 1
	if n.Sign() < 0 {
		least = new(big.Int).Not(n).BitLen()/8 + 1
	}
	if size == 0 {
		size = least
	}
	if least > size {
		return nil, false
	}
	if n.Sign() < 0 {
		n.Add(n, new(big.Int).Lsh(big.NewInt(1), uint(size)*8))
	}
	return n.FillBytes(make([]byte, size)), true
}

func (w *avroWriter) long(n int64) { w.out = binary.AppendVarint(w.out, n) }

func (w *avroWriter) lengthed(b []byte) {
	w.long(int64(len(b)))
	w.out = append(w.out, b...)
}

// count begins the block of a list, unless the list is empty.
func (w *avroWriter) count(n int) {
	if n > 0 {
		w.long(int64(n))
	}
}
