package decode

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// node is a JSON value with its members in order, for writers that need their number.
type node struct {
	kind   byte // one of { [ " 0 (number) t (true or false) n (null)
	text   string
	on     bool
	keys   []string // of an object
	values []node   // of an object or an array
}

// parse parses one JSON value.
func parse(value []byte) (node, error) {
	d := json.NewDecoder(strings.NewReader(string(value)))
	d.UseNumber()
	n, err := parseNext(d, 0)
	if err != nil {
		return n, fmt.Errorf("not JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return n, errors.New("not JSON: something follows the value")
	}
	return n, nil
}

func parseNext(d *json.Decoder, depth int) (node, error) {
	if err := DefaultLimits.CheckDepth(depth); err != nil {
		return node{}, err
	}
	token, err := d.Token()
	if err != nil {
		return node{}, err
	}
	switch token := token.(type) {
	case string:
		return node{kind: '"', text: token}, nil
	case json.Number:
		return node{kind: '0', text: token.String()}, nil
	case bool:
		return node{kind: 't', on: token}, nil
	case json.Delim:
		return parseMembers(d, byte(token), depth)
	default:
		return node{kind: 'n'}, nil
	}
}

func parseMembers(d *json.Decoder, kind byte, depth int) (node, error) {
	n := node{kind: kind}
	for d.More() {
		if kind == '{' {
			key, err := d.Token()
			if err != nil {
				return n, err
			}
			text, _ := key.(string) // the decoder allows only string keys
			n.keys = append(n.keys, text)
		}
		value, err := parseNext(d, depth+1)
		if err != nil {
			return n, err
		}
		n.values = append(n.values, value)
	}
	_, err := d.Token()
	return n, err
}

// bytes returns the bytes that an object {"$bytes": …} represents.
func (n *node) bytes() ([]byte, bool) {
	if n.kind != '{' || len(n.keys) != 1 || n.keys[0] != BytesKey || n.values[0].kind != '"' {
		return nil, false
	}
	b, err := base64.StdEncoding.DecodeString(n.values[0].text)
	return b, err == nil
}

// number returns an integer when the text is one that fits, and a float otherwise.
func (n *node) number() (any, error) {
	if !strings.ContainsAny(n.text, ".eE") {
		if i, err := strconv.ParseInt(n.text, 10, 64); err == nil {
			return i, nil
		}
		if u, err := strconv.ParseUint(n.text, 10, 64); err == nil {
			return u, nil
		}
	}
	return strconv.ParseFloat(n.text, 64)
}
