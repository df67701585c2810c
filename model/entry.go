package model

import (
	"errors"
	"fmt"
)

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

// Problems that [Envelope.Decode] reports; an entry with a problem is still listed, shown raw, and can be acted on.
var (
	// ErrGone means that the entry was trimmed or deleted.
	ErrGone = errors.New("the entry is gone")
	// ErrNoPayload means that no field holds the envelope.
	ErrNoPayload = errors.New("no payload field")
)

// Record is an entry with its envelope decoded, once, for whoever shows or filters it.
type Record struct {
	Entry
	// Event is what could be read of the envelope; empty parts weren't there.
	Event Event
	// Opened is the payload as JSON and Way how it was opened, such as "gzip → msgpack", where it isn't JSON as it stands
	// ([Envelope.Open]). Both are empty otherwise. Fields keep the bytes.
	Opened, Way string
	// Err is nil, or what is wrong with the entry: [ErrGone], [ErrNoPayload] or [ErrNotEvent], wrapped.
	Err error
}

// Decode reads the entry's envelope. It never fails: what is wrong is in the record's Err, and the type is then
// taken from the stream's name, given the bus's prefix.
func (v Envelope) Decode(e Entry, prefix string) Record {
	r := Record{Entry: e}
	switch payload, ok := e.Field(v.payloadField()); {
	case e.Fields == nil:
		r.Err = ErrGone
	case !ok:
		r.Err = fmt.Errorf("%w %q", ErrNoPayload, v.payloadField())
	default:
		r.Event, r.Err = v.parse(payload)
	}
	if r.Event.Type == "" {
		r.Event.Type = TypeOf(e.Stream, prefix)
	}
	return r
}

// Open has what Decode took for no event opened: open is given the payload, and returns it as JSON with how it was opened, or
// no way. What opens to an event becomes the record's.
func (v Envelope) Open(r *Record, prefix string, open func(payload string) (json, way string)) {
	payload, ok := r.Field(v.payloadField())
	if !ok || !errors.Is(r.Err, ErrNotEvent) {
		return
	}
	json, way := open(payload)
	if way == "" {
		return
	}
	r.Opened, r.Way = json, way
	if r.Event, r.Err = v.parse(json); r.Event.Type == "" {
		r.Event.Type = TypeOf(r.Stream, prefix)
	}
}

// PayloadOf is the payload as JSON: as it was opened, or as it stands; false without a field for it.
func (v Envelope) PayloadOf(r *Record) (string, bool) {
	if r.Opened != "" {
		return r.Opened, true
	}
	return r.Field(v.payloadField())
}
