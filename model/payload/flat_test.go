package payload_test

import (
	"encoding/json"
	"testing"

	"streamdesk/model"
)

func TestTheFieldsAreTheEvent(t *testing.T) {
	of := func(data string) model.Event { return model.Event{Data: json.RawMessage(data)} }
	check(t, "flat", []sample{
		{name: "fields", stream: "sensors", fields: []string{"temperature", "21.5", "room", "küche"}, want: of(`{"temperature":"21.5","room":"küche"}`)},
		{
			name: "with the usual names", stream: "orders",
			fields: []string{"event_type", "order.paid", "event_id", "e-1", "id", "7", "correlation_id", "c-1", "timestamp", "1762348029", "service", "shop", "trace_id", "t-1"},
			want: model.Event{
				ID: "e-1", Type: "order.paid", WorkflowID: "c-1", Timestamp: at("2025-11-05T13:07:09Z"), SourceAgent: "shop",
				Data: json.RawMessage(`{"event_type":"order.paid","event_id":"e-1","id":"7","correlation_id":"c-1","timestamp":"1762348029","service":"shop","trace_id":"t-1"}`),
			},
			trace: "t-1",
		},
		{
			name: "with JSON in one of them", stream: "orders", fields: []string{"json_payload", `{"event_type":"tool_invoked","run_id":"r-1"}`},
			want: model.Event{Type: "tool_invoked", WorkflowID: "r-1", Data: json.RawMessage(`{"json_payload":{"event_type":"tool_invoked","run_id":"r-1"}}`)},
		},
		{name: "with a list, and what is compressed", stream: "s", fields: []string{"a", "[1,2]", "b", zipped(`{"n":1}`)}, want: of(`{"a":[1,2],"b":{"n":1}}`)},
		{name: "with a name twice", stream: "s", fields: []string{"a", "1", "b", "2", "a", "3"}, want: of(`{"a":["1","3"],"b":"2"}`)},
		{name: "with bytes", stream: "s", fields: []string{"a", "\xff\xfe"}, want: of(`{"a":{"$bytes":"//4="}}`)},
		{name: "with text in data", stream: "s", fields: []string{"data", "hello"}, want: of(`{"data":"hello"}`)},
		{name: "with a list in data", stream: "s", fields: []string{"data", "[1]"}, want: of(`{"data":[1]}`)},
		{name: "with a body that is text", stream: "mail", fields: []string{"subject", "hi", "body", "hello"}, want: of(`{"subject":"hi","body":"hello"}`)},
		{name: "with text that looks like a string of JSON", stream: "s", fields: []string{"a", `"b"`, "c", "null"}, want: of(`{"a":"\"b\"","c":"null"}`)},
		{name: "empty", stream: "s", fields: []string{"", ""}, want: of(`{"":""}`)},
		{name: "none", stream: "s", want: of(`{}`)},
	})
}

func TestRedpandaConnect(t *testing.T) {
	check(t, "connect", []sample{
		{
			name: "with metadata beside", stream: "orders", fields: []string{"body", `{"order_id":7}`, "kafka_topic", "orders", "event_type", "order.paid", "correlation_id", "c-1", "traceparent", traceparent},
			want: model.Event{Type: "order.paid", WorkflowID: "c-1", Data: json.RawMessage(`{"order_id":7}`)}, trace: trace, payloadField: "body",
		},
		{
			name: "compressed, alone", stream: "orders", fields: []string{"body", zipped(`{"id":7,"type":"order.paid"}`)},
			want: model.Event{ID: "7", Type: "order.paid", Data: json.RawMessage(`{"id":7,"type":"order.paid"}`)}, way: "gzip", payloadField: "body",
		},
	})
}
