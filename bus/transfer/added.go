package transfer

import "streamdesk/model"

// Added are the entries that a run has added.
type Added struct {
	// Sent is set once a command that changes a stream was sent; before that there is nothing to report.
	Sent  bool
	Count int64
	// Streams are the streams that were added to. First and Last are the new IDs of the first and the last entry.
	Streams     map[string]bool
	First, Last model.Position
}

// Add counts an entry that the server has added.
func (a *Added) Add(stream string, id model.Position) {
	if a.Count == 0 {
		a.Streams, a.First = map[string]bool{}, id
	}
	a.Count++
	a.Streams[stream], a.Last = true, id
}
