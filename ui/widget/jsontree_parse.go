package widget

import (
	"errors"
	"fmt"
	"strings"

	"streamdesk/model/jsontext"
	"streamdesk/model/words"
)

// jsonKind is what a value is, by its first byte.
type jsonKind uint8

const (
	jsonObject jsonKind = iota
	jsonArray
	jsonString
	jsonNumber
	jsonWord // true, false, null
)

// jsonNode is one value of a JSON text. Nodes stand in the order of the text, so that what is inside a node follows
// it, up to next. Offsets of 32 bits keep it at 28 bytes: a text of a megabyte can hold half a million values.
type jsonNode struct {
	key        int32 // where the quoted key starts, -1 for a value that has none
	start, end int32 // the value's own text
	next       int32 // the number of the first node that isn't inside
	parent     int32 // -1 for the root
	children   int32
	depth      uint16
	kind       jsonKind
	last       bool // no sibling follows
}

const (
	// maxJSONDepth is where encoding/json stops, too.
	maxJSONDepth = 10_000
	// maxJSONBytes bounds what a tree is made of: parsing as much takes a few hundredths of a second.
	maxJSONBytes = 16 << 20
	// maxJSONNodes bounds the memory of a tree to 28 MB.
	maxJSONNodes = 1 << 20
)

// JSONError says where and why a text can't be shown as a tree.
type JSONError struct {
	// Offset is the byte, from 0, at which the text stops being JSON; -1 when it is JSON, and too much of it.
	Offset  int
	problem string
}

// Error says what is wrong, with the place.
func (e *JSONError) Error() string {
	if e.Offset < 0 {
		return e.problem
	}
	return fmt.Sprintf("broken JSON at byte %d: %s", e.Offset, e.problem)
}

func notJSON(e *jsontext.SyntaxError) *JSONError {
	found := "the text ends"
	if !e.Ended {
		found = fmt.Sprintf("%q stands", e.Found)
	}
	return &JSONError{Offset: e.Offset, problem: fmt.Sprintf("%s where %s should", found, e.Want)}
}

// jsonParser reads a JSON text in one pass without recursion: how deep the text is nested costs no stack.
type jsonParser struct {
	jsontext.Scanner
	nodes []jsonNode
	open  []jsonOpen
}

// jsonOpen is a container that isn't closed yet.
type jsonOpen struct {
	node int32
	last int32 // its newest child, -1 for none
}

// parseJSON makes the nodes of a text, or a *[JSONError].
func parseJSON(text string) ([]jsonNode, error) {
	if len(text) > maxJSONBytes {
		return nil, &JSONError{Offset: -1, problem: fmt.Sprintf("too large for a tree: %s", words.Bytes(len(text)))}
	}
	// No text has more values than commas and opening brackets; counting them costs next to nothing beside
	// growing a large slice. Commas inside strings don't count, which the bound by length makes up for.
	values := 1 + strings.Count(text, ",") + strings.Count(text, "{") + strings.Count(text, "[")
	p := jsonParser{
		Scanner: jsontext.Scanner{Text: text},
		nodes:   make([]jsonNode, 0, min(values, len(text)/2+1, maxJSONNodes)),
	}
	err := p.document()
	if syntax, ok := errors.AsType[*jsontext.SyntaxError](err); ok {
		return nil, notJSON(syntax)
	}
	if err != nil {
		return nil, err
	}
	return p.nodes, nil
}

func (p *jsonParser) document() error {
	key := int32(-1)
	for {
		closed, err := p.value(key)
		if err != nil {
			return err
		}
		// After a whole value: close what ends here, until a value is due or the text is done.
		for closed {
			p.Space()
			if len(p.open) == 0 {
				if p.At < len(p.Text) {
					return p.Fail("the end")
				}
				return nil
			}
			if closed, err = p.after(); err != nil {
				return err
			}
		}
		if key, err = p.key(); err != nil {
			return err
		}
	}
}

// value reads a scalar or an empty container, or opens a container; closed says that it is whole.
func (p *jsonParser) value(key int32) (closed bool, err error) {
	p.Space()
	if len(p.nodes) == maxJSONNodes {
		return false, &JSONError{Offset: -1, problem: "too much for a tree: more than " + words.Grouped(maxJSONNodes) + " values"}
	}
	n := jsonNode{key: key, start: int32(p.At), parent: -1, depth: uint16(len(p.open))}
	number := int32(len(p.nodes))
	if len(p.open) > 0 {
		top := &p.open[len(p.open)-1]
		n.parent, top.last = top.node, number
		p.nodes[top.node].children++
	}
	switch c := p.Peek(); {
	case c == '{', c == '[':
		return p.container(n, number)
	case c == '"':
		n.kind, err = jsonString, p.Quoted()
	case c == '-' || c >= '0' && c <= '9':
		n.kind, err = jsonNumber, p.Number()
	default:
		n.kind, err = jsonWord, p.Word()
	}
	n.end, n.next = int32(p.At), number+1
	p.nodes = append(p.nodes, n)
	return true, err
}

// container opens the object or array n; an empty one is closed at once.
func (p *jsonParser) container(n jsonNode, number int32) (closed bool, err error) {
	if p.Text[p.At] == '[' {
		n.kind = jsonArray
	}
	if len(p.open) == maxJSONDepth {
		return false, &JSONError{Offset: -1, problem: "nested more than " + words.Grouped(maxJSONDepth) + " deep"}
	}
	p.nodes = append(p.nodes, n)
	p.open = append(p.open, jsonOpen{node: number, last: -1})
	p.At++
	p.Space()
	if p.Peek() == n.kind.closing() {
		p.end()
		return true, nil
	}
	return false, nil
}

// after reads what follows a whole value inside a container: a comma, or the bracket that closes it.
func (p *jsonParser) after() (closed bool, err error) {
	closing := p.nodes[p.open[len(p.open)-1].node].kind.closing()
	switch p.Peek() {
	case ',':
		p.At++
		p.Space()
		return false, nil
	case closing:
		p.end()
		return true, nil
	default:
		return false, p.Fail("',' or '" + string(closing) + "'")
	}
}

// end closes the innermost container at its bracket.
func (p *jsonParser) end() {
	top := p.open[len(p.open)-1]
	p.open = p.open[:len(p.open)-1]
	p.At++
	n := &p.nodes[top.node]
	n.end, n.next = int32(p.At), int32(len(p.nodes))
	if top.last >= 0 {
		p.nodes[top.last].last = true
	}
}

// key reads a key and its colon when the innermost container is an object.
func (p *jsonParser) key() (int32, error) {
	if p.nodes[p.open[len(p.open)-1].node].kind != jsonObject {
		return -1, nil
	}
	key := int32(p.At)
	if p.Peek() != '"' {
		return -1, p.Fail("a key in quotes")
	}
	if err := p.Quoted(); err != nil {
		return -1, err
	}
	p.Space()
	return key, p.Take(':', "':'")
}

// closing is the bracket that ends a container of that kind.
func (k jsonKind) closing() byte {
	if k == jsonArray {
		return ']'
	}
	return '}'
}
