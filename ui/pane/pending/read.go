package pending

import (
	"context"
	"time"

	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
)

// asked is the last request: as long as it stays the same, nothing has to be read.
type asked struct {
	key    live.GroupKey
	filter model.PendingFilter
	limit  int
	at     time.Time // the snapshot's
}

// Ask implements [pane.Asker]: it reads again when the group, the filter, the number of rows or the snapshot has changed.
func (p *Pane) Ask(k pane.Known) pane.Question {
	if k.Data.Snapshot == nil || p.key.Group == "" || k.Data.Past != nil {
		return nil
	}
	ask := asked{p.key, p.filter, p.limit, k.Data.Snapshot.At}
	if p.asked == ask {
		return nil
	}
	p.asked = ask
	return func(ctx context.Context, r *observe.Reader) any {
		return Rows(ctx, r, ask.key, ask.filter, ask.limit, k.Now)
	}
}

// Take implements [pane.Asker]; see [Pane.SetRows].
func (p *Pane) Take(answer any) {
	if rows, ok := answer.(Read); ok && p.then.IsZero() {
		p.SetRows(rows)
	}
}

// Again implements [pane.Asker].
func (p *Pane) Again() { p.asked = asked{} }

// scanStep is how many rows are read at a time for a filter.
const scanStep = 1000

// Rows reads the pending entries of a group that pass a filter, max size of them, oldest first. It doesn't have the server
// search for idle or often delivered ones: that would block everybody else for the time of the search.
func Rows(ctx context.Context, r *observe.Reader, key live.GroupKey, f model.PendingFilter, size int, at time.Time) Read {
	read := Read{Key: key, Filter: f, Whole: true, At: at}
	query := observe.PendingQuery{Stream: key.Stream, Group: key.Group, Consumer: f.Consumer, Count: size}
	if f.MinIdle == 0 && f.MinDeliveries == 0 {
		read.Rows, read.Err = r.Pending(ctx, query)
		read.Whole = len(read.Rows) < size
		return read
	}
	query.Count = scanStep
	for scanned := 0; ; {
		rows, err := r.Pending(ctx, query)
		if err != nil {
			read.Err = err
			return read
		}
		for i := range rows {
			if !f.Match(&rows[i].Pending) {
				continue
			}
			if read.Rows = append(read.Rows, rows[i]); len(read.Rows) == size {
				read.Whole = false
				return read
			}
		}
		if len(rows) < scanStep {
			return read
		}
		if scanned += len(rows); scanned >= Scan {
			read.Whole = false
			return read
		}
		query.From = rows[len(rows)-1].ID.Next()
	}
}
