package payload_test

import (
	"encoding/json"
	"testing"

	"streamdesk/model"
)

func TestWatermill(t *testing.T) {
	const uuid = "7e4c5f3a-09a5-4f49-8e0a-2f1f7d0c6f11"
	const named = "\x83\xaecorrelation_id\xa3c-1\xa4name\xabOrderPlaced\xabtraceparent\xd9\x37" + traceparent
	check(t, "watermill", []sample{
		{
			name: "with metadata", stream: "orders", fields: []string{"_watermill_message_uuid", uuid, "metadata", named, "payload", `{"order_id":7}`},
			want:  model.Event{ID: uuid, Type: "OrderPlaced", WorkflowID: "c-1", Data: json.RawMessage(`{"order_id":7}`)},
			trace: trace, payloadField: "payload",
		},
		{
			name: "without metadata", stream: "orders", fields: []string{"_watermill_message_uuid", uuid, "metadata", "", "payload", `{"type":"order.paid","saga_id":9}`},
			want: model.Event{ID: uuid, Type: "order.paid", WorkflowID: "9", Data: json.RawMessage(`{"type":"order.paid","saga_id":9}`)}, payloadField: "payload",
		},
		{
			name: "compressed", stream: "orders", fields: []string{"_watermill_message_uuid", uuid, "metadata", "", "payload", zipped("\x81\xa1n\x01")},
			want: model.Event{ID: uuid, Data: json.RawMessage(`{"n":1}`)}, way: "gzip → msgpack", payloadField: "payload",
		},
		{
			name: "text", stream: "orders", fields: []string{"_watermill_message_uuid", uuid, "metadata", "", "payload", "hello\x1b"},
			want: model.Event{ID: uuid, Data: json.RawMessage(`"hello\u001b"`)}, payloadField: "payload",
		},
		{
			name: "bytes", stream: "orders", fields: []string{"_watermill_message_uuid", uuid, "metadata", "", "payload", "\xff\xfe"},
			want: model.Event{ID: uuid, Data: json.RawMessage(`{"$bytes":"//4="}`)}, payloadField: "payload",
		},
		{name: "without a payload", stream: "orders", fields: []string{"_watermill_message_uuid", uuid}, problem: `no payload field "payload"`},
		{name: "with broken metadata", stream: "orders", fields: []string{"_watermill_message_uuid", uuid, "metadata", "\x83\xae", "payload", "{}"}, problem: "metadata"},
	})
}
