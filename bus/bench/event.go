package bench

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"streamdesk/model"
)

// wireEvent is the envelope as somebody would write it who has no bus.
type wireEvent struct {
	ID          string         `json:"id"`
	Type        string         `json:"type"`
	WorkflowID  string         `json:"workflow_id"`
	Timestamp   string         `json:"timestamp"`
	Data        map[string]any `json:"data"`
	SourceAgent string         `json:"source_agent"`
}

// sourceAgent and workflows are those of every event.
const (
	sourceAgent = "coordinator"
	workflows   = 1000
)

// source makes the events: the same for both sides, each in its own form.
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

// idPrefix with twelve digits makes an ID as long as a UUID that tells which event it is.
const (
	idPrefix = "0190a1b2-c3d4-7e5f-8a9b-"
	idDigits = 12
)

// probe is the number of an event that only shows that events arrive.
const probe = 999_999_999_999

// eventID is the ID of the i-th event.
func eventID(i int) string {
	var id [len(idPrefix) + idDigits]byte
	copy(id[:], idPrefix)
	for at := len(id) - 1; at >= len(idPrefix); at-- {
		id[at] = byte('0' + i%10)
		i /= 10
	}
	return string(id[:])
}

// number is the i of an eventID.
func number(id string) int {
	n := 0
	for i := len(idPrefix); i < len(id); i++ {
		n = 10*n + int(id[i]-'0')
	}
	return n
}

// event is the i-th event as the bus takes it.
func (s *source) event(i int) model.Event {
	return model.Event{
		ID: eventID(i), Type: types[i%len(types)], WorkflowID: s.ids[i%workflows], Timestamp: s.at, Data: s.data,
		SourceAgent: sourceAgent,
	}
}

// encoded is the i-th event as the raw loop writes it.
func (s *source) encoded(i int) ([]byte, error) {
	return json.Marshal(wireEvent{
		ID: eventID(i), Type: string(types[i%len(types)]), WorkflowID: s.ids[i%workflows], Timestamp: string(model.AppendTimestamp(nil, s.at)), Data: s.asMap,
		SourceAgent: sourceAgent,
	})
}
