package payload

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"streamdesk/model"
)

// cloudEvents is an event of cloudevents.io. It is either one JSON object in a field, as dapr writes it ("data", with
// dapr's metadata beside it), or has each attribute in a separate field. Field names may have the prefixes of the HTTP,
// Kafka and AMQP bindings.
var cloudEvents = kind{
	name: "cloudevents",
	marks: func(x *reading) bool {
		if _, ok := x.attributePrefix(); ok {
			return true
		}
		return x.body().has("specversion", "type") && (x.body().has("id") || x.body().has("source"))
	},
	read: func(x *reading) error {
		if prefix, ok := x.attributePrefix(); ok {
			return x.attributes(prefix)
		}
		return x.cloudEvent()
	},
}

// attributePrefixes are the possible prefixes of attribute names.
var attributePrefixes = [...]string{"", "ce_", "ce-", "cloudEvents:", "cloudEvents_"}

// attributePrefix returns the prefix of the entry's fields; false when they aren't attributes.
func (x *reading) attributePrefix() (string, bool) {
	for _, prefix := range attributePrefixes {
		if _, ok := x.Field(prefix + "specversion"); ok {
			_, ok = x.Field(prefix + "type")
			return prefix, ok
		}
	}
	return "", false
}

// attributes decodes an event whose attributes are fields. Its data is the first of the usual payload fields that isn't
// an attribute.
func (x *reading) attributes(prefix string) error {
	var fields []model.Field
	for _, f := range x.Fields {
		if name, ok := strings.CutPrefix(f.Name, prefix); ok {
			fields = append(fields, model.Field{Name: name, Value: f.Value})
		}
	}
	x.contextOf(fields)
	for _, name := range bodyFields {
		if text, ok := x.Field(name); ok {
			x.carry(name, text)
			break
		}
	}
	if x.Event.Data == nil {
		_ = readFlat(x)
	}
	x.subject(fields)
	return nil
}

// cloudEvent decodes an event that is one JSON object.
func (x *reading) cloudEvent() error {
	b := x.body()
	if b.field == "" || !b.has("specversion") {
		return fmt.Errorf("%w: no field holds a JSON object with specversion, type and id", model.ErrNotEvent)
	}
	x.keep(b)
	x.Headers = b.headers("data", "data_base64")
	fields := b.plain()
	x.contextOf(fields)
	switch {
	case b.has("data_base64"):
		raw, err := base64.StdEncoding.DecodeString(b.text("data_base64"))
		if err != nil {
			return fmt.Errorf("%w: data_base64: %w", model.ErrNotEvent, err)
		}
		value, _ := x.value(string(raw))
		x.Event.Data = json.RawMessage(value)
	case b.has("data"):
		x.Event.Data = json.RawMessage(b.raw("data"))
		x.unwrap()
	default:
		x.Event.Data = json.RawMessage(b.json)
	}
	x.subject(fields)
	return nil
}

// contextOf sets the event's parts from the context attributes, and the trace from the distributed tracing extension.
func (x *reading) contextOf(attributes []model.Field) {
	for _, f := range attributes {
		switch f.Name {
		case "id":
			x.take(partID, f.Value)
		case "type":
			x.take(partType, f.Value)
		case "source":
			x.take(partAgent, f.Value)
		case "time":
			x.take(partTime, f.Value)
		}
	}
	x.fill(attributes)
}

// subject fills in missing parts from the data, and uses the subject as the workflow when nothing else names one.
func (x *reading) subject(attributes []model.Field) {
	x.fill(parseObject(string(x.Event.Data)).plain())
	for _, f := range attributes {
		if f.Name == "subject" {
			x.take(partWorkflow, f.Value)
		}
	}
}
