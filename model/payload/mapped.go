package payload

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"streamdesk/model"
)

// Paths locate the parts of an entry's event. Each is a path with dots into the payload's JSON, such as "meta.run.id".
// With "field:" before it, it is an entry field ("field:trace"), with or without a path into that field's JSON
// ("field:metadata.order"). The zero Paths are those of our own wire format.
type Paths struct {
	// Payload is the entry field that holds the payload; empty means "data".
	Payload string
	// ID, Type, Workflow, Time, Agent, Trace and Data are paths; empty means the wire format's own key, or what a kind finds.
	ID, Type, Workflow, Time, Agent, Trace, Data string
}

// FieldPath is the prefix of a path into the entry field of that name.
const FieldPath = "field:"

// ownPaths are the paths of our own wire format.
var ownPaths = Paths{Payload: model.FieldData, ID: "id", Type: "type", Workflow: "workflow_id", Time: "timestamp", Agent: "source_agent", Data: "data"}

// any reports whether the paths differ from our own format's.
func (p Paths) any() bool { return p != Paths{} && p.filled(ownPaths) != ownPaths }

// filled returns the paths with empty ones replaced by those in from.
func (p Paths) filled(from Paths) Paths {
	return Paths{
		Payload: cmp.Or(p.Payload, from.Payload), ID: cmp.Or(p.ID, from.ID), Type: cmp.Or(p.Type, from.Type),
		Workflow: cmp.Or(p.Workflow, from.Workflow), Time: cmp.Or(p.Time, from.Time), Agent: cmp.Or(p.Agent, from.Agent),
		Trace: cmp.Or(p.Trace, from.Trace), Data: cmp.Or(p.Data, from.Data),
	}
}

// mapped is JSON in a field, with its parts at the settings' paths.
var mapped = kind{read: readMapped}

func readMapped(x *reading) error {
	x.PayloadField = cmp.Or(x.paths.Payload, model.FieldData)
	text, ok := x.Field(x.PayloadField)
	if !ok {
		return fmt.Errorf("%w %q", model.ErrNoPayload, x.PayloadField)
	}
	value := text
	if !startsObject(text) {
		if opened, way := x.value(text); way != "" { // else an error is about the original bytes
			value, x.Opened, x.Way = opened, opened, way
		}
	}
	if err := model.ScanObject(value, nil); err != nil {
		return fmt.Errorf("%w: %w", model.ErrNotEvent, err)
	}
	traceBeside(&x.Record)
	x.paths = x.paths.filled(ownPaths)
	x.Event.Data = json.RawMessage(value)
	return x.follow()
}

// follow sets the parts at the settings' paths.
func (x *reading) follow() error {
	whole, _ := x.Payload()
	root := parseObject(whole)
	var wrongKind error
	trace := ""
	for _, at := range [...]struct {
		part part
		path string
		into *string
	}{
		{partID, x.paths.ID, &x.Event.ID},
		{partType, x.paths.Type, (*string)(&x.Event.Type)},
		{partWorkflow, x.paths.Workflow, &x.Event.WorkflowID},
		{partAgent, x.paths.Agent, &x.Event.SourceAgent},
		{partTrace, x.paths.Trace, &trace},
	} {
		switch value := x.lookUp(root, at.path); {
		case value == "" || value == "null":
		case value[0] == '{' || value[0] == '[':
			if wrongKind == nil {
				wrongKind = fmt.Errorf("%w: %q holds %s… where a string is wanted", model.ErrNotEvent, at.path, value[:1])
			}
		default:
			*at.into = plainText(value)
		}
	}
	if trace != "" {
		setTrace(&x.Record, trace, stateBeside(x.Fields))
	}
	if value := x.lookUp(root, x.paths.Time); value != "" {
		if t, ok := model.ParseTime(plainText(value)); ok {
			x.Event.Timestamp = t
		}
	}
	switch value := x.lookUp(root, x.paths.Data); value {
	case "":
	case "null":
		x.Event.Data = nil
	default:
		x.Event.Data = json.RawMessage(value)
	}
	x.unwrap()
	return wrongKind
}

// lookUp returns the JSON value at a path; empty when there is none.
func (x *reading) lookUp(root object, path string) string {
	if path == "" {
		return ""
	}
	name, fields := strings.CutPrefix(path, FieldPath)
	if !fields {
		return lookIn(root, path)
	}
	for end := len(name); end > 0; end = strings.LastIndexByte(name[:end], '.') {
		text, ok := x.Field(name[:end])
		switch {
		case !ok:
		case end == len(name):
			return string(model.AppendString(nil, text))
		default:
			value, _ := x.value(text)
			return lookIn(parseObject(value), name[end+1:])
		}
	}
	return ""
}

func lookIn(root object, path string) string {
	for {
		key, rest, more := strings.Cut(path, ".")
		if !more {
			return root.raw(key)
		}
		root, path = root.in(key), rest
	}
}
