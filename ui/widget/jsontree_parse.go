package widget

import (
	"errors"
	"fmt"
	"strings"

	"streamdesk/model/jsontext"
	"streamdesk/model/words"
)

// jsonKind is the kind of a value, as its first byte shows it.
type jsonKind uint8

const (
	jsonObject jsonKind = iota
	jsonArray
	jsonString
	jsonNumber
	jsonWord // true, false, null
)

// jsonNode is one value of a JSON text. Nodes are in the order of the text, so the values inside a node follow it, up to
// next. Offsets have 32 bits to limit a node to 28 bytes: a text of a megabyte can contain half a million values.
type jsonNode struct {
	key        int32 // offset of the quoted key; -1 when there is none
	start, end int32 // offsets of the value's text
	next       int32 // the number of the first node after this one that isn't inside it
	parent     int32 // -1 for the root
	children   int32
	depth      uint16
	kind       jsonKind
	last       bool // no sibling follows
}

const (
	// maxJSONDepth is the same limit as in encoding/json.
	maxJSONDepth = 10_000
	// maxJSONBytes is the max size of a tree's text. Parsing that much takes a few hundredths of a second.
	maxJSONBytes = 16 << 20
	// maxJSONNodes limits the memory of a tree to 28 MB.
	maxJSONNodes = 1 << 20
)

// JSONError is the error of a text that can't be shown as a tree.
type JSONError struct {
	// Offset is the byte, from 0, at which the text stops being JSON; -1 when it is too large or nested too deep.
	Offset  int
	problem string
}

// Error returns what is wrong, with the place.
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

// jsonParser parses a JSON text in one pass and without recursion, so that deep nesting needs no stack.
type jsonParser struct {
	jsontext.Scanner
	nodes []jsonNode
	open  []jsonOpen
}

// jsonOpen is a container that isn't closed yet.
type jsonOpen struct {
	node int32
	last int32 // its newest child; -1 when there is none
}

// parseJSON returns the nodes of a text, or a *[JSONError].
func parseJSON(text string) ([]jsonNode, error) {
	if len(text) > maxJSONBytes {
		return nil, &JSONError{Offset: -1, problem: fmt.Sprintf("too large for a tree: %s", words.Bytes(len(text)))}
	}
	// A text has max one value more than commas and opening brackets. Counting them is much cheaper than growing a
	// large slice. Commas inside strings make the count too high; the bound by length limits that.
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
		// After a whole value: close the containers that end here, until a value has to follow or the text ends.
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

// value parses a scalar or an empty container, or opens a container. closed means that the value is whole.
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

// container opens the object or array n, and closes it at once when it is empty.
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

// after parses what follows a whole value in a container: a comma, or the closing bracket.
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

// key parses a key and its colon if the innermost container is an object.
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

// closing returns the closing bracket of a container of that kind.
func (k jsonKind) closing() byte {
	if k == jsonArray {
		return ']'
	}
	return '}'
}
