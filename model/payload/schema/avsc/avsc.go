// Package avsc parses Avro's schemas (.avsc): what a library of Avro would do, too, but none of them without reflection on method
// names, which keeps every method of every type of a program in its binary, a fifth of it. Values are read and written by
// package schema. Start reading at [Parse].
package avsc

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Kind is the kind of a type, by its name in Avro.
type Kind string

// The kinds of types.
const (
	Null    Kind = "null"
	Boolean Kind = "boolean"
	Int     Kind = "int"
	Long    Kind = "long"
	Float   Kind = "float"
	Double  Kind = "double"
	Bytes   Kind = "bytes"
	String  Kind = "string"
	Record  Kind = "record"
	Error   Kind = "error" // a record
	Enum    Kind = "enum"
	Fixed   Kind = "fixed"
	Array   Kind = "array"
	Map     Kind = "map"
	Union   Kind = "union"
)

// The logical types that give a value another meaning.
const (
	Decimal              = "decimal"
	Date                 = "date"
	TimestampMillis      = "timestamp-millis"
	TimestampMicros      = "timestamp-micros"
	LocalTimestampMillis = "local-timestamp-millis"
	LocalTimestampMicros = "local-timestamp-micros"
)

// Type is a type of a schema. A type that refers to itself is a circle of pointers.
type Type struct {
	Kind Kind
	// Name is the full name of a record, an enum or a fixed, with its namespace.
	Name string
	// Fields are those of a record, Symbols those of an enum, in order. Size is the number of bytes of a fixed.
	Fields  []Field
	Symbols []string
	Size    int
	// Of is the type of an array's items, or of a map's values. Types are those of a union, in order.
	Of    *Type
	Types []*Type
	// Logical is the logical type; empty when there is none that Avro knows for this type. Precision and Scale are a decimal's.
	Logical          string
	Precision, Scale int
}

// Field is a field of a record.
type Field struct {
	Name string
	Type *Type
}

// Known are the named types that were parsed so far, by full name and by alias.
type Known map[string]*Type

// Parse parses a schema. It may name types in known, to which it adds its own.
func Parse(text []byte, known Known) (*Type, error) {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	p := parser{known: known, own: map[string]bool{}}
	return p.parse("", value)
}

// parser parses one schema; own are the names that it has declared.
type parser struct {
	known Known
	own   map[string]bool
}

func (p *parser) parse(namespace string, value any) (*Type, error) {
	switch value := value.(type) {
	case nil:
		return &Type{Kind: Null}, nil
	case string:
		return p.named(namespace, value)
	case []any:
		return p.union(namespace, value)
	case map[string]any:
		return p.object(namespace, value)
	default:
		return nil, fmt.Errorf("unknown type: %v", value)
	}
}

// primitives are the types that a name alone stands for.
var primitives = []Kind{Null, Boolean, Int, Long, Float, Double, Bytes, String}

func (p *parser) named(namespace, name string) (*Type, error) {
	if slices.Contains(primitives, Kind(name)) {
		return &Type{Kind: Kind(name)}, nil
	}
	if t := p.known[full(namespace, name)]; t != nil {
		return t, nil
	}
	return nil, fmt.Errorf("unknown type: %s", name)
}

func (p *parser) union(namespace string, values []any) (*Type, error) {
	u := &Type{Kind: Union}
	seen := map[string]bool{}
	for _, value := range values {
		t, err := p.parse(namespace, value)
		if err != nil {
			return nil, err
		}
		name := t.Name
		if name == "" {
			name = string(t.Kind) + "." + t.Logical
		}
		switch {
		case t.Kind == Union:
			return nil, fmt.Errorf("a union inside a union")
		case seen[name]:
			return nil, fmt.Errorf("a union has the type %s twice", strings.TrimSuffix(name, "."))
		}
		seen[name] = true
		u.Types = append(u.Types, t)
	}
	return u, nil
}

