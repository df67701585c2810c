package model

import "errors"

// Field is one name and value of an entry; both may hold any bytes.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Entry is what Redis holds at one position of a stream: fields in the order they were written, repeated names
// included. An entry with nil Fields stands for one that is gone (trimmed or deleted).
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

// String writes the key as stream/ID.
func (k Key) String() string { return k.Stream + "/" + k.ID.String() }

// Key is the entry's identity.
func (e *Entry) Key() Key { return Key{Stream: e.Stream, ID: e.ID} }

// Field is the value of the first field with that name, and whether there is one.
func (e *Entry) Field(name string) (string, bool) {
	for i := range e.Fields {
		if e.Fields[i].Name == name {
			return e.Fields[i].Value, true
		}
	}
	return "", false
}

// Size is how many bytes the names and values hold together.
func (e *Entry) Size() int {
	n := 0
	for i := range e.Fields {
		n += len(e.Fields[i].Name) + len(e.Fields[i].Value)
	}
	return n
}

// Names of the entry fields that the bus itself writes. All but the payload are provenance, beside the JSON and
// never inside it.
const (
	// FieldData holds the envelope as JSON.
	FieldData = "data"
	// FieldOrigin says which entry this one was made from, as stream/ID.
	FieldOrigin = "origin"
	// FieldAttempt says how many times the original had been delivered.
	FieldAttempt = "attempt"
	// FieldReason says why an entry was dead-lettered.
	FieldReason = "reason"
)

// Problems that a [Record] can have; an entry with a problem is still listed, shown raw, and can be acted on.
var (
	// ErrGone means that the entry was trimmed or deleted.
	ErrGone = errors.New("the entry is gone")
	// ErrNoPayload means that no field holds what the envelope of its stream wants.
	ErrNoPayload = errors.New("no payload field")
)

// Record is an entry read as an event, once, for whoever shows or filters it. Package payload makes it.
type Record struct {
	Entry
	// Event is what could be read of the envelope; empty parts weren't there.
	Event Event
	// Trace is the ID of the trace that the producer has put beside the event: the 32 hex digits of a W3C traceparent, or the
	// text as it stands.
	Trace string
	// Envelope is the name of the producer's envelope, such as "watermill"; empty for the wire format.
	Envelope string
	// Headers are what the producer has put beside the payload: metadata, attributes, headers, in its envelope or in fields of their
	// own; of the wire format see [Record.Beside].
	Headers []Field
	// PayloadField is the entry field that holds the payload; empty where the fields themselves are the event.
	PayloadField string
	// Opened is the payload as JSON and Way how it was opened, such as "gzip → msgpack", where it isn't JSON as it stands.
	// Both are empty otherwise. Fields keep the bytes.
	Opened, Way string
	// Err is nil, or what is wrong with the entry: [ErrGone], [ErrNoPayload] or [ErrNotEvent], wrapped.
	Err error
}

// Payload is what the entry carries as JSON: the payload as it was opened or as it stands, or else the event's data, where
// the fields are the event; false for an entry that carries none.
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

// Beside is what stands beside the payload: Headers, and in the wire format the entry's other fields, such as those that the bus
// writes. Where the fields are the event there is none.
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
