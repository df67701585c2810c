package schema

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"streamdesk/model"
	"streamdesk/model/payload/decode"
	"streamdesk/model/payload/schema/avsc"
)

// avroReader writes a value as JSON while it reads it, by its schema. It checks each part of the output against the
// limits, whatever lengths the bytes claim.
type avroReader struct {
	bytes  []byte
	limits decode.Limits
	out    []byte
}

func (r *avroReader) value(s *avsc.Type, depth int) error {
	if err := r.limits.CheckDepth(depth); err != nil {
		return err
	}
	if err := r.limits.CheckSize(len(r.out)); err != nil {
		return err
	}
	switch s.Kind {
	case avsc.Record, avsc.Error:
		r.out = append(r.out, '{')
		for i, f := range s.Fields {
			if i > 0 {
				r.out = append(r.out, ',')
			}
			r.out = append(model.AppendString(r.out, f.Name), ':')
			if err := r.value(f.Type, depth+1); err != nil {
				return err
			}
		}
		r.out = append(r.out, '}')
		return nil
	case avsc.Enum:
		n, err := r.long()
		if err != nil {
			return err
		}
		if n < 0 || n >= int64(len(s.Symbols)) {
			return fmt.Errorf("%s has no symbol %d", s.Name, n)
		}
		r.out = model.AppendString(r.out, s.Symbols[n])
		return nil
	case avsc.Fixed:
		b, err := r.take(int64(s.Size))
		if err != nil {
			return err
		}
		return r.raw(b, s)
	case avsc.Array:
		r.out = append(r.out, '[')
		err := r.blocks(func() error { return r.value(s.Of, depth+1) })
		r.out = append(r.out, ']')
		return err
	case avsc.Map:
		r.out = append(r.out, '{')
		err := r.blocks(func() error {
			key, err := r.lengthed()
			if err != nil {
				return err
			}
			if !utf8.Valid(key) {
				return errors.New("a key of a map is no UTF-8")
			}
			r.out = append(model.AppendString(r.out, string(key)), ':')
			return r.value(s.Of, depth+1)
		})
		r.out = append(r.out, '}')
		return err
	case avsc.Union:
		return r.union(s, depth)
	case avsc.Null:
		r.out = append(r.out, "null"...)
		return nil
	default:
		return r.primitive(s)
	}
}

// union writes null or the only other type directly, and one of several types under its name.
func (r *avroReader) union(s *avsc.Type, depth int) error {
	n, err := r.long()
	if err != nil {
		return err
	}
	if n < 0 || n >= int64(len(s.Types)) {
		return fmt.Errorf("a union of %d types has no type %d", len(s.Types), n)
	}
	chosen := s.Types[n]
	if !tagged(s, chosen) {
		return r.value(chosen, depth+1)
	}
	r.out = append(model.AppendString(append(r.out, '{'), nameOf(chosen)), ':')
	err = r.value(chosen, depth+1)
	r.out = append(r.out, '}')
	return err
}

// tagged reports whether a value of that type in a union is written under the type's name.
func tagged(s, chosen *avsc.Type) bool {
	others := len(s.Types)
	if slices.ContainsFunc(s.Types, func(t *avsc.Type) bool { return t.Kind == avsc.Null }) {
		others--
	}
	return others > 1 && chosen.Kind != avsc.Null
}

// blocks reads the blocks of an array or a map. A negative count is followed by the block's size.
func (r *avroReader) blocks(one func() error) error {
	for first := true; ; {
		n, err := r.long()
		if err == nil && n < 0 {
			n = -n
			_, err = r.long()
		}
		switch {
		case err != nil:
			return err
		case n == 0:
			return nil
		case n < 0:
			return errors.New("a block of more than there can be")
		}
		for range n {
			if !first {
				r.out = append(r.out, ',')
			}
			first = false
			if err := one(); err != nil {
				return err
			}
		}
	}
}

