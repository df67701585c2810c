package payload

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"streamdesk/model"
)

// Paths say where an entry keeps the parts of its event. Each is a path into the JSON of the payload, with dots: "meta.run.id"; or,
// with "field:" before it, an entry field: "field:trace", with a path into the JSON in it: "field:metadata.order". The zero
// Paths are our own wire format's.
type Paths struct {
	// Payload is the entry field that holds the payload; empty means "data".
	Payload string
	// ID, Type, Workflow, Time, Agent, Trace and Data are paths; empty means the wire format's own key, or what a kind finds.
	ID, Type, Workflow, Time, Agent, Trace, Data string
}

// FieldPath begins a path that leads into an entry field of that name.
const FieldPath = "field:"

// ownPaths are those of our own wire format.
var ownPaths = Paths{Payload: model.FieldData, ID: "id", Type: "type", Workflow: "workflow_id", Time: "timestamp", Agent: "source_agent", Data: "data"}

// any says whether the paths lead anywhere that our own format doesn't.
func (p Paths) any() bool { return p != Paths{} && p.filled(ownPaths) != ownPaths }

// filled are the paths with others where they say nothing.
func (p Paths) filled(from Paths) Paths {
	return Paths{
		Payload: cmp.Or(p.Payload, from.Payload), ID: cmp.Or(p.ID, from.ID), Type: cmp.Or(p.Type, from.Type),
		Workflow: cmp.Or(p.Workflow, from.Workflow), Time: cmp.Or(p.Time, from.Time), Agent: cmp.Or(p.Agent, from.Agent),
		Trace: cmp.Or(p.Trace, from.Trace), Data: cmp.Or(p.Data, from.Data),
	}
}

// mapped is JSON in a field, with its parts where the settings say.
var mapped = kind{read: readMapped}

func readMapped(x *reading) error {
	x.PayloadField = cmp.Or(x.paths.Payload, model.FieldData)
	text, ok := x.Field(x.PayloadField)
	if !ok {
		return fmt.Errorf("%w %q", model.ErrNoPayload, x.PayloadField)
	}
	value := text
	if !startsObject(text) {
		if opened, way := x.value(text); way != "" { // or what is wrong with it is said of the bytes themselves
			value, x.Opened, x.Way = opened, opened, way
		}
	}
	if err := model.ScanObject(value, nil); err != nil {
		return fmt.Errorf("%w: %w", model.ErrNotEvent, err)
	}
	x.Trace = traceBeside(x.Fields)
	x.paths = x.paths.filled(ownPaths)
	x.Event.Data = json.RawMessage(value)
	return x.follow()
}

// follow takes the parts that the settings' paths lead to.
func (x *reading) follow() error {
	whole, _ := x.Payload()
	root := parseObject(whole)
	var wrongKind error
	for _, at := range [...]struct {
		part part
		path string
		into *string
	}{
		{partID, x.paths.ID, &x.Event.ID},
		{partType, x.paths.Type, (*string)(&x.Event.Type)},
		{partWorkflow, x.paths.Workflow, &x.Event.WorkflowID},
		{partAgent, x.paths.Agent, &x.Event.SourceAgent},
		{partTrace, x.paths.Trace, &x.Trace},
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
	x.Trace = traceID(x.Trace)
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

// lookUp is the value at the end of a path, as JSON; empty when it leads nowhere.
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
