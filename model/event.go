package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"streamdesk/model/jsontext"
)

// Event is the decoded envelope of one event.
type Event struct {
	// ID identifies the event everywhere. The bus sets a UUIDv7 when it is empty.
	ID string
	// Type is family.name and names the stream.
	Type Type
	// WorkflowID is shared by the events of one workflow. Order is kept within a workflow.
	WorkflowID string
	// Timestamp is when the event happened, according to the producer. The zero time means that the producer gave none.
	Timestamp time.Time
	// Data is the payload as raw JSON, decoded only where needed. Empty means {}.
	Data json.RawMessage
	// SourceAgent is the agent that published the event.
	SourceAgent string
}

// ErrNotEvent is wrapped by every error of [ParseEvent]: the text is not a JSON object, or a known key holds a value of
// the wrong kind.
var ErrNotEvent = errors.New("not an event")

// ParseEvent decodes an envelope. It is lenient where producers differ. Keys may come in any order and may be missing,
// null, repeated (the last one counts) or unknown (ignored). A number counts as a string. Timestamps are ISO 8601 with
// or without a zone (default UTC), or epoch seconds; a timestamp that can't be parsed is left zero. On an error, the
// event holds what could be decoded. Where possible, the strings of the result are substrings of text and keep it
// alive. Data is a copy.
func ParseEvent(text string) (Event, error) {
	var e Event
	var wrongKind error
	err := ScanObject(text, func(key, value string) {
		if strings.IndexByte(key, '\\') >= 0 {
			key = `"` + jsontext.Unquote(key) + `"`
		}
		if err := e.set(key, value); err != nil && wrongKind == nil {
			wrongKind = err
		}
	})
	if err == nil {
		err = wrongKind
	}
	if err != nil {
		return e, fmt.Errorf("%w: %w", ErrNotEvent, err)
	}
	return e, nil
}

// set stores one member of an envelope. The key is in quotes, the value is raw JSON.
func (e *Event) set(key, value string) error {
	switch key {
	case `"id"`:
		return setString(&e.ID, "id", value)
	case `"type"`:
		return setString((*string)(&e.Type), "type", value)
	case `"workflow_id"`:
		return setString(&e.WorkflowID, "workflow_id", value)
	case `"source_agent"`:
		return setString(&e.SourceAgent, "source_agent", value)
	case `"timestamp"`:
		e.Timestamp, _ = parseTimestamp(value)
	case `"data"`:
		e.Data = append(e.Data[:0], value...)
		if value == "null" {
			e.Data = nil
		}
	}
	return nil
}

// setString decodes a JSON string, number, boolean or null into s.
func setString(s *string, key, value string) error {
	switch value[0] {
	case '"':
		*s = jsontext.Unquote(value)
	case 'n':
		*s = ""
	case '{', '[':
		return fmt.Errorf("%q holds %s… where a string is wanted", key, value[:1])
	default:
		*s = value
	}
	return nil
}

// Timestamp layouts that producers are known to write, besides epoch seconds. Go's parser accepts a fraction after the
// seconds even if the layout has none.
var timestampLayouts = []string{
	time.RFC3339,
	"2006-01-02T15:04:05",
	"2006-01-02 15:04:05Z07:00",
	"2006-01-02 15:04:05",
	"2006-01-02T15:04:05Z0700",
	"2006-01-02 15:04:05Z0700",
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04",
	"2006-01-02",
}

// epochMillis is the min number that is read as epoch milliseconds rather than seconds. As seconds it would be a date
// after the year 5000; as milliseconds it is a date after 1973.
const epochMillis = 1e11

// parseTimestamp parses the JSON value of a timestamp; false when it isn't one.
func parseTimestamp(value string) (time.Time, bool) {
	if value[0] != '"' {
		return parseEpoch(value)
	}
	return ParseTime(jsontext.Unquote(value))
}

// ParseTime parses a timestamp as producers write it: ISO 8601 with or without a zone (default UTC), or epoch seconds
// with or without a fraction. The result is in UTC; false means that text is not a timestamp.
func ParseTime(text string) (time.Time, bool) {
	for _, layout := range timestampLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			// The zone can move the first and the last day outside the years that RFC 3339 can express.
			if t = t.UTC(); t.Year() < 0 || t.Year() > 9999 {
				return time.Time{}, false
			}
			return t, true
		}
	}
	return parseEpoch(text)
}

