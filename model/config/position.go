package config

import (
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// place is the position of a key in a document; both numbers begin at 1.
type place struct{ line, column int }

// places returns where each key and table of a TOML document first stands, by its full name as keyName and elementName
// write it. It stops at the first syntax error without reporting it: decoding reports it.
func places(document []byte) (found map[string]place, tooLong *place) {
	index := placeIndex{found: map[string]place{}, elements: map[string]int{}}
	index.parser.Reset(document)
	table := ""
	for index.parser.NextExpression() && index.tooLong == nil {
		expression := index.parser.Expression()
		switch expression.Kind {
		case unstable.Table:
			table = index.header(expression, false)
		case unstable.ArrayTable:
			table = index.header(expression, true)
		case unstable.KeyValue:
			index.keyValue(table, expression)
		}
	}
	return index.found, index.tooLong
}

// maxName is the max length of the full name of a key, tables included, so that the names of a document don't take many
// times its size: together they grow with depth times length.
const maxName = 1 << 10

type placeIndex struct {
	parser   unstable.Parser
	found    map[string]place
	elements map[string]int // array tables seen so far, by name
	tooLong  *place         // the first key with a name above maxName; nothing after it is read
}

// header records a table's name and returns it with the current element of each array table in it.
func (x *placeIndex) header(expression *unstable.Node, array bool) string {
	name := ""
	for key := expression.Key(); key.Next(); {
		name = keyName(name, string(key.Node().Data))
		if !x.note(name, key.Node()) {
			return ""
		}
		if array && key.IsLast() {
			x.elements[name]++
		}
		if n := x.elements[name]; n > 0 {
			name = elementName(name, n-1)
			x.note(name, key.Node())
		}
	}
	return name
}

func (x *placeIndex) keyValue(table string, expression *unstable.Node) {
	name := table
	for key := expression.Key(); key.Next(); {
		name = keyName(name, string(key.Node().Data))
		if !x.note(name, key.Node()) {
			return
		}
	}
	x.value(name, expression.Value())
}

// value records the keys of inline tables, including those in arrays.
func (x *placeIndex) value(name string, value *unstable.Node) {
	children := value.Children()
	switch value.Kind {
	case unstable.InlineTable:
		for children.Next() {
			x.keyValue(name, children.Node())
		}
	case unstable.Array:
		for i := 0; children.Next(); i++ {
			x.value(elementName(name, i), children.Node())
		}
	}
}

// note records where a name first stands and reports whether to continue.
func (x *placeIndex) note(name string, node *unstable.Node) bool {
	if _, known := x.found[name]; known || x.tooLong != nil {
		return x.tooLong == nil
	}
	start := x.parser.Shape(node.Raw).Start
	if len(name) > maxName {
		x.tooLong = &place{line: start.Line, column: start.Column}
		return false
	}
	x.found[name] = place{line: start.Line, column: start.Column}
	return true
}

// keyName returns the full name of a key in a table, as TOML writes it: quoted unless it is a bare key.
func keyName(table, key string) string {
	if key == "" || strings.ContainsFunc(key, notBare) {
		key = strconv.Quote(key)
	}
	if table == "" {
		return key
	}
	return table + "." + key
}

// elementName returns the name of one element of an array.
func elementName(array string, i int) string {
	return array + "[" + strconv.Itoa(i) + "]"
}

func notBare(r rune) bool {
	bare := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-'
	return !bare
}
