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

// Event is the decoded envelope of one event: who says what about which workflow, and when.
type Event struct {
	// ID identifies the event wherever it goes; the bus fills in a UUIDv7 when it is empty.
	ID string
	// Type is family.name; it names the stream.
	Type Type
	// WorkflowID ties the events of one workflow together; order is kept within it.
	WorkflowID string
	// Timestamp is when the producer says that it happened. The zero time means that it didn't say.
	Timestamp time.Time
	// Data is the payload as raw JSON, decoded only by whoever needs it. Empty means {}.
	Data json.RawMessage
	// SourceAgent is the agent that published the event.
	SourceAgent string
}

// ErrNotEvent is wrapped by every error of [ParseEvent]: the text is no JSON object, or a known key holds a value
// of a kind that can't be read as what the key says.
var ErrNotEvent = errors.New("not an event")

// ParseEvent reads an envelope. It is lenient where producers differ: any key may be missing or null, in any order,
// repeated (the last one counts) or unknown (it is passed over); a number counts as a string; timestamps are ISO
// 8601 with or without a zone (none means UTC), or epoch seconds. A timestamp it can't read is left out. Beside an
// error the event holds what could be read. The strings of the result are cut out of text where that is possible,
// so they keep it alive; Data is a copy.
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

// set takes over one member of an envelope: its key in quotes, its value as it stands in the text.
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

// setString reads a JSON string, number, boolean or null into s.
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

// Timestamp layouts that producers are known to write, beside epoch seconds. Go's parser takes a fraction after
// the seconds whether the layout has one or not.
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

// epochMillis is the number from which an epoch timestamp is taken for milliseconds: as seconds it would be a date
// after the year 5000, as milliseconds it is one after 1973.
const epochMillis = 1e11

// parseTimestamp reads the JSON value of a timestamp; false when it is none.
func parseTimestamp(value string) (time.Time, bool) {
	if value[0] != '"' {
		return parseEpoch(value)
	}
	return ParseTime(jsontext.Unquote(value))
}

// ParseTime reads a timestamp as producers write it: ISO 8601 with or without a zone (none means UTC), or epoch
// seconds with or without a fraction. The result is in UTC; false means that text is no timestamp.
func ParseTime(text string) (time.Time, bool) {
	for _, layout := range timestampLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			// The zone can carry the first and the last day out of the years that RFC 3339 can write.
			if t = t.UTC(); t.Year() < 0 || t.Year() > 9999 {
				return time.Time{}, false
			}
			return t, true
		}
	}
	return parseEpoch(text)
}

// parseEpoch reads a JSON number; Go's own liberties (hexadecimal, underscores, "inf") are no timestamps.
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
	// A float64 of today's seconds is exact to about a quarter of a microsecond: round to whole ones.
	return time.UnixMicro(int64(math.Round(f * 1e6))).UTC(), true
}

// AppendJSON writes the envelope in the bus's exact wire format to the end of b: the keys id, type, workflow_id,
// timestamp ([AppendTimestamp]), data, source_agent, in this order and without white space. Data is
// written as it is; Validate tells beforehand whether it is JSON.
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

// MarshalJSON writes what [Event.AppendJSON] writes.
func (e Event) MarshalJSON() ([]byte, error) {
	if err := e.Validate(); err != nil {
		return nil, err
	}
	return e.AppendJSON(nil), nil
}

// UnmarshalJSON reads what [ParseEvent] reads.
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

// ErrUTF8 is wrapped by the error of [Event.Validate] about text that is no UTF-8.
var ErrUTF8 = errors.New("not valid UTF-8")

// Validate says whether the event can be written in the wire format: a legal type ([ErrType]), data that is a JSON
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

// AppendString writes s as a JSON string to the end of b; what is no UTF-8 becomes U+FFFD.
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
