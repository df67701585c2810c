package database

import (
	"time"

	"streamdesk/bus"
	"streamdesk/model/jsontext"
)

// row is one row of workflow_updates.
type row struct {
	stream, entryID                  string
	eventID, kind, workflowID, agent string
	timestamp                        time.Time // zero when the producer didn't say
	added                            time.Time
	data                             string
	again                            bool // the entry was delivered before: the row may be there
}

// lastMoment is the latest time that every database can store. Entry IDs can exceed it, as a person can choose them.
var lastMoment = time.Date(9999, time.December, 31, 23, 59, 59, 999_000_000, time.UTC)

// fill makes r the row of a message, whose ID is also there as text. It has views of the message, and copies nothing.
func (r *row) fill(m *bus.Message, id string) {
	r.stream, r.entryID = m.Stream, id
	r.eventID, r.kind, r.workflowID, r.agent = m.Event.ID, string(m.Event.Type), m.Event.WorkflowID, m.Event.SourceAgent
	r.timestamp, r.added = m.Event.Timestamp, momentOf(m.ID.Ms)
	r.data, r.again = jsontext.View(m.Event.Data), m.Deliveries > 1
	if r.data == "" {
		r.data = "{}"
	}
}

// momentOf returns the time of an entry ID.
func momentOf(ms uint64) time.Time {
	if ms > uint64(lastMoment.UnixMilli()) {
		return lastMoment
	}
	return time.UnixMilli(int64(ms)).UTC()
}
