package model

import "errors"

// Field is one name and value of an entry. Both may hold any bytes.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Entry is what Redis stores at one position of a stream: fields in the order they were written, including repeated
// names. Nil Fields mean that the entry is gone (trimmed or deleted).
type Entry struct {
	Stream string
	ID     Position
	Fields []Field
}

// Key identifies an entry across streams.
type Key struct {
	Stream string
	ID     Position
}

// String returns the key as stream/ID.
func (k Key) String() string { return k.Stream + "/" + k.ID.String() }

// Key returns the entry's identity.
func (e *Entry) Key() Key { return Key{Stream: e.Stream, ID: e.ID} }

// Field returns the value of the first field with that name, and whether there is one.
func (e *Entry) Field(name string) (string, bool) {
	for i := range e.Fields {
		if e.Fields[i].Name == name {
			return e.Fields[i].Value, true
		}
	}
	return "", false
}

// Size returns the total number of bytes in the names and values.
func (e *Entry) Size() int {
	n := 0
	for i := range e.Fields {
		n += len(e.Fields[i].Name) + len(e.Fields[i].Value)
	}
	return n
}

// Names of the entry fields that the bus itself writes. All but the payload are provenance. They are separate fields,
// never part of the JSON.
const (
	// FieldData holds the envelope as JSON.
	FieldData = "data"
	// FieldOrigin holds the entry that this one was made from, as stream/ID.
	FieldOrigin = "origin"
	// FieldAttempt holds how many times the original had been delivered.
	FieldAttempt = "attempt"
	// FieldReason holds why an entry was dead-lettered.
	FieldReason = "reason"
)

// Problems that a [Record] can have. An entry with a problem is still listed, shown raw, and can be acted on.
var (
	// ErrGone means that the entry was trimmed or deleted.
	ErrGone = errors.New("the entry is gone")
	// ErrNoPayload means that no field holds the payload that the stream's envelope requires.
	ErrNoPayload = errors.New("no payload field")
)

// Record is an entry decoded as an event, once, for display and filters. Package payload creates it.
type Record struct {
	Entry
	// Event holds the parts of the envelope that could be decoded. Missing parts are empty, except the type,
	// which is then that of the stream ([TypeOf]).
	Event Event
	// Trace is the trace ID that the producer put beside the event: the 32 hex digits of a W3C traceparent, or else the
	// text unchanged. TraceContext is the traceparent that it is of, with its tracestate; zero when there is none.
	Trace        string
	TraceContext TraceContext
	// Envelope is the name of the producer's envelope, such as "watermill"; empty for the wire format.
	Envelope string
	// Headers are the metadata, attributes or headers that the producer put beside the payload, in its envelope or in
	// separate fields. For the wire format, see [Record.Beside].
	Headers []Field
	// PayloadField is the entry field that holds the payload; empty where the fields themselves are the event.
	PayloadField string
	// Opened is the payload decoded to JSON, and Way how it was decoded, such as "gzip → msgpack". Both are empty when
	// the payload is JSON already. The entry's Fields keep the original bytes.
	Opened, Way string
	// Err is nil, or the problem with the entry: [ErrGone], [ErrNoPayload] or [ErrNotEvent], wrapped.
	Err error
}

// Payload returns the entry's payload as JSON: decoded, or unchanged if it is JSON already. Where the fields are the
// event, it returns the event's data. The result is false for an entry without a payload.
func (r *Record) Payload() (string, bool) {
	switch {
	case r.Opened != "":
		return r.Opened, true
	case r.PayloadField != "":
		return r.Field(r.PayloadField)
	case r.Err == nil && len(r.Event.Data) > 0:
		return string(r.Event.Data), true
	}
	return "", false
}

// Beside returns what accompanies the payload: Headers, and in the wire format the entry's other fields, such as those
// that the bus writes. It returns nothing where the fields are the event.
func (r *Record) Beside() []Field {
	if r.Envelope != "" || r.PayloadField == "" || len(r.Fields) == 1 {
		return r.Headers
	}
	var fields []Field
	for _, f := range r.Fields {
		if f.Name != r.PayloadField {
			fields = append(fields, f)
		}
	}
	return fields
}
