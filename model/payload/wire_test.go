package payload_test

import (
	"encoding/json"
	"testing"

	"streamdesk/model"
)

func TestOurOwnFormat(t *testing.T) {
	whole := `{"id":"e1","type":"order.paid","workflow_id":"wf-1","timestamp":"2025-11-05T13:07:09.5+00:00","data":{"n":1},"source_agent":"shop"}`
	event := model.Event{
		ID: "e1", Type: "order.paid", WorkflowID: "wf-1", Timestamp: at("2025-11-05T13:07:09.5Z"), SourceAgent: "shop",
		Data: json.RawMessage(`{"n":1}`),
	}
	check(t, "", []sample{
		{name: "as it is written", stream: "events:order.paid", fields: []string{"data", whole}, want: event, payloadField: "data"},
		{
			name: "with a traceparent beside it", stream: "events:order.paid", fields: []string{"data", whole, "traceparent", traceparent},
			want: event, trace: trace, payloadField: "data",
		},
		{name: "compressed", stream: "events:order.paid", fields: []string{"data", zipped(whole)}, want: event, way: "gzip", payloadField: "data"},
		{
			name: "with an object in a string", stream: "s", fields: []string{"data", `{"workflow_id":"w","data":"{\"n\":1}"}`},
			want: model.Event{WorkflowID: "w", Data: json.RawMessage(`{"n":1}`)}, payloadField: "data",
		},
		{
			name: "without a key data", stream: "f:bare", fields: []string{"data", `{"hello":"world"}`},
			want: model.Event{Data: json.RawMessage(`{"hello":"world"}`)}, payloadField: "data",
		},
		{
			name: "without a key data, with keys of others", stream: "f:bare",
			fields: []string{"data", `{"event_type":"order.paid","order":7,"createdAt":"2025-11-05T13:07:09Z","correlationId":"o-7"}`},
			want: model.Event{
				Type: "order.paid", WorkflowID: "o-7", Timestamp: at("2025-11-05T13:07:09Z"),
				Data: json.RawMessage(`{"event_type":"order.paid","order":7,"createdAt":"2025-11-05T13:07:09Z","correlationId":"o-7"}`),
			},
			payloadField: "data",
		},
		{name: "nothing in it", stream: "s", fields: []string{"data", `{}`}, want: model.Event{Data: json.RawMessage(`{}`)}, payloadField: "data"},
		{name: "cut off", stream: "s", fields: []string{"data", `{"id":"e1","da`}, problem: "not an event"},
		{name: "with a part of the wrong kind", stream: "s", fields: []string{"data", `{"workflow_id":[1],"data":{}}`}, problem: `"workflow_id"`},
	})
}
