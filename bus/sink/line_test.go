package sink_test

import (
	"encoding/json"
	"testing"

	"streamdesk/bus/sink"
	"streamdesk/model"
	"streamdesk/model/payload"
)

func record(stream, id string, fields ...model.Field) model.Record {
	at, err := model.ParsePosition(id)
	if err != nil {
		panic(err)
	}
	return payload.Wire(model.Entry{Stream: stream, ID: at, Fields: fields}, "events:")
}

func TestALineIsOneJSONObjectWithTheSameKeysAlways(t *testing.T) {
	for _, c := range []struct {
		name   string
		record model.Record
		want   string
	}{
		{
			"an event",
			record("events:audit.failed", "1762341120000-7", model.Field{Name: "data", Value: `{"id":"e3","type":"audit.failed","workflow_id":"wf-8f31","timestamp":1762341120.25,"data":{"error":"re\"entrancy","line":42},"source_agent":"auditor"}`}),
			`{"stream":"events:audit.failed","id":"1762341120000-7","added_at":"2025-11-05T11:12:00.000000+00:00","event_id":"e3","type":"audit.failed","workflow_id":"wf-8f31","timestamp":"2025-11-05T11:12:00.250000+00:00","source_agent":"auditor","data":{"error":"re\"entrancy","line":42},"trace_id":null}`,
		},
		{
			"what it lacks is null",
			record("events:a2a.message", "1762341120000-0", model.Field{Name: "data", Value: `{"data":null}`}),
			`{"stream":"events:a2a.message","id":"1762341120000-0","added_at":"2025-11-05T11:12:00.000000+00:00","event_id":null,"type":"a2a.message","workflow_id":null,"timestamp":null,"source_agent":null,"data":null,"trace_id":null}`,
		},
		{
			"line breaks between tokens go, those within a text are escaped already",
			record("events:a2a.message", "1762341120000-0", model.Field{Name: "data", Value: "{\"id\":\"x\",\"data\":{\n  \"a\": \"b\\nc\"\r\n}}"}),
			`{"stream":"events:a2a.message","id":"1762341120000-0","added_at":"2025-11-05T11:12:00.000000+00:00","event_id":"x","type":"a2a.message","workflow_id":null,"timestamp":null,"source_agent":null,"data":{"a":"b\nc"},"trace_id":null}`,
		},
		{
			"where a republished entry comes from",
			record("events:a2a.message", "1762341120000-0", model.Field{Name: "data", Value: `{"data":null}`}, model.Field{Name: "origin", Value: "events:a2a.message/1-1"}),
			`{"stream":"events:a2a.message","id":"1762341120000-0","added_at":"2025-11-05T11:12:00.000000+00:00","event_id":null,"type":"a2a.message","workflow_id":null,"timestamp":null,"source_agent":null,"data":null,"trace_id":null,"origin":"events:a2a.message/1-1"}`,
		},
		{
			"no event",
			record("events:a2a.message", "1762341120000-0", model.Field{Name: "x", Value: "\xff"}, model.Field{Name: "y", Value: "z"}),
			`{"stream":"events:a2a.message","id":"1762341120000-0","added_at":"2025-11-05T11:12:00.000000+00:00","event_id":null,"type":"a2a.message","workflow_id":null,"timestamp":null,"source_agent":null,"data":null,"trace_id":null,"error":"no payload field \"data\"","fields":[{"name":"x","value_base64":"/w=="},{"name":"y","value":"z"}]}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := string(sink.AppendLine([]byte("> "), &c.record))
			if got != "> "+c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if !json.Valid([]byte(got[2:])) {
				t.Error("not JSON")
			}
		})
	}
}
