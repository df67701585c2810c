package payload_test

import (
	"encoding/json"
	"testing"

	"streamdesk/model"
	"streamdesk/model/payload"
	"streamdesk/model/payload/decode"
)

// samples are entries as each kind's producers write them: names and values in turn.
var samples = map[string][][]string{
	"streamdesk": {{"data", own, "traceparent", traceparent}, {"data", zipped(own)}, {"data", `"{\"id\":\"e\"}"`, "origin", "s/1-1"}, {"data", `{"n":1}`}},
	"cloudevents": {
		{"data", `{"specversion":"1.0","id":"e","type":"t","source":"s","time":"2025-11-05T13:07:09Z","data":{"n":1},"topic":"o"}`, "metadata", "{}"},
		{"event", `{"specversion":"1.0","id":"e","type":"t","source":"s","subject":"o/7","data_base64":"eyJuIjoxfQ=="}`},
		{"ce_specversion", "1.0", "ce_type", "t", "ce_id", "e", "ce_source", "s", "ce_time", "2025-11-05T13:07:09Z", "data", `{"n":1}`},
		{"specversion", "1.0", "type", "t"},
	},
	"watermill": {
		{"_watermill_message_uuid", "u", "metadata", "\x82\xa4name\xa1t\xaecorrelation_id\xa1c", "payload", `{"n":1}`},
		{"_watermill_message_uuid", "u", "metadata", "", "payload", zipped("\x81\xa1n\x01")},
	},
	"faststream": {
		{"__data__", fastStream(`{"n":1}`, "correlation_id", "c", "content-type", "application/json")},
		{"__data__", `{"data":"{\"n\":1}","headers":{"correlation_id":"c","x":{"y":1}}}`},
		{"__data__", "hello"},
	},
	"spring":   {{"_class", "shop.Order", "id", "e", "customer.name", "Ann", "lines.[0].n", "1"}, {"@class", `"shop.Order"`, "n", "[1]"}, {"_class", "java.lang.String", "_raw", `{"n":1}`}},
	"debezium": {{`{"id":1}`, `{"op":"c","source":{"table":"t","ts_ms":1},"after":{"n":1}}`}, {"key", `{"schema":{},"payload":{"id":1}}`, "value", `{"schema":{},"payload":{"op":"u","source":{"table":"t"},"before":{},"after":{}}}`}, {`{"id":1}`, "default"}},
	"bullmq":   {{"event", "completed", "jobId", "7", "returnvalue", `{"n":1}`, "prev", "active"}, {"event", "failed", "jobId", "7", "failedReason", "x"}, {"event", "drained"}},
	"taskiq":   {{"data", `{"task_id":"e","task_name":"t:u","labels":{"correlation_id":"c","n":{"a":1}},"labels_types":null,"args":[1],"kwargs":{"n":1}}`}},
	"masstransit": {
		{"data", `{"messageId":"e","conversationId":"c","messageType":["urn:message:A:B","urn:message:C"],"message":{"n":1},"sentTime":"2025-11-05T13:07:09Z","headers":{"a":{"b":1}},"host":{"assembly":"s"}}`},
		{"body", `{"messageType":"urn:message:A","message":1}`},
	},
	"connect": {{"body", `{"n":1}`, "event_type", "t", "kafka_topic", "o"}, {"body", `"{\"n\":1}"`}},
	"flat":    {{"type", "t", "id", "e", "n", "1", "lines", `[{"sku":"a"}]`}, {"n", "1", "n", "\xff"}, {"order", zipped("\x81\xa1n\x01")}},
}

// fuzzProducer mutates one field of a producer's entries, and cuts it: whatever comes of that, reading it ends, within its bounds, and never
// with nothing to show; so does putting what was read back.
func fuzzProducer(f *testing.F, kind string) {
	f.Helper()
	for i, fields := range samples[kind] {
		for at := 0; at+1 < len(fields); at += 2 {
			f.Add(uint8(i), uint8(at/2), fields[at], fields[at+1], uint16(0))
		}
	}
	const most = 1 << 20
	opener := &payload.Opener{Limits: func() decode.Limits { return decode.Limits{Bytes: most, Depth: 64} }}
	fixed := payload.New(opener, payload.Rule{Kind: kind})
	f.Fuzz(func(t *testing.T, sample, at uint8, name, value string, cut uint16) {
		all := samples[kind]
		fields := append([]string{}, all[int(sample)%len(all)]...)
		i := int(at) % (len(fields) / 2) * 2
		fields[i], fields[i+1] = name, value
		if rest := len(value) - int(cut); rest > 0 {
			fields[i+1] = value[:rest]
		}
		e := entryOf("bull:q:events", fields...)
		for _, d := range []*payload.Decoder{fixed, payload.New(opener)} {
			r := d.Decode(e, "")
			switch {
			case r.Err == nil && !json.Valid(r.Event.Data):
				t.Fatalf("%q is read as %q, with the data %q", e.Fields, r.Envelope, r.Event.Data)
			case r.Err != nil && len(r.Fields) == 0:
				t.Fatalf("%q: %v, and nothing is shown", e.Fields, r.Err)
			case len(r.Event.Data)+len(r.Opened) > 16*most:
				t.Fatalf("%d bytes became %d", e.Size(), len(r.Event.Data)+len(r.Opened))
			}
			_ = r.Beside()
			whole, ok := r.Payload()
			if !ok || r.Err != nil {
				continue
			}
			edited, err := d.Edited(&r, whole)
			if err != nil {
				continue // it says why
			}
			if again := d.Decode(model.Entry{Stream: e.Stream, Fields: edited}, ""); again.Err != nil {
				t.Fatalf("%q goes back as %q, which is broken: %v", e.Fields, edited, again.Err)
			}
		}
	})
}

func FuzzStreamdesk(f *testing.F)         { fuzzProducer(f, "streamdesk") }
func FuzzCloudEvents(f *testing.F)        { fuzzProducer(f, "cloudevents") }
func FuzzWatermill(f *testing.F)          { fuzzProducer(f, "watermill") }
func FuzzFastStreamProducer(f *testing.F) { fuzzProducer(f, "faststream") }
func FuzzSpring(f *testing.F)             { fuzzProducer(f, "spring") }
func FuzzDebezium(f *testing.F)           { fuzzProducer(f, "debezium") }
func FuzzBullMQ(f *testing.F)             { fuzzProducer(f, "bullmq") }
func FuzzTaskiq(f *testing.F)             { fuzzProducer(f, "taskiq") }
func FuzzMassTransit(f *testing.F)        { fuzzProducer(f, "masstransit") }
func FuzzConnect(f *testing.F)            { fuzzProducer(f, "connect") }
func FuzzFlat(f *testing.F)               { fuzzProducer(f, "flat") }

// Whoever adds a kind adds samples of it, and a fuzz target here.
func TestEveryKindHasSamples(t *testing.T) {
	for _, kind := range payload.Kinds() {
		if kind != payload.Auto && len(samples[kind]) == 0 {
			t.Errorf("there are no samples of %s", kind)
		}
		for _, fields := range samples[kind] {
			stream := "s"
			if kind == "bullmq" {
				stream = "bull:q:events"
			}
			r := payload.New(&payload.Opener{}, payload.Rule{Kind: kind}).Decode(entryOf(stream, fields...), "")
			if r.Err != nil || len(r.Event.Data) == 0 {
				t.Errorf("%s: %q is read as %s: %v", kind, fields, r.Event.Data, r.Err)
			}
		}
	}
}
