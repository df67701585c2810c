package database

import (
	"cmp"
	"slices"
	"strings"

	"streamdesk/bus"
	"streamdesk/model/jsontext"
)

// batch is what messages become for a database. Its memory serves one batch after another: it is about as large as the messages,
// and new memory of that size costs more than filling it.
type batch struct {
	// rows are in the order of their key. Two processes that store the same entries may wait for each other, but never deadlock.
	rows []row
	// workflows are sorted by ID, for the same reason.
	workflows []*course

	messages []*bus.Message
	courses  []course
	place    map[string]int // of a workflow in courses
	text     []byte         // what rows and courses have views of
	wire     []byte         // what is sent, for a store that writes it itself
}

// newBatch returns the batch of messages, which must not change while it is used.
func newBatch(messages []bus.Message) *batch {
	b := &batch{place: make(map[string]int)}
	b.fill(messages)
	return b
}

// fill makes b the batch of messages.
func (b *batch) fill(messages []bus.Message) {
	for i := range messages {
		b.messages = append(b.messages, &messages[i])
	}
	b.takeCourses()
	slices.SortFunc(b.messages, func(m, n *bus.Message) int {
		return cmp.Or(strings.Compare(m.Stream, n.Stream), m.ID.Compare(n.ID))
	})
	b.rows = slices.Grow(b.rows, len(messages))[:len(messages)]
	for i, m := range b.messages {
		start := len(b.text)
		b.text = m.ID.Append(b.text)
		b.rows[i].fill(m, jsontext.View(b.text[start:]))
	}
}

// takeCourses makes the courses of the messages' workflows.
func (b *batch) takeCourses() {
	for _, m := range b.messages {
		id := m.Event.WorkflowID
		if id == "" {
			continue
		}
		at, known := b.place[id]
		if !known {
			at = len(b.courses)
			b.place[id] = at
			b.courses = append(b.courses, course{id: id})
		}
		b.courses[at].take(m)
	}
	for i := range b.courses {
		b.text = b.courses[i].write(b.text)
		b.workflows = append(b.workflows, &b.courses[i])
	}
	slices.SortFunc(b.workflows, func(v, w *course) int { return strings.Compare(v.id, w.id) })
}

// empty lets go of the messages, and keeps the memory.
func (b *batch) empty() {
	clear(b.rows)
	clear(b.workflows)
	clear(b.messages)
	clear(b.courses)
	clear(b.place)
	b.rows, b.workflows, b.messages, b.courses = b.rows[:0], b.workflows[:0], b.messages[:0], b.courses[:0]
	b.text, b.wire = b.text[:0], b.wire[:0]
}
