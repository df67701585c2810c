package avsc

import (
	"strconv"
	"strings"
)

// Canonical returns the Parsing Canonical Form of a schema. logical keeps the logical types, and the kind of errors, as some
// producers do before they compute a fingerprint.
func (t *Type) Canonical(logical bool) string {
	return string(t.canonical(nil, logical, map[string]bool{}))
}

// canonical appends the form to out. Types already seen are written by name.
func (t *Type) canonical(out []byte, logical bool, seen map[string]bool) []byte {
	named := func(kind Kind) bool {
		if seen[t.Name] {
			out = strconv.AppendQuote(out, t.Name)
			return false
		}
		seen[t.Name] = true
		out = append(out, `{"name":"`+t.Name+`","type":"`+string(kind)+`"`...)
		return true
	}
	meaning := ""
	if logical {
		meaning = t.meant()
	}
	switch t.Kind {
	case Record, Error:
		kind := Record
		if logical {
			kind = t.Kind
		}
		if !named(kind) {
			return out
		}
		out = append(out, `,"fields":[`...)
		for i := range t.Fields {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(out, `{"name":"`+t.Fields[i].Name+`","type":`...)
			out = append(t.Fields[i].Type.canonical(out, logical, seen), '}')
		}
		return append(out, "]}"...)
	case Enum:
		if named(Enum) {
			out = append(out, `,"symbols":["`+strings.Join(t.Symbols, `","`)+`"]}`...)
		}
		return out
	case Fixed:
		if named(Fixed) {
			out = append(strconv.AppendInt(append(out, `,"size":`...), int64(t.Size), 10), meaning+"}"...)
		}
		return out
	case Array:
		return append(t.Of.canonical(append(out, `{"type":"array","items":`...), logical, seen), '}')
	case Map:
		return append(t.Of.canonical(append(out, `{"type":"map","values":`...), logical, seen), '}')
	case Union:
		out = append(out, '[')
		for i, other := range t.Types {
			if i > 0 {
				out = append(out, ',')
			}
			out = other.canonical(out, logical, seen)
		}
		return append(out, ']')
	default:
		if meaning != "" {
			return append(out, `{"type":"`+string(t.Kind)+`"`+meaning+"}"...)
		}
		return append(out, `"`+string(t.Kind)+`"`...)
	}
}

// meant returns the logical type as further members of an object.
func (t *Type) meant() string {
	switch {
	case t.Logical == "":
		return ""
	case t.Logical == Decimal && t.Scale > 0:
		return `,"logicalType":"decimal","precision":` + strconv.Itoa(t.Precision) + `,"scale":` + strconv.Itoa(t.Scale)
	case t.Logical == Decimal:
		return `,"logicalType":"decimal","precision":` + strconv.Itoa(t.Precision)
	default:
		return `,"logicalType":"` + t.Logical + `"`
	}
}
