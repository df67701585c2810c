package notify

import "slices"

// maxWaiting is the max number of notices that wait for one receiver: days of alerts, in some hundred kilobytes.
const maxWaiting = 1000

// queue is what a receiver has yet to be told.
type queue struct {
	// Waiting are the notices, oldest first.
	Waiting []Notice `json:"waiting"`
	// Untold are the alerts whose beginning was dropped; their end isn't told either.
	Untold []string `json:"untold,omitempty"`
}

// begin adds the beginning of an alert. It returns false when the queue is full and the alert isn't told at all.
func (q *queue) begin(id string, n *Notice, most int) bool {
	if len(q.Waiting) >= most {
		q.Untold = append(q.Untold, id)
		return false
	}
	q.Waiting = append(q.Waiting, *n)
	return true
}

// end adds the end of an alert whose beginning was added. When the queue is full and the beginning was never sent, the receiver is
// told neither, and end returns false. An end is never dropped alone: its receiver would take the alert for standing forever.
func (q *queue) end(id string, n *Notice, most int) bool {
	if i := slices.Index(q.Untold, id); i >= 0 {
		q.Untold = slices.Delete(q.Untold, i, i+1)
		return true // it was counted when it was dropped
	}
	if len(q.Waiting) >= most {
		begin := slices.IndexFunc(q.Waiting, func(w Notice) bool { return w.ID == id+"-"+Began && !w.tried })
		if begin >= 0 {
			q.Waiting = slices.Delete(q.Waiting, begin, begin+1)
			return false
		}
	}
	q.Waiting = append(q.Waiting, *n)
	return true
}

// try marks notices that are about to be sent.
func (q *queue) try(sent []Notice) {
	for i := range q.Waiting {
		q.Waiting[i].tried = q.Waiting[i].tried || slices.ContainsFunc(sent, func(n Notice) bool { return n.ID == q.Waiting[i].ID })
	}
}

// done removes notices that were told.
func (q *queue) done(told []Notice) {
	ids := make(map[string]bool, len(told))
	for i := range told {
		ids[told[i].ID] = true
	}
	q.Waiting = slices.DeleteFunc(q.Waiting, func(n Notice) bool { return ids[n.ID] })
}

// knows reports whether the receiver was told that the alert began.
func (q *queue) knows(id string) bool {
	return !slices.Contains(q.Untold, id) && !slices.ContainsFunc(q.Waiting, func(n Notice) bool { return n.ID == id+"-"+Began })
}