func (p *parser) object(namespace string, o map[string]any) (*Type, error) {
	name, ok := o["type"].(string)
	if !ok {
		if _, nested := o["type"]; !nested {
			return nil, fmt.Errorf("unknown type: %v", o)
		}
		return p.parse(namespace, o["type"])
	}
	switch kind := Kind(name); kind {
	case Record, Error, Enum, Fixed:
		return p.declared(namespace, kind, o)
	case Array:
		return p.list(namespace, kind, o, "items")
	case Map:
		return p.list(namespace, kind, o, "values")
	default:
		t, err := p.named(namespace, name)
		if err != nil || t.Name != "" {
			return t, err
		}
		t.meaning(o)
		return t, nil
	}
}

func (p *parser) list(namespace string, kind Kind, o map[string]any, key string) (t *Type, err error) {
	of, ok := o[key]
	if !ok {
		return nil, fmt.Errorf("type %s without %s", kind, key)
	}
	t = &Type{Kind: kind}
	t.Of, err = p.parse(namespace, of)
	return t, err
}

// declared parses a type with a name, which its own fields may already refer to.
func (p *parser) declared(namespace string, kind Kind, o map[string]any) (*Type, error) {
	name, _ := o["name"].(string)
	if given, _ := o["namespace"].(string); given != "" {
		namespace = given
	}
	t := &Type{Kind: kind, Name: full(namespace, name)}
	for part := range strings.SplitSeq(t.Name, ".") {
		if !isName(part) {
			return nil, fmt.Errorf("a type %s has the name %q: want letters, digits and _, with dots between", kind, t.Name)
		}
	}
	if p.own[t.Name] {
		return nil, fmt.Errorf("%s is declared twice", t.Name)
	}
	p.own[t.Name] = true
	p.known[t.Name] = t
	namespace = ""
	if dot := strings.LastIndexByte(t.Name, '.'); dot >= 0 {
		namespace = t.Name[:dot]
	}
	for _, alias := range texts(o["aliases"]) {
		p.known[full(namespace, alias)] = t
	}
	switch kind {
	case Enum:
		t.Symbols = texts(o["symbols"])
		if len(t.Symbols) == 0 {
			return nil, fmt.Errorf("the enum %s has no symbols", t.Name)
		}
		for _, symbol := range t.Symbols {
			if !isName(symbol) {
				return nil, fmt.Errorf("the enum %s has the symbol %q: want letters, digits and _", t.Name, symbol)
			}
		}
		return t, nil
	case Fixed:
		size, ok := whole(o["size"])
		if !ok {
			return nil, fmt.Errorf("the fixed %s has no size", t.Name)
		}
		t.Size = size
		t.meaning(o)
		return t, nil
	default:
		return t, p.fields(t, namespace, o)
	}
}

func (p *parser) fields(t *Type, namespace string, o map[string]any) error {
	fields, ok := o["fields"].([]any)
	if !ok {
		return fmt.Errorf("the record %s has no list of fields", t.Name)
	}
	seen := map[string]bool{}
	for _, value := range fields {
		field, _ := value.(map[string]any)
		name, _ := field["name"].(string)
		of, typed := field["type"]
		switch {
		case !isName(name):
			return fmt.Errorf("a field of %s has the name %q: want letters, digits and _", t.Name, name)
		case seen[name]:
			return fmt.Errorf("%s has the field %s twice", t.Name, name)
		case !typed:
			return fmt.Errorf("the field %s of %s has no type", name, t.Name)
		}
		seen[name] = true
		parsed, err := p.parse(namespace, of)
		if err != nil {
			return err
		}
		t.Fields = append(t.Fields, Field{name, parsed})
	}
	return nil
}

// full returns a name with its namespace; a name with a dot has one of its own.
func full(namespace, name string) string {
	if namespace == "" || strings.Contains(name, ".") {
		return name
	}
	return namespace + "." + name
}

func isName(name string) bool {
	for i, r := range name {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != ""
}

func texts(value any) []string {
	list, _ := value.([]any)
	var out []string
	for _, v := range list {
		if text, ok := v.(string); ok {
			out = append(out, text)
		}
	}
	return out
}

func whole(value any) (int, bool) {
	f, ok := value.(float64)
	const most = 1 << 31
	return int(f), ok && f >= 0 && f < most && f == float64(int(f))
}
