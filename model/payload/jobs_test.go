package payload_test

import (
	"encoding/json"
	"testing"

	"streamdesk/model"
)

func TestBullMQ(t *testing.T) {
	of := func(kind, job, data string) model.Event {
		return model.Event{Type: model.Type(kind), WorkflowID: job, Data: json.RawMessage(data)}
	}
	const stream = "bull:emails:events"
	check(t, "bullmq", []sample{
		{name: "waiting", stream: stream, fields: []string{"event", "waiting", "jobId", "7"}, want: of("emails.waiting", "7", `{"event":"waiting","jobId":"7"}`)},
		{
			name: "completed", stream: stream, fields: []string{"event", "completed", "jobId", "7", "returnvalue", `{"sent":true}`, "prev", "active"},
			want: of("emails.completed", "7", `{"event":"completed","jobId":"7","returnvalue":{"sent":true},"prev":"active"}`),
		},
		{
			name: "failed", stream: stream, fields: []string{"event", "failed", "jobId", "7", "failedReason", "no such host", "prev", "active"},
			want: of("emails.failed", "7", `{"event":"failed","jobId":"7","failedReason":"no such host","prev":"active"}`),
		},
		{name: "progress", stream: stream, fields: []string{"event", "progress", "jobId", "7", "data", "50"}, want: of("emails.progress", "7", `{"event":"progress","jobId":"7","data":"50"}`)},
		{name: "of the queue", stream: stream, fields: []string{"event", "drained"}, want: of("emails.drained", "", `{"event":"drained"}`)},
		{name: "under another key", stream: "jobs", fields: []string{"event", "active", "jobId", "7", "prev", "waiting"}, want: of("active", "7", `{"event":"active","jobId":"7","prev":"waiting"}`)},
	})
}

func TestTaskiq(t *testing.T) {
	const plain = `{"task_id":"4a1b","task_name":"shop.tasks:send","labels":{},"labels_types":null,"args":[7],"kwargs":{"to":"ann"}}`
	const labelled = `{"task_id":"4a1b","task_name":"shop.tasks:send","labels":{"correlation_id":"c-1","traceparent":"` + traceparent + `"},"labels_types":{},"args":[],"kwargs":{}}`
	check(t, "taskiq", []sample{
		{
			name: "without labels", stream: "taskiq", fields: []string{"data", plain},
			want: model.Event{ID: "4a1b", Type: "shop.tasks:send", WorkflowID: "4a1b", Data: json.RawMessage(plain)}, payloadField: "data",
		},
		{
			name: "with labels", stream: "taskiq", fields: []string{"data", labelled},
			want: model.Event{ID: "4a1b", Type: "shop.tasks:send", WorkflowID: "c-1", Data: json.RawMessage(labelled)}, trace: trace, payloadField: "data",
		},
		{
			name: "through a msgpack serializer", stream: "taskiq", way: "msgpack", payloadField: "data",
			fields: []string{"data", "\x85\xa7task_id\xa24a\xa9task_name\xa1t\xa6labels\x80\xa4args\x90\xa6kwargs\x80"},
			want:   model.Event{ID: "4a", Type: "t", WorkflowID: "4a", Data: json.RawMessage(`{"task_id":"4a","task_name":"t","labels":{},"args":[],"kwargs":{}}`)},
		},
	})
}
