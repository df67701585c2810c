package trail

import (
	"time"

	"streamdesk/model"
)

// Bulk is a run that added many entries, too many for a line each: a file of events, an import, a replay.
type Bulk struct {
	// At is when the run ended.
	At time.Time
	// Action names the command, such as import.
	Action string
	// Streams are the streams that entries were added to.
	Streams []string
	// First and Last are the IDs of the first and the last added entry; zero when none was added.
	First, Last model.Position
	// Count is the number of added entries, by the server's count.
	Count int64
	// Outcome is the result in words.
	Outcome string
	// Err is what ended the run early; nil when nothing did.
	Err error
}

// mostStreams is the max number of streams on the line of a bulk; the outcome has the number of all.
const mostStreams = 100

// WriteBulk appends one line for a bulk.
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
