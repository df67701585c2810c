package reader

import (
	"encoding/base64"
	"slices"
	"strings"

	"streamdesk/model/jsontext"
	"streamdesk/model/payload/decode"
	"streamdesk/ui/widget"
)

// level is a value with the ways to see it.
type level struct {
	Value
	stored string
	before []string // what was opened before stored came of it
	value  decode.Value
	views  []view // none while it is being opened
	view   int
	most   int // rows it has had: what is folded doesn't make the window smaller
}

// view is a way to see a value.
type view struct {
	name string
	body body
}

func newLevel(v Value) *level { return &level{Value: v, stored: v.Bytes} }

// payloadPath is the path of the payload itself.
const payloadPath = "."

// title is the path, in words where that says nothing.
func (l *level) title() string {
	if l.Path == payloadPath {
		return "payload"
	}
	return l.Path
}

func (l *level) opened(v decode.Value, views []view) { l.value, l.views = v, views }

// viewsOf are the ways to see a value, the one opened as far as it goes first, as long as they differ.
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

// way is how the value was opened: "base64 → gzip → msgpack"; empty when it wasn't.
func (l *level) way() string {
	steps := l.steps()
	if len(steps) == 0 && l.Quoted && l.isTree() {
		return "JSON string"
	}
	return strings.Join(steps, " → ")
}

// steps are all that was opened.
func (l *level) steps() []string { return slices.Concat(l.before, l.value.Steps) }

func (l *level) isTree() bool {
	if len(l.views) == 0 {
		return false
	}
	_, ok := l.views[0].body.(*treeBody)
	return ok
}

// child is the level of a value in the tree of this one.
func (l *level) child(path, key, text string, quoted bool) *level {
	c := newLevel(Value{Path: l.join(path), Bytes: text, Quoted: quoted})
	if key == decode.BytesKey && quoted { // the form that bytes have in JSON
		if b, err := base64.StdEncoding.DecodeString(text); err == nil {
			c.stored, c.before = string(b), []string{"base64"}
		}
	}
	return c
}

// pathOf is the path of what is under the cursor.
func (l *level) pathOf(b body) string {
	if tree, ok := b.(*treeBody); ok {
		return l.join(tree.tree.Path())
	}
	return l.Path
}

// join is a path within this value as one from the payload on: with what jq needs to open the value, or, where jq can't, an arrow.
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

// jq is what opens a string in jq, between the paths around it.
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
