package model

import (
	"slices"
	"strconv"
	"strings"
)

// fieldGroup is the provenance field that holds the group that gave up the entry.
const fieldGroup = "group"

// provenanceFields are the names of the last fields of a dead letter, in order. They come last so that they can be told
// apart from the original's own fields, whatever the names of those.
var provenanceFields = [...]string{FieldOrigin, fieldGroup, FieldAttempt, FieldReason}

// DeadLetterFields returns the fields of a dead letter: the entry's own, byte for byte and in order, then its origin,
// the group that gave it up, the number of deliveries there, and the reason.
func DeadLetterFields(entry Entry, group, reason string, attempt int64) []Field {
	fields := make([]Field, 0, len(entry.Fields)+len(provenanceFields))
	fields = append(fields, entry.Fields...)
	return append(fields,
		Field{Name: FieldOrigin, Value: entry.Stream + "/" + entry.ID.String()},
		Field{Name: fieldGroup, Value: group},
		Field{Name: FieldAttempt, Value: strconv.FormatInt(attempt, 10)},
		Field{Name: FieldReason, Value: reason},
	)
}

// DeadLetter is a parsed entry of a dead-letter stream.
type DeadLetter struct {
	// Entry is the dead letter as stored in the dead-letter stream.
	Entry Entry
	// Origin is the entry that was given up; the zero Key when the dead letter doesn't say.
	Origin Key
	// Group gave the entry up after Attempt deliveries, for Reason.
	Group   string
	Attempt int64
	Reason  string
	// Original holds the fields that the entry had, byte for byte and in order.
	Original []Field
}

// ReadDeadLetter separates an entry's own fields from the provenance fields at its end. An entry without provenance is
// its own original and has no Origin.
func ReadDeadLetter(e Entry) DeadLetter {
	d := DeadLetter{Entry: e, Original: e.Fields}
	own := len(e.Fields) - len(provenanceFields)
	if own < 0 {
		return d
	}
	tail := e.Fields[own:]
	for i, name := range provenanceFields {
		if tail[i].Name != name {
			return d
		}
	}
	d.Original = e.Fields[:own:own]
	d.Origin = parseKey(tail[0].Value)
	d.Group, d.Reason = tail[1].Value, tail[3].Value
	d.Attempt, _ = strconv.ParseInt(tail[2].Value, 10, 64)
	return d
}

// Origin returns the entry that this one was made from, as its last field of that name says: the original of a dead letter or of a
// republished copy. ok is false when it doesn't say.
func (e *Entry) Origin() (origin Key, ok bool) {
	for _, f := range slices.Backward(e.Fields) {
		if f.Name == FieldOrigin {
			origin = parseKey(f.Value)
			return origin, origin != Key{}
		}
	}
	return Key{}, false
}

// parseKey parses stream/ID; it returns the zero Key for anything else.
func parseKey(s string) Key {
	i := strings.LastIndexByte(s, '/') // a stream's key may contain slashes, an ID can't
	if i < 1 {
		return Key{}
	}
	id, err := ParsePosition(s[i+1:])
	if err != nil {
		return Key{}
	}
	return Key{Stream: s[:i], ID: id}
}

// deadLetterPrefix starts the key of a dead-letter stream; the source stream's key follows. It is outside the bus's own
// prefix so that consumers of the bus never read dead letters as events.
const deadLetterPrefix = "dead:"

// DeadLetterKey returns the default key of a stream's dead-letter stream: "dead:" followed by the stream's key.
func DeadLetterKey(stream string) string { return deadLetterPrefix + stream }
