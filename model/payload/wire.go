package payload

import (
	"encoding/json"
	"errors"
	"fmt"

	"streamdesk/model"
)

// wire is our own format: JSON in "data" with the keys id, type, workflow_id, timestamp, data and source_agent.
var wire = kind{
	name: "streamdesk",
	marks: func(x *reading) bool {
		b := x.body()
		return b.field == model.FieldData && (b.has("workflow_id") || b.has("source_agent") || b.has("id", "type", "timestamp", "data"))
	},
	read: func(x *reading) error {
		if err := readWire(&x.Record, x.opening); err != nil {
			return err
		}
		if x.keyless() {
			x.fill(parseObject(string(x.Event.Data)).plain())
		}
		return nil
	},
}

// keyless reports whether the data is the whole payload, because there is no key "data".
func (x *reading) keyless() bool {
	whole, _ := x.Payload()
	return string(x.Event.Data) == whole
}

// readOwn decodes an entry that is unmistakably in our own format. For any other it leaves the record unchanged.
func readOwn(r *model.Record) bool {
	payload, ok := r.Field(model.FieldData)
	if !ok || payload == "" || payload[0] != '{' {
		return false
	}
	event, err := model.ParseEvent(payload)
	if err != nil || len(event.Data) == 0 || event.Data[0] == '"' || event.WorkflowID == "" && event.SourceAgent == "" {
		return false
	}
	r.Event, r.PayloadField = event, model.FieldData
	traceBeside(r)
	return true
}

// readWire decodes our own format, also when it isn't plain JSON. Without a key "data", the whole object is the data.
func readWire(r *model.Record, p *opening) error {
	payload, ok := r.Field(model.FieldData)
	if !ok {
		return fmt.Errorf("%w %q", model.ErrNoPayload, model.FieldData)
	}
	r.PayloadField = model.FieldData
	traceBeside(r)
	event, err := model.ParseEvent(payload)
	if errors.Is(err, model.ErrNotEvent) {
		if value, way := p.open(payload); way != "" {
			r.Opened, r.Way, payload = value, way, value
			event, err = model.ParseEvent(payload)
		}
	}
	r.Event = event
	if err != nil {
		return err
	}
	if event.Data == nil && model.FirstKey(payload, model.FieldData) == "" {
		r.Event.Data = json.RawMessage(payload)
	}
	r.Event.Data = unwrapped(r.Event.Data, p)
	return nil
}
