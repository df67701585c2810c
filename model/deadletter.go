package model

import (
	"strconv"
	"strings"
)

// fieldGroup names the provenance field that says in which group an entry was given up.
const fieldGroup = "group"

// provenanceFields are the names of the fields that end a dead letter, in order. They come last, so that the
// original's own fields, whatever their names, can be told from them.
var provenanceFields = [...]string{FieldOrigin, fieldGroup, FieldAttempt, FieldReason}

// DeadLetterFields are the fields of a dead letter: the entry's own, byte for byte and in order, then where it came
// from, the group that gave it up, how often it was delivered there, and why.
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

// DeadLetter is an entry of a dead-letter stream, read.
type DeadLetter struct {
	// Entry is the dead letter as it lies in the dead-letter stream.
	Entry Entry
	// Origin is the entry that was given up; the zero Key when the dead letter doesn't say.
	Origin Key
	// Group gave it up, after Attempt deliveries, for Reason.
	Group   string
	Attempt int64
	Reason  string
	// Original are the fields the entry had, byte for byte and in order.
	Original []Field
}

// ReadDeadLetter tells an entry's own fields from the provenance behind them. An entry without provenance is its own
// original, and has no Origin.
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

// parseKey reads stream/ID; the zero Key when it is neither.
func parseKey(s string) Key {
	i := strings.LastIndexByte(s, '/') // a stream's key may hold slashes, an ID can't
	if i < 1 {
		return Key{}
	}
	id, err := ParsePosition(s[i+1:])
	if err != nil {
		return Key{}
	}
	return Key{Stream: s[:i], ID: id}
}

// deadLetterPrefix starts the key of a dead-letter stream; the source stream's key follows. It lies outside the bus's own
// prefix, so that consumers of the bus never read dead letters as events.
const deadLetterPrefix = "dead:"

// DeadLetterKey is the key of the stream that holds the dead letters of a stream unless told otherwise: "dead:" and
// the stream's key.
func DeadLetterKey(stream string) string { return deadLetterPrefix + stream }
