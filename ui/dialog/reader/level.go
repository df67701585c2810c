package reader

import (
	"encoding/base64"
	"slices"
	"strings"

	"streamdesk/model/jsontext"
	"streamdesk/model/payload/decode"
	"streamdesk/ui/widget"
)

// level is a value with its views.
type level struct {
	Value
	stored string
	before []string // the steps that were decoded to get stored
	value  decode.Value
	views  []view // empty while the value is being opened
	view   int
	most   int // the max number of rows so far: folding doesn't make the window smaller
}

// view is one way to show a value.
type view struct {
	name string
	body body
}

func newLevel(v Value) *level { return &level{Value: v, stored: v.Bytes} }

// payloadPath is the path of the payload itself.
const payloadPath = "."

// title returns the path, or "payload" for the payload itself.
func (l *level) title() string {
	if l.Path == payloadPath {
		return "payload"
	}
	return l.Path
}

func (l *level) opened(v decode.Value, views []view) { l.value, l.views = v, views }

// viewsOf returns the views of a value that differ, the most decoded one first.
func viewsOf(stored string, v decode.Value) []view {
	const asStored = "as stored"
	raw := view{asStored, newTextBody(stored)}
	hex := view{"hex", newHexBody(stored)}
	text := v.Bytes
	switch kind := strings.TrimLeft(v.JSON, " \t\r\n"); {
	case kind == "":
	case kind[0] == '{', kind[0] == '[':
		if tree := newTreeBody(v.JSON); tree != nil {
			return []view{{"JSON", tree}, raw, hex}
		}
		text = v.JSON // too much for a tree
	case kind[0] == '"':
		text = jsontext.Unquote(strings.TrimSpace(v.JSON))
	default:
		text = v.JSON
	}
	switch binary := widget.Binary(text); {
	case text == stored && binary:
		return []view{hex, raw}
	case text == stored:
		return []view{{"text", raw.body}, hex}
	case binary:
		return []view{{"bytes", newHexBody(text)}, raw, {"hex, as stored", hex.body}}
	default:
		return []view{{"text", newTextBody(text)}, raw, hex}
	}
}

// way returns how the value was opened: "base64 → gzip → msgpack"; "" when it wasn't opened.
func (l *level) way() string {
	steps := l.steps()
	if len(steps) == 0 && l.Quoted && l.isTree() {
		return "JSON string"
	}
	return strings.Join(steps, " → ")
}

// steps returns all decoding steps.
func (l *level) steps() []string { return slices.Concat(l.before, l.value.Steps) }

func (l *level) isTree() bool {
	if len(l.views) == 0 {
		return false
	}
	_, ok := l.views[0].body.(*treeBody)
	return ok
}

// child returns a new level for a value in the tree of this level.
func (l *level) child(path, key, text string, quoted bool) *level {
	c := newLevel(Value{Path: l.join(path), Bytes: text, Quoted: quoted})
	if key == decode.BytesKey && quoted { // the form that bytes have in JSON
		if b, err := base64.StdEncoding.DecodeString(text); err == nil {
			c.stored, c.before = string(b), []string{"base64"}
		}
	}
	return c
}

// pathOf returns the path of the value under the cursor.
func (l *level) pathOf(b body) string {
	if tree, ok := b.(*treeBody); ok {
		return l.join(tree.tree.Path())
	}
	return l.Path
}

// join turns a path within this value into a path from the payload. Between the two is the jq pipe that opens the value, or
// an arrow when jq can't open it.
func (l *level) join(path string) string {
	switch {
	case path == ".":
		return l.Path
	case l.Path == payloadPath:
		return path
	case l.Field:
		return l.Path + apart + path
	case l.Quoted:
		return l.Path + l.jq() + path
	case strings.HasPrefix(path, ".["):
		return l.Path + path[1:]
	default:
		return l.Path + path
	}
}

// apart stands between two paths that jq can't join.
const apart = " › "

// jq returns the jq pipe that opens the value, to put between two paths; apart when jq can't open it.
func (l *level) jq() string {
	var pipe strings.Builder
	for _, step := range l.steps() {
		switch step {
		case "base64":
			pipe.WriteString(" | @base64d")
		case "JSON string":
			pipe.WriteString(" | fromjson")
		default:
			return apart
		}
	}
	return pipe.String() + " | fromjson | "
}
