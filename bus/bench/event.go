package bench

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"streamdesk/model"
)

// wireEvent is the envelope as a program without the bus would write it.
type wireEvent struct {
	ID          string         `json:"id"`
	Type        string         `json:"type"`
	WorkflowID  string         `json:"workflow_id"`
	Timestamp   string         `json:"timestamp"`
	Data        map[string]any `json:"data"`
	SourceAgent string         `json:"source_agent"`
}

// sourceAgent and workflows are the same for every event.
const (
	sourceAgent = "coordinator"
	workflows   = 1000
)

// source creates the events: the same for both sides, each in its own form.
type source struct {
	data  json.RawMessage
	asMap map[string]any
	at    time.Time
	ids   [workflows]string
}

func newSource(payload int) *source {
	const frame = `{"step":17,"of":42,"note":""}`
	note := strings.Repeat("x", payload-len(frame))
	s := &source{
		data:  json.RawMessage(strings.TrimSuffix(frame, `"}`) + note + `"}`),
		asMap: map[string]any{"step": 17, "of": 42, "note": note},
		at:    time.Now().UTC(),
	}
	for i := range s.ids {
		s.ids[i] = "wf-" + strconv.Itoa(i)
	}
	return s
}

// idPrefix and twelve digits form an ID as long as a UUID that contains the event's number.
const (
	idPrefix = "0190a1b2-c3d4-7e5f-8a9b-"
	idDigits = 12
)

// probe is the number of an event that only shows that events arrive.
const probe = 999_999_999_999

// eventID returns the ID of the i-th event.
func eventID(i int) string {
	var id [len(idPrefix) + idDigits]byte
	copy(id[:], idPrefix)
	for at := len(id) - 1; at >= len(idPrefix); at-- {
		id[at] = byte('0' + i%10)
		i /= 10
	}
	return string(id[:])
}

// number returns the i of an eventID.
func number(id string) int {
	n := 0
	for i := len(idPrefix); i < len(id); i++ {
		n = 10*n + int(id[i]-'0')
	}
	return n
}

// event returns the i-th event in the form of the bus.
func (s *source) event(i int) model.Event {
	return model.Event{
		ID: eventID(i), Type: types[i%len(types)], WorkflowID: s.ids[i%workflows], Timestamp: s.at, Data: s.data,
		SourceAgent: sourceAgent,
	}
}

// encoded returns the i-th event in the form of the raw loop.
func (s *source) encoded(i int) ([]byte, error) {
	return json.Marshal(wireEvent{
		ID: eventID(i), Type: string(types[i%len(types)]), WorkflowID: s.ids[i%workflows], Timestamp: string(model.AppendTimestamp(nil, s.at)), Data: s.asMap,
		SourceAgent: sourceAgent,
	})
}
