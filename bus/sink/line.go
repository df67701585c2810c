package sink

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"time"
	"unicode/utf8"

	"streamdesk/model"
)

// AppendLine appends an event to b as one line of JSON, without the newline:
//
//	{"stream":"events:audit.failed","id":"1762341120000-0","added_at":"2025-11-05T11:12:00.000000+00:00","event_id":"…",
//	 "type":"audit.failed","workflow_id":"wf-8f31","timestamp":"…","source_agent":"auditor","data":{…}}
//
// All keys are always present, in this order; a value that the entry lacks is null. The form is that of `streamdesk tail
// --output json`. "trace_id" follows, and "envelope" when the producer has one of its own. An
// entry that is no event ends with "error" and its "fields". The data stays as it was published, except for line breaks
// between tokens and bytes that aren't UTF-8, which become U+FFFD. An entry made from another one (republished, requeued)
// ends with "origin": the stream and ID of that entry as the bus wrote them.
func AppendLine(b []byte, r *model.Record) []byte {
	b = append(b, `{"stream":`...)
	b = model.AppendString(b, r.Stream)
	if !utf8.ValidString(r.Stream) {
		b = append(b, `,"stream_base64":"`...)
		b = append(base64.StdEncoding.AppendEncode(b, []byte(r.Stream)), '"')
	}
	b = append(b, `,"id":"`...)
	b = r.ID.Append(b)
	b = append(b, `","added_at":`...)
	if r.ID.Dated() {
		b = appendTime(b, r.ID.Time())
	} else {
		b = append(b, "null"...)
	}
	b = append(b, `,"event_id":`...)
	b = appendText(b, r.Event.ID)
	b = append(b, `,"type":`...)
	b = appendText(b, string(r.Event.Type))
	b = append(b, `,"workflow_id":`...)
	b = appendText(b, r.Event.WorkflowID)
	b = append(b, `,"timestamp":`...)
	b = appendTime(b, r.Event.Timestamp)
	b = append(b, `,"source_agent":`...)
	b = appendText(b, r.Event.SourceAgent)
	b = append(b, `,"data":`...)
	if r.Err != nil {
		b = append(b, `null,"trace_id":`...)
		b = appendText(b, r.Trace)
		b = appendPart(b, `,"envelope":`, r.Envelope)
		b = append(b, `,"error":`...)
		b = model.AppendString(b, r.Err.Error())
		b = append(b, `,"fields":`...)
		b = appendFields(b, r.Fields)
		return append(b, '}')
	}
	b = appendData(b, r.Event.Data)
	b = append(b, `,"trace_id":`...)
	b = appendText(b, r.Trace)
	b = appendPart(b, `,"envelope":`, r.Envelope)
	if origin, ok := r.Field(model.FieldOrigin); ok {
		b = append(b, `,"origin":`...)
		b = model.AppendString(b, origin)
	}
	return append(b, '}')
}

// appendPart appends a member, and nothing when its value is empty.
func appendPart(b []byte, key, value string) []byte {
	if value == "" {
		return b
	}
	return model.AppendString(append(b, key...), value)
}

func appendText(b []byte, s string) []byte {
	if s == "" {
		return append(b, "null"...)
	}
	return model.AppendString(b, s)
}

func appendTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, "null"...)
	}
	b = append(b, '"')
	b = model.AppendTimestamp(b, t)
	return append(b, '"')
}

func appendData(b []byte, data json.RawMessage) []byte {
	if len(data) == 0 {
		return append(b, "null"...)
	}
	if !utf8.Valid(data) {
		data = bytes.ToValidUTF8(data, []byte("\uFFFD"))
	}
	if bytes.IndexByte(data, '\n') < 0 && bytes.IndexByte(data, '\r') < 0 {
		return append(b, data...)
	}
	compact := bytes.NewBuffer(b)
	if err := json.Compact(compact, data); err != nil { // the decoder has accepted it as JSON
		return append(b, "null"...)
	}
	return compact.Bytes()
}

// appendFields appends the fields of an entry; a value that isn't UTF-8 is written in base64.
func appendFields(b []byte, fields []model.Field) []byte {
	b = append(b, '[')
	for i, f := range fields {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"name":`...)
		b = model.AppendString(b, f.Name)
		if utf8.ValidString(f.Value) {
			b = append(b, `,"value":`...)
			b = model.AppendString(b, f.Value)
		} else {
			b = append(b, `,"value_base64":"`...)
			b = base64.StdEncoding.AppendEncode(b, []byte(f.Value))
			b = append(b, '"')
		}
		b = append(b, '}')
	}
	return append(b, ']')
}
