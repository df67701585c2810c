package payload_test

import (
	"encoding/json"
	"testing"

	"streamdesk/model"
)

func TestCloudEvents(t *testing.T) {
	const dapr = `{"data":{"orderId":7},"datacontenttype":"application/json","id":"5929aaac-a5e2-4ca1-859c-edfe73f11565",` +
		`"pubsubname":"orderpubsub","source":"checkout","specversion":"1.0","time":"2025-11-05T13:07:09Z","topic":"orders",` +
		`"traceid":"` + traceparent + `","traceparent":"` + traceparent + `","tracestate":"","type":"com.dapr.event.sent"}`
	event := model.Event{
		ID: "5929aaac-a5e2-4ca1-859c-edfe73f11565", Type: "com.dapr.event.sent", Timestamp: at("2025-11-05T13:07:09Z"),
		SourceAgent: "checkout", Data: json.RawMessage(`{"orderId":7}`),
	}
	about := func(workflow, data string) model.Event {
		return model.Event{ID: "A-1", Type: "order.paid", WorkflowID: workflow, SourceAgent: "/shop", Data: json.RawMessage(data)}
	}
	const begin = `{"specversion":"1.0","id":"A-1","type":"order.paid","source":"/shop",`
	check(t, "cloudevents", []sample{
		{name: "as dapr writes them", stream: "orders", fields: []string{"data", dapr}, want: event, trace: trace, payloadField: "data"},
		{
			name: "as dapr writes them with metadata", stream: "orders", fields: []string{"data", dapr, "metadata", `{"ttlInSeconds":"60"}`},
			want: event, trace: trace, payloadField: "data",
		},
		{name: "compressed in another field", stream: "orders", fields: []string{"event", zipped(dapr)}, want: event, trace: trace, way: "gzip", payloadField: "event"},
		{
			name: "with a correlation and a subject", stream: "s", fields: []string{"data", begin + `"subject":"orders/7","correlationid":"c-1","data":{"n":1}}`},
			want: about("c-1", `{"n":1}`), payloadField: "data",
		},
		{
			name: "with a subject alone", stream: "s", fields: []string{"data", begin + `"subject":"orders/7","data":{"n":1}}`},
			want: about("orders/7", `{"n":1}`), payloadField: "data",
		},
		{
			name: "with the workflow in the data, which is a string", stream: "s", fields: []string{"data", begin + `"data":"{\"workflow_id\":\"wf-1\"}"}`},
			want: about("wf-1", `{"workflow_id":"wf-1"}`), payloadField: "data",
		},
		{
			name: "with data in base64", stream: "s", fields: []string{"data", begin + `"data_base64":"eyJuIjoxfQ=="}`},
			want: about("", `{"n":1}`), payloadField: "data",
		},
		{
			name: "without data", stream: "s", fields: []string{"data", begin + `"subject":"x"}`},
			want: about("x", begin+`"subject":"x"}`), payloadField: "data",
		},
		{name: "with base64 that is none", stream: "s", fields: []string{"data", begin + `"data_base64":"!"}`}, problem: "data_base64"},
		{
			name: "with attributes as fields", stream: "s",
			fields: []string{"specversion", "1.0", "id", "A-1", "type", "order.paid", "source", "/shop", "subject", "orders/7", "traceparent", traceparent, "data", `{"n":1}`},
			want:   about("orders/7", `{"n":1}`), trace: trace, payloadField: "data",
		},
		{
			name: "with attributes as fields that begin with ce_, and msgpack", stream: "s",
			fields: []string{"ce_specversion", "1.0", "ce_id", "A-1", "ce_type", "order.paid", "ce_source", "/shop", "ce_correlationid", "c-1", "payload", "\x81\xa1n\x01"},
			want:   about("c-1", `{"n":1}`), way: "msgpack", payloadField: "payload",
		},
		{
			name: "with attributes as fields and no data", stream: "s", fields: []string{"ce-specversion", "1.0", "ce-id", "A-1", "ce-type", "order.paid", "ce-source", "/shop"},
			want: about("", `{"ce-specversion":"1.0","ce-id":"A-1","ce-type":"order.paid","ce-source":"/shop"}`),
		},
	})
}
