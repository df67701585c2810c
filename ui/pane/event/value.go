package event

import "streamdesk/ui/widget"

// Value is something in an entry that can be read by itself.
type Value struct {
	// Path is where it stands in the payload, as jq writes it; "." is the payload itself. Of a field it is the name.
	Path string
	// Bytes are the value as it is stored.
	Bytes string
	// JSON is what it was opened as, and Way how, where the event's own envelope and schemas have opened it; else empty.
	JSON, Way string
	// Quoted says that it stands in JSON as a string, Field that it is a field of the entry.
	Quoted, Field bool
}

// Value is the value under the cursor: of a tree what its line shows, of the fields that field, else the payload. False when
// nothing is shown, or nothing of it was kept.
func (p *Pane) Value() (Value, bool) {
	switch b := p.body().(type) {
	case nil:
		return Value{}, false
	case *treeBody:
		path := b.tree.Path()
		if path == "." && p.record.PayloadField != "" {
			return payloadValue(p), true
		}
		if text, quoted, ok := b.tree.Scalar(); ok {
			return Value{Path: path, Bytes: text, Quoted: quoted}, true
		}
		return Value{Path: path, Bytes: b.tree.Text()}, true
	case *fieldsBody:
		if len(b.fields) == 0 {
			return Value{}, false
		}
		return fieldValue(p, b.current()), true
	default:
		if p.record.PayloadField == "" {
			return fieldValue(p, p.fieldsShown().current()), true
		}
		return payloadValue(p), true
	}
}

func payloadValue(p *Pane) Value {
	return Value{Path: ".", Bytes: p.stored(), JSON: p.record.Opened, Way: p.record.Way}
}

// fieldValue is a field as a value. The one with the payload is the payload.
func fieldValue(p *Pane, i int) Value {
	f := &p.record.Fields[i]
	if f.Name == p.record.PayloadField && f.Value == p.stored() {
		return payloadValue(p)
	}
	return Value{Path: widget.Escape(f.Name), Bytes: f.Value, Field: true}
}
