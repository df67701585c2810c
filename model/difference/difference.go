// Package difference compares two entries: the values of two JSON texts by their paths, and the fields of two entries by their names.
// Start reading at [JSON].
package difference

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"streamdesk/model"
)

// Kind is how a value of the left differs from the one on the right.
type Kind uint8

// The kinds.
const (
	// Same is in both, and equal.
	Same Kind = iota
	// Changed is in both, and differs.
	Changed
	// Added is on the right only, Removed on the left only.
	Added
	Removed
)

// Change is a value of one or both sides: one that differs, or a scalar that is the same.
type Change struct {
	Kind Kind
	// Path is its path as jq writes it, "." for the whole; or the name of a field.
	Path string
	// Left and Right are its two values as JSON, or as they are stored; empty where there is none.
	Left, Right string
}

// textMost is the max size of a compared JSON text in bytes: what is longer, nobody reads side by side.
const textMost = 4 << 20

// ErrLarge means that a text is longer than can be compared.
var ErrLarge = errors.New("it is too long to be compared by path")

// JSON compares two JSON texts, in the order of their paths. Objects are compared key by key, whatever the order of the keys; of a
// repeated key the last counts. Arrays are compared index by index, numbers by their digits. It returns [ErrLarge] for a text above
// 4 MiB, and an error for one that isn't JSON.
func JSON(left, right string) ([]Change, error) {
	l, err := parse(left)
	if err != nil {
		return nil, err
	}
	r, err := parse(right)
	if err != nil {
		return nil, err
	}
	var c comparison
	c.values("", l, r)
	for i := range c.changes {
		if path := &c.changes[i].Path; !strings.HasPrefix(*path, ".") {
			*path = "." + *path
		}
	}
	return c.changes, nil
}

func parse(text string) (any, error) {
	if len(text) > textMost {
		return nil, ErrLarge
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more behind the JSON")
	}
	return value, nil
}

// comparison gathers the differences.
type comparison struct{ changes []Change }

func (c *comparison) add(kind Kind, path, left, right string) {
	c.changes = append(c.changes, Change{Kind: kind, Path: path, Left: left, Right: right})
}

func (c *comparison) values(path string, left, right any) {
	switch l := left.(type) {
	case map[string]any:
		if r, ok := right.(map[string]any); ok && len(l)+len(r) > 0 {
			c.objects(path, l, r)
			return
		}
	case []any:
		if r, ok := right.([]any); ok && len(l)+len(r) > 0 {
			c.arrays(path, l, r)
			return
		}
	}
	l, r, kind := text(left), text(right), Changed
	if l == r {
		kind = Same
	}
	c.add(kind, path, l, r)
}

func (c *comparison) objects(path string, left, right map[string]any) {
	keys := slices.Collect(maps.Keys(left))
	for key := range right {
		if _, both := left[key]; !both {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		l, onLeft := left[key]
		r, onRight := right[key]
		c.one(path+step(key), l, r, onLeft, onRight)
	}
}

func (c *comparison) arrays(path string, left, right []any) {
	for i := range max(len(left), len(right)) {
		var l, r any
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		c.one(path+"["+strconv.Itoa(i)+"]", l, r, i < len(left), i < len(right))
	}
}

func (c *comparison) one(path string, left, right any, onLeft, onRight bool) {
	switch {
	case !onLeft:
		c.add(Added, path, "", text(right))
	case !onRight:
		c.add(Removed, path, text(left), "")
	default:
		c.values(path, left, right)
	}
}

// step returns the part of a path that leads to a key.
func step(key string) string {
	plain := key != "" && strings.IndexFunc(key, func(r rune) bool {
		return r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	}) < 0
	if plain && (key[0] < '0' || key[0] > '9') {
		return "." + key
	}
	return "[" + text(key) + "]"
}

// text returns a value as JSON on one line.
func text(value any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return "?"
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Fields compares the fields of two entries by name, in the order of the left ones, without the fields called except. The first of a
// name is compared with the first of that name, the second with the second.
func Fields(left, right []model.Field, except string) []Change {
	var c comparison
	used := make([]bool, len(right))
	for i := range left {
		if left[i].Name == except && except != "" {
			continue
		}
		at := -1
		for j := range right {
			if !used[j] && right[j].Name == left[i].Name {
				at = j
				break
			}
		}
		switch {
		case at < 0:
			c.add(Removed, left[i].Name, left[i].Value, "")
			continue
		case left[i].Value == right[at].Value:
			c.add(Same, left[i].Name, left[i].Value, right[at].Value)
		default:
			c.add(Changed, left[i].Name, left[i].Value, right[at].Value)
		}
		used[at] = true
	}
	for j := range right {
		if !used[j] && (right[j].Name != except || except == "") {
			c.add(Added, right[j].Name, "", right[j].Value)
		}
	}
	return c.changes
}
