package model

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// ScheduledPrefix begins the key of every sorted set of scheduled entries.
const ScheduledPrefix = "scheduled:"

// MaxScheduledFields is the max number of fields of a scheduled entry: a script passes them on as arguments, which Lua limits.
const MaxScheduledFields = 1000

// Scheduled is an entry that waits to be added to its stream.
type Scheduled struct {
	Stream string
	// ID is the event's ID, by which it can be cancelled.
	ID string
	// Due is when it is added by the server's clock, in whole milliseconds.
	Due time.Time
	// Fields are written in order, repeated names included.
	Fields []Field
}

// Overdue returns for how long the entry should have been in its stream at the time now; 0 when it isn't due.
func (s *Scheduled) Overdue(now time.Time) time.Duration { return max(now.Sub(s.Due), 0) }

// ScheduledStream says what is scheduled for one stream.
type ScheduledStream struct {
	Stream string
	// Count is the number of entries, Next when the first of them is due.
	Count int64
	Next  time.Time
}

// ScheduledKey returns the key of the sorted set that holds what is scheduled for a stream. It is in the stream's hash slot, so
// that a script can move entries from one to the other: the stream's name is in braces, or has a hash tag of its own.
func ScheduledKey(stream string) string {
	if strings.ContainsAny(stream, "{}") {
		return ScheduledPrefix + "tagged:" + stream
	}
	return ScheduledPrefix + "{" + stream + "}"
}

// StreamOfScheduled returns the stream whose scheduled entries a key holds. ok is false for a key that holds none.
func StreamOfScheduled(key string) (stream string, ok bool) {
	rest, found := strings.CutPrefix(key, ScheduledPrefix)
	if !found {
		return "", false
	}
	stream, tagged := strings.CutPrefix(rest, "tagged:")
	if !tagged {
		stream = strings.TrimSuffix(strings.TrimPrefix(rest, "{"), "}")
	}
	return stream, ScheduledKey(stream) == key
}

// Member returns the entry as a member of the sorted set: the event's ID, then names and values of the fields, each as its length
// in bytes, a colon and the bytes. Members of the same time are added in the order of their IDs.
func (s *Scheduled) Member() string {
	var b strings.Builder
	part := func(text string) {
		b.WriteString(strconv.Itoa(len(text)))
		b.WriteByte(':')
		b.WriteString(text)
	}
	part(s.ID)
	for _, f := range s.Fields {
		part(f.Name)
		part(f.Value)
	}
	return b.String()
}

// ErrScheduled is the error of [ReadScheduled] for a member that it can't parse.
var ErrScheduled = errors.New("not a scheduled entry")

// ReadScheduled parses a member of the sorted set of a stream, with its score in milliseconds.
func ReadScheduled(stream, member string, due float64) (Scheduled, error) {
	s := Scheduled{Stream: stream, Due: time.UnixMilli(int64(due)).UTC()}
	var parts []string
	for member != "" {
		length, rest, found := strings.Cut(member, ":")
		n, err := strconv.Atoi(length)
		if !found || err != nil || n < 0 || n > len(rest) {
			return s, ErrScheduled
		}
		parts, member = append(parts, rest[:n]), rest[n:]
	}
	if len(parts) < 3 || len(parts)%2 == 0 {
		return s, ErrScheduled
	}
	s.ID = parts[0]
	for i := 1; i < len(parts); i += 2 {
		s.Fields = append(s.Fields, Field{Name: parts[i], Value: parts[i+1]})
	}
	return s, nil
}

// Entry returns the entry as it will be in its stream, without an ID.
func (s *Scheduled) Entry() Entry { return Entry{Stream: s.Stream, Fields: s.Fields} }

// ErrDue is the error of [ParseDue].
var ErrDue = errors.New("want a time such as 15:04, 2026-11-23 15:04 or 2026-11-23T15:04:05Z")

// ParseDue parses when something is due: a time of day, which is the next one after now, a date with a time in the zone of now, or
// a time with its zone.
func ParseDue(text string, now time.Time) (time.Time, error) {
	text = strings.TrimSpace(text)
	if t, ok := parseClock(text, now); ok {
		if !t.After(now) {
			t = t.AddDate(0, 0, 1)
		}
		return t, nil
	}
	for _, form := range dateForms {
		if t, err := time.ParseInLocation(form, text, now.Location()); err == nil {
			return t, nil
		}
	}
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return t, nil
	}
	return time.Time{}, ErrDue
}
