package trail

import (
	"time"

	"streamdesk/model"
)

// Bulk is many entries that one command added, too many for a line each: a file of events, an import, a replay.
type Bulk struct {
	// At is when it ended.
	At time.Time
	// Action names the command, such as import.
	Action string
	// Streams are those that entries were added to.
	Streams []string
	// First and Last are the first entry that was added and the last; zero when none was.
	First, Last model.Position
	// Count is how many were added, by the server's own count.
	Count int64
	// Outcome says in words what became of them.
	Outcome string
	// Err is what ended it before its time, nil when nothing did.
	Err error
}

// mostStreams bounds the streams on the line of a bulk; the outcome says how many there are.
const mostStreams = 100

// WriteBulk appends the one line of a bulk.
func (f *File) WriteBulk(b *Bulk) error {
	line := f.line(b.At, b.Action)
	line.Count, line.Reply = &b.Count, b.Outcome
	if len(b.Streams) == 1 {
		line.Stream = b.Streams[0]
	} else {
		line.Streams = b.Streams[:min(len(b.Streams), mostStreams)]
	}
	if b.Count > 0 {
		line.IDs = append(line.IDs, b.First)
	}
	if b.Count > 1 {
		line.IDs = append(line.IDs, b.Last)
	}
	if b.Err != nil {
		line.Error = b.Err.Error()
	}
	return f.note(line)
}
