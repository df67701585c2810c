package model

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
)

// Envelope says where other people's streams keep what our wire format keeps in "data": the field of the entry that
// holds JSON, and the dotted path in that JSON to each part. The zero Envelope is our own wire format.
type Envelope struct {
	// Payload is the entry field that holds the JSON; empty means "data".
	Payload string
	// ID, Type, Workflow, Time, Agent and Data are dotted paths such as "meta.run.id"; empty means the wire format's own key.
	ID, Type, Workflow, Time, Agent, Data string
}

func (v Envelope) payloadField() string {
	if v.Payload == "" {
		return FieldData
	}
	return v.Payload
}

// wire says whether every path is the wire format's own, which has a reader of its own.
func (v Envelope) wire() bool {
	return (v.ID == "" || v.ID == "id") && (v.Type == "" || v.Type == "type") &&
		(v.Workflow == "" || v.Workflow == "workflow_id") && (v.Time == "" || v.Time == "timestamp") &&
		(v.Agent == "" || v.Agent == "source_agent") && (v.Data == "" || v.Data == "data")
}

func (v Envelope) parse(payload string) (Event, error) {
	if v.wire() {
		return ParseEvent(payload)
	}
	var root map[string]json.RawMessage
	if err := ScanObject(payload, nil); err != nil {
		return Event{}, fmt.Errorf("%w: %w", ErrNotEvent, err)
	}
	if err := json.Unmarshal([]byte(payload), &root); err != nil {
		return Event{}, fmt.Errorf("%w: %w", ErrNotEvent, err)
	}
	var e Event
	var wrongKind error
	for _, part := range [...]struct {
		path, wire string
		into       *string
	}{
		{v.ID, "id", &e.ID},
		{v.Type, "type", (*string)(&e.Type)},
		{v.Workflow, "workflow_id", &e.WorkflowID},
		{v.Agent, "source_agent", &e.SourceAgent},
	} {
		path := cmp.Or(part.path, part.wire)
		if value := lookUp(root, path); value != nil {
			if err := setString(part.into, path, string(value)); err != nil && wrongKind == nil {
				wrongKind = fmt.Errorf("%w: %w", ErrNotEvent, err)
			}
		}
	}
	if value := lookUp(root, cmp.Or(v.Time, "timestamp")); value != nil {
		e.Timestamp, _ = parseTimestamp(string(value))
	}
	if value := lookUp(root, cmp.Or(v.Data, "data")); string(value) != "null" {
		e.Data = value
	}
	return e, wrongKind
}

// lookUp follows a dotted path into an object; nil when it leads nowhere.
func lookUp(root map[string]json.RawMessage, path string) json.RawMessage {
	for {
		key, rest, more := strings.Cut(path, ".")
		value, ok := root[key]
		if !ok || !more {
			return value
		}
		root = nil
		if json.Unmarshal(value, &root) != nil {
			return nil
		}
		path = rest
	}
}
