package event

import (
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// Value returns the value under the cursor: in a tree the one on its line, in the fields that field, else the payload. It
// returns false when nothing is shown, or nothing of it was kept.
func (p *Pane) Value() (pane.Value, bool) {
	switch b := p.body().(type) {
	case nil:
		return pane.Value{}, false
	case *treeBody:
		path := b.tree.Path()
		if path == "." && p.record.PayloadField != "" {
			return payloadValue(p), true
		}
		if text, quoted, ok := b.tree.Scalar(); ok {
			return pane.Value{Path: path, Bytes: text, Quoted: quoted}, true
		}
		return pane.Value{Path: path, Bytes: b.tree.Text()}, true
	case *fieldsBody:
		if len(b.fields) == 0 {
			return pane.Value{}, false
		}
		return fieldValue(p, b.current()), true
	default:
		if p.record.PayloadField == "" {
			return fieldValue(p, p.fieldsShown().current()), true
		}
		return payloadValue(p), true
	}
}

func payloadValue(p *Pane) pane.Value {
	return pane.Value{Path: ".", Bytes: p.stored(), JSON: p.record.Opened, Way: p.record.Way}
}

// fieldValue returns a field as a value. The field with the payload gives the payload.
func fieldValue(p *Pane, i int) pane.Value {
	f := &p.record.Fields[i]
	if f.Name == p.record.PayloadField && f.Value == p.stored() {
		return payloadValue(p)
	}
	return pane.Value{Path: widget.Escape(f.Name), Bytes: f.Value, Field: true}
}
