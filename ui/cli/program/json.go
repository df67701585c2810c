package program

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"slices"
	"unicode/utf8"

	"streamdesk/model"
	"streamdesk/model/jsontext"
	"streamdesk/model/payload/decode"
	"streamdesk/ui/table"
)

// WriteList writes a list as one JSON array, one element per line. Text that isn't UTF-8 gets a member NAME_base64 beside it,
// see [jsontext.AppendLine].
func WriteList[T any](to io.Writer, list []T) error {
	var b bytes.Buffer
	b.WriteString("[")
	for i, element := range list {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n")
		if err := jsontext.AppendLine(&b, element); err != nil {
			return err
		}
		b.Truncate(b.Len() - 1)
	}
	if len(list) > 0 {
		b.WriteString("\n")
	}
	b.WriteString("]\n")
	_, err := to.Write(b.Bytes())
	return err
}

// WriteObject writes one JSON object on its own line.
func WriteObject(to io.Writer, v any) error {
	var b bytes.Buffer
	if err := jsontext.AppendLine(&b, v); err != nil {
		return err
	}
	_, err := to.Write(b.Bytes())
	return err
}

// Added returns the time in an entry's ID for JSON; nil (null) when the ID contains no date.
func Added(id model.Position) *model.Timestamp {
	if !id.Dated() {
		return nil
	}
	return table.Moment(id.Time())
}

// jsonField is a field of an entry. A value that isn't valid UTF-8 can't be a JSON string and is written in base64.
type jsonField struct {
	Name   string  `json:"name"`
	Value  *string `json:"value,omitempty"`
	Base64 *string `json:"value_base64,omitempty"`
}

func jsonFields(fields []model.Field) []jsonField {
	list := make([]jsonField, len(fields))
	for i, f := range fields {
		list[i].Name = f.Name
		if utf8.ValidString(f.Value) {
			list[i].Value = &f.Value
			continue
		}
		encoded := base64.StdEncoding.EncodeToString([]byte(f.Value))
		list[i].Base64 = &encoded
	}
	return list
}

// JSONEvent is an entry with its decoded event. "id" is the entry's ID, "event_id" the event's own.
type JSONEvent struct {
	Stream      string           `json:"stream"`
	ID          model.Position   `json:"id"`
	Added       *model.Timestamp `json:"added_at"`
	EventID     *string          `json:"event_id"`
	Type        *string          `json:"type"`
	WorkflowID  *string          `json:"workflow_id"`
	Timestamp   *model.Timestamp `json:"timestamp"`
	SourceAgent *string          `json:"source_agent"`
	Data        json.RawMessage  `json:"data"`
	// Headers, Envelope and Opened are present when the producer added fields beside the payload, used an envelope of
	// its own, and when the payload was opened.
	Headers  json.RawMessage `json:"headers,omitempty"`
	TraceID  *string         `json:"trace_id"`
	Envelope string          `json:"envelope,omitempty"`
	Opened   string          `json:"opened,omitempty"`
	// Error and Fields are present when the entry is no event, so that nothing in it is lost.
	Error  string      `json:"error,omitempty"`
	Fields []jsonField `json:"fields,omitempty"`
}

// NewJSONEvent returns a record in its JSON form.
func NewJSONEvent(r *model.Record) JSONEvent {
	e := JSONEvent{
		Stream: r.Stream, ID: r.ID, Added: Added(r.ID), EventID: table.TextOrNull(r.Event.ID), Type: table.TextOrNull(string(r.Event.Type)),
		WorkflowID: table.TextOrNull(r.Event.WorkflowID), Timestamp: table.Moment(r.Event.Timestamp), SourceAgent: table.TextOrNull(r.Event.SourceAgent),
	}
	e.TraceID, e.Envelope, e.Opened = table.TextOrNull(r.Trace), r.Envelope, r.Way
	if r.Err == nil {
		e.Headers = jsonHeaders(r.Beside())
	}
	if r.Err != nil {
		e.Error, e.Fields = r.Err.Error(), jsonFields(r.Fields)
	} else if len(r.Event.Data) > 0 {
		e.Data = bytes.ToValidUTF8(r.Event.Data, []byte("\uFFFD"))
	}
	return e
}

// jsonHeaders returns headers as one JSON object. A name that occurs several times has a list of values. A value that
// isn't valid UTF-8 is an object with its base64.
func jsonHeaders(headers []model.Field) json.RawMessage {
	if len(headers) == 0 {
		return nil
	}
	values := make(map[string][][]byte, len(headers))
	for _, h := range headers {
		values[h.Name] = append(values[h.Name], decode.AppendBytes(nil, []byte(h.Value)))
	}
	out := []byte{'{'}
	for _, h := range headers {
		same := values[h.Name]
		if same == nil {
			continue // already written
		}
		values[h.Name] = nil
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(model.AppendString(out, h.Name), ':')
		if len(same) > 1 {
			same = [][]byte{slices.Concat([]byte("["), bytes.Join(same, []byte(",")), []byte("]"))}
		}
		out = append(out, same[0]...)
	}
	return append(out, '}')
}
