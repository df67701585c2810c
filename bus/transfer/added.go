package transfer

import "streamdesk/model"

// Added are the entries that a run has added.
type Added struct {
	// Sent says that something that changes a stream was sent; before that there is nothing to tell.
	Sent  bool
	Count int64
	// Streams are those that were added to, First and Last the IDs that the first and the last entry have there.
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
