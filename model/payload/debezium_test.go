package payload_test

import (
	"encoding/json"
	"testing"

	"streamdesk/model"
)

func TestDebezium(t *testing.T) {
	const change = `{"before":null,"after":{"id":1001,"first_name":"Sally"},"source":{"version":"2.7.3.Final","connector":"postgresql","name":"tutorial","ts_ms":1762348029000,"db":"postgres","schema":"inventory","table":"customers","txId":555,"lsn":33},"transaction":null,"op":"c","ts_ms":1762348029999}`
	event := model.Event{
		Type: "customers.create", WorkflowID: "customers/1001", Timestamp: at("2025-11-05T13:07:09Z"), SourceAgent: "tutorial",
		Data: json.RawMessage(change),
	}
	const stream, key = "tutorial.inventory.customers", `{"id":1001}`
	const keySchema = `{"schema":{"type":"struct","fields":[]},"payload":{"id":1001}}`
	const inTransaction = `{"before":{"id":1001},"after":null,"source":{"name":"tutorial","table":"customers"},"op":"d","transaction":{"id":"tx-9","total_order":1}}`
	check(t, "debezium", []sample{
		{name: "compact", stream: stream, fields: []string{key, change}, want: event, payloadField: key},
		{name: "compact with schemas", stream: stream, fields: []string{keySchema, `{"schema":{"type":"struct"},"payload":` + change + `}`}, want: event, payloadField: keySchema},
		{name: "extended with headers", stream: stream, fields: []string{"key", key, "value", change, "TRACEPARENT", traceparent}, want: event, trace: trace, payloadField: "value"},
		{
			name: "a deletion in a transaction", stream: stream, fields: []string{key, inTransaction},
			want:         model.Event{Type: "customers.delete", WorkflowID: "tx-9", SourceAgent: "tutorial", Data: json.RawMessage(inTransaction)},
			payloadField: key,
		},
		{
			name: "the tombstone after it", stream: stream, fields: []string{key, "default"},
			want:         model.Event{Type: "customers.tombstone", WorkflowID: "customers/1001", Data: json.RawMessage(`{"key":{"id":1001},"value":"default"}`)},
			payloadField: key,
		},
		{
			name: "an unwrapped row", stream: stream, fields: []string{key, `{"id":1001,"__op":"u","__source_ts_ms":1762348029000}`},
			want: model.Event{
				Type: "customers.update", WorkflowID: "customers/1001", Timestamp: at("2025-11-05T13:07:09Z"),
				Data: json.RawMessage(`{"id":1001,"__op":"u","__source_ts_ms":1762348029000}`),
			},
			payloadField: key,
		},
		{
			name: "a change without a key", stream: stream, fields: []string{"default", inTransaction},
			want:         model.Event{Type: "customers.delete", WorkflowID: "tx-9", SourceAgent: "tutorial", Data: json.RawMessage(inTransaction)},
			payloadField: "default",
		},
	})
}