// parseEpoch parses a JSON number. It rejects the forms that only Go allows (hexadecimal, underscores, "inf").
func parseEpoch(text string) (time.Time, bool) {
	if strings.Trim(text, "0123456789.eE+-") != "" {
		return time.Time{}, false
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(f) || f < 0 || f >= epochMillis*1000 {
		return time.Time{}, false
	}
	if f >= epochMillis {
		return time.UnixMicro(int64(f * 1000)).UTC(), true
	}
	// A float64 of today's seconds is exact to about a quarter of a microsecond: round to whole microseconds.
	return time.UnixMicro(int64(math.Round(f * 1e6))).UTC(), true
}

// AppendJSON appends the envelope to b in the bus's exact wire format: the keys id, type, workflow_id, timestamp
// ([AppendTimestamp]), data, source_agent, in this order and without white space. Data is written unchanged. Validate
// reports beforehand whether it is JSON.
func (e *Event) AppendJSON(b []byte) []byte {
	b = append(b, `{"id":`...)
	b = AppendString(b, e.ID)
	b = append(b, `,"type":`...)
	b = AppendString(b, string(e.Type))
	b = append(b, `,"workflow_id":`...)
	b = AppendString(b, e.WorkflowID)
	b = append(b, `,"timestamp":"`...)
	b = AppendTimestamp(b, e.Timestamp)
	b = append(b, `","data":`...)
	if len(e.Data) == 0 {
		b = append(b, "{}"...)
	} else {
		b = append(b, e.Data...)
	}
	b = append(b, `,"source_agent":`...)
	b = AppendString(b, e.SourceAgent)
	return append(b, '}')
}

// MarshalJSON returns what [Event.AppendJSON] appends.
func (e Event) MarshalJSON() ([]byte, error) {
	if err := e.Validate(); err != nil {
		return nil, err
	}
	return e.AppendJSON(nil), nil
}

// UnmarshalJSON decodes what [ParseEvent] decodes.
func (e *Event) UnmarshalJSON(b []byte) error {
	parsed, err := ParseEvent(string(b))
	if err != nil {
		return err
	}
	*e = parsed
	return nil
}

// ErrData is wrapped by the error of [Event.Validate] about an event's data.
var ErrData = errors.New("data is not a JSON object")

// ErrUTF8 is wrapped by the error of [Event.Validate] about text that isn't valid UTF-8.
var ErrUTF8 = errors.New("not valid UTF-8")

// Validate reports whether the event can be written in the wire format: a legal type ([ErrType]), data that is a JSON
// object ([ErrData]; the error says where it breaks), and valid UTF-8 throughout ([ErrUTF8]).
func (e *Event) Validate() error {
	if err := e.Type.Validate(); err != nil {
		return err
	}
	for _, field := range [...]struct{ name, text string }{
		{"id", e.ID}, {"workflow_id", e.WorkflowID}, {"source_agent", e.SourceAgent},
	} {
		if !utf8.ValidString(field.text) {
			return fmt.Errorf("%s: %w: %q", field.name, ErrUTF8, field.text)
		}
	}
	if len(e.Data) == 0 {
		return nil
	}
	if !utf8.Valid(e.Data) {
		return fmt.Errorf("data: %w", ErrUTF8)
	}
	return ValidateData(jsontext.View(e.Data))
}

// ValidateData returns nil when text is a JSON object, and otherwise an error that wraps [ErrData] and says where
// it breaks.
func ValidateData(text string) error {
	if err := ScanObject(text, nil); err != nil {
		return fmt.Errorf("%w: %s", ErrData, strings.TrimPrefix(err.Error(), errJSON.Error()+": "))
	}
	return nil
}

// AppendString appends s to b as a JSON string. Invalid UTF-8 becomes U+FFFD.
func AppendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				b = append(b, s[start:i]...)
				b = append(b, "\uFFFD"...)
				start = i + 1
			}
			i += size
			continue
		}
		b = append(b, s[start:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xF])
		}
		i++
		start = i
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}
