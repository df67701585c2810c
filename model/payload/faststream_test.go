package payload_test

import (
	"encoding/binary"
	"encoding/json"
	"testing"

	"streamdesk/model"
	"streamdesk/model/payload"
)

// fastStream writes a message in FastStream's binary format.
func fastStream(data string, headers ...string) string {
	u16 := func(b []byte, n int) []byte { return binary.BigEndian.AppendUint16(b, uint16(n)) }
	var packed []byte
	for _, text := range headers {
		packed = append(u16(packed, len(text)), text...)
	}
	const head = 18
	b := u16([]byte("\x89BIN\r\n\x1a\n"), 1)
	b = binary.BigEndian.AppendUint32(b, head)
	b = binary.BigEndian.AppendUint32(b, uint32(head+2+len(packed)))
	b = append(u16(b, len(headers)/2), packed...)
	return string(b) + data
}

func TestFastStream(t *testing.T) {
	event := model.Event{WorkflowID: "c-1", Data: json.RawMessage(`{"n":1}`)}
	const json7 = `{"data":"{\"n\":1}","headers":{"correlation_id":"c-1","content-type":"application/json"}}`
	check(t, "faststream", []sample{
		{
			name: "binary, as the format's own documentation lays it out", stream: "orders", payloadField: "__data__",
			fields: []string{"__data__", "\x89BIN\r\n\x1a\n\x00\x01\x00\x00\x00\x12\x00\x00\x00\x29\x00\x01\x00\x0ecorrelation_id\x00\x03c-1{\"n\":1}"},
			want:   event,
		},
		{
			name: "binary with a trace and a type", stream: "orders", payloadField: "__data__",
			fields: []string{"__data__", fastStream(`{"n":1}`, "correlation_id", "c-1", "content-type", "application/json", "message_id", "m-1", "traceparent", traceparent, "event_type", "order.paid")},
			want:   model.Event{ID: "m-1", Type: "order.paid", WorkflowID: "c-1", Data: json.RawMessage(`{"n":1}`)}, trace: trace,
		},
		{
			name: "binary around what is compressed", stream: "orders", fields: []string{"__data__", fastStream(zipped(`{"n":1}`), "correlation_id", "c-1")},
			want: event, way: "gzip", payloadField: "__data__",
		},
		{name: "the older JSON", stream: "orders", fields: []string{"__data__", json7}, want: event, payloadField: "__data__"},
		{
			name: "text in JSON", stream: "orders", fields: []string{"__data__", `{"data":"hello","headers":{"correlation_id":"c-1"}}`},
			want: model.Event{WorkflowID: "c-1", Data: json.RawMessage(`"hello"`)}, payloadField: "__data__",
		},
		{name: "neither", stream: "orders", fields: []string{"__data__", `{"n":1,"saga_id":"c-1"}`}, want: model.Event{WorkflowID: "c-1", Data: json.RawMessage(`{"n":1,"saga_id":"c-1"}`)}, payloadField: "__data__"},
		{name: "cut off", stream: "orders", fields: []string{"__data__", fastStream("", "correlation_id", "c-1")[:30]}, problem: "ends before"},
		{name: "of another version", stream: "orders", fields: []string{"__data__", "\x89BIN\r\n\x1a\n\x00\x02"}, problem: "version 2"},
	})
}

// FuzzFastStream reads any bytes as the binary format: it ends, and says what it couldn't read.
func FuzzFastStream(f *testing.F) {
	f.Add(fastStream(`{"n":1}`, "correlation_id", "c-1"))
	f.Add(fastStream(""))
	f.Add("\x89BIN\r\n\x1a\n\x00\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")
	f.Add(`{"data":"x","headers":{}}`)
	d := payload.New(nil)
	f.Fuzz(func(t *testing.T, stored string) {
		r := d.Decode(entryOf("s", "__data__", stored), "")
		isJSON(t, &r)
	})
}