func (r *avroReader) primitive(s *avsc.Type) error {
	switch s.Kind {
	case avsc.Boolean:
		b, err := r.take(1)
		if err == nil && b[0] > 1 {
			err = fmt.Errorf("the byte %#x is neither true nor false", b[0])
		}
		if err == nil {
			r.out = strconv.AppendBool(r.out, b[0] == 1)
		}
		return err
	case avsc.Int, avsc.Long:
		n, err := r.long()
		if err == nil && s.Kind == avsc.Int && n != int64(int32(n)) {
			err = fmt.Errorf("%d is no 32-bit number", n)
		}
		r.number(n, s.Logical)
		return err
	case avsc.Float:
		b, err := r.take(4)
		if err == nil {
			r.out = decode.AppendFloat(r.out, float64(math.Float32frombits(binary.LittleEndian.Uint32(b))), 32)
		}
		return err
	case avsc.Double:
		b, err := r.take(8)
		if err == nil {
			r.out = decode.AppendFloat(r.out, math.Float64frombits(binary.LittleEndian.Uint64(b)), 64)
		}
		return err
	case avsc.Bytes, avsc.String:
		b, err := r.lengthed()
		if err != nil {
			return err
		}
		return r.raw(b, s)
	default:
		return fmt.Errorf("there are no values of type %s", s.Kind)
	}
}

// number writes an integer, or the time that it represents.
func (r *avroReader) number(n int64, logical string) {
	if layout := timeLayout(logical); layout != "" {
		if at := timeOf(n, logical); at.Year() >= 0 && at.Year() <= 9999 {
			r.out = append(at.AppendFormat(append(r.out, '"'), layout), '"')
			return
		}
	}
	r.out = strconv.AppendInt(r.out, n, 10)
}

// timeLayout returns the layout of a logical type that is written as text; empty for others.
func timeLayout(logical string) string {
	switch logical {
	case avsc.Date:
		return time.DateOnly
	case avsc.TimestampMillis, avsc.TimestampMicros:
		return time.RFC3339Nano
	case avsc.LocalTimestampMillis, avsc.LocalTimestampMicros:
		return strings.TrimSuffix(time.RFC3339Nano, "Z07:00")
	default:
		return ""
	}
}

const day = 24 * time.Hour / time.Second

// timeOf returns the time that a number of a logical type represents.
func timeOf(n int64, logical string) time.Time {
	switch logical {
	case avsc.Date:
		return time.Unix(n*int64(day), 0).UTC()
	case avsc.TimestampMillis, avsc.LocalTimestampMillis:
		return time.UnixMilli(n).UTC()
	default:
		return time.UnixMicro(n).UTC()
	}
}

// raw writes bytes or text, or the decimal that they represent.
func (r *avroReader) raw(b []byte, s *avsc.Type) error {
	if s.Logical == avsc.Decimal {
		text, err := decimalText(b, s.Scale)
		r.out = model.AppendString(r.out, text)
		return err
	}
	if err := r.limits.CheckSize(len(r.out) + len(b)); err != nil {
		return err
	}
	r.out = decode.AppendBytes(r.out, b)
	return nil
}

// maxDecimal is the max length of a decimal in bytes: formatting takes time quadratic in the length.
const maxDecimal = 1 << 10

// decimalText formats a number in two's complement with scale digits after the point.
func decimalText(b []byte, scale int) (string, error) {
	if len(b) > maxDecimal || scale > maxDecimal {
		return "", fmt.Errorf("%w: a decimal of more than %d bytes", decode.ErrLimit, maxDecimal)
	}
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0] >= 1<<7 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(len(b))*8))
	}
	if scale <= 0 {
		return n.String(), nil
	}
	digits := new(big.Int).Abs(n).String()
	if short := scale + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", short) + digits
	}
	point := len(digits) - scale
	return strings.Repeat("-", max(0, -n.Sign())) + digits[:point] + "." + digits[point:], nil
}

// long reads a zigzag number of variable length.
func (r *avroReader) long() (int64, error) {
	n, size := binary.Varint(r.bytes)
	if size <= 0 {
		return 0, io.ErrUnexpectedEOF
	}
	r.bytes = r.bytes[size:]
	return n, nil
}

func (r *avroReader) lengthed() ([]byte, error) {
	n, err := r.long()
	if err != nil {
		return nil, err
	}
	return r.take(n)
}

func (r *avroReader) take(n int64) ([]byte, error) {
	if n < 0 || n > int64(len(r.bytes)) {
		return nil, io.ErrUnexpectedEOF
	}
	b := r.bytes[:n]
	r.bytes = r.bytes[n:]
	return b, nil
}
