package database

import (
	"cmp"
	"strings"
	"time"

	"streamdesk/bus"
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

func newRow(m *bus.Message) row {
	r := row{
		stream: m.Stream, entryID: m.ID.String(), eventID: m.Event.ID, kind: string(m.Event.Type),
		workflowID: m.Event.WorkflowID, agent: m.Event.SourceAgent, timestamp: m.Event.Timestamp,
		added: momentOf(m.ID.Ms), data: string(m.Event.Data),
		again: m.Deliveries > 1,
	}
	if r.data == "" {
		r.data = "{}"
	}
	return r
}

// momentOf returns the time of an entry ID.
func momentOf(ms uint64) time.Time {
	if ms > uint64(lastMoment.UnixMilli()) {
		return lastMoment
	}
	return time.UnixMilli(int64(ms)).UTC()
}

// compareRows orders rows by their key. They are stored in this order.
func compareRows(a, b row) int {
	return cmp.Or(strings.Compare(a.stream, b.stream), strings.Compare(a.entryID, b.entryID))
}
