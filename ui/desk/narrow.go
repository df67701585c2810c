package desk

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus"
	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/ui/dialog"
	"streamdesk/ui/live"
	"streamdesk/ui/pane/pending"
)

// openNarrow asks which pending entries to show.
func (d *Desk) openNarrow() tea.Cmd {
	key := d.panes.scope
	var consumers []string
	if stream := d.data.Snapshot.Stream(key.Stream); stream != nil {
		if g := stream.Group(key.Group); g != nil {
			for _, c := range g.Consumers {
				consumers = append(consumers, c.Name)
			}
		}
	}
	return d.open(dialog.NewNarrow(key.Group, consumers, d.panes.pending.Filter()), nil)
}

// narrow shows those.
func (d *Desk) narrow(to model.PendingFilter) tea.Cmd {
	d.drawn.all()
	d.panes.pending.SetFilter(to)
	return tea.Batch(d.focusOn(PendingPane), d.askPending())
}

// narrowScan is how many rows are read at a time for a filter.
const narrowScan = 1000

// readPending reads a group's pending entries that a filter lets through, size at most, oldest first. The server isn't asked
// to look for those that are idle or were delivered often: it would hold everybody else up for as long as it looks.
func readPending(ctx context.Context, b *bus.Bus, key live.GroupKey, f model.PendingFilter, size int, at time.Time) pending.Read {
	read := pending.Read{Key: key, Filter: f, Whole: true, At: at}
	query := observe.PendingQuery{Stream: key.Stream, Group: key.Group, Consumer: f.Consumer, Count: size}
	if f.MinIdle == 0 && f.MinDeliveries == 0 {
		read.Rows, read.Err = b.Reader().Pending(ctx, query)
		read.Whole = len(read.Rows) < size
		return read
	}
	query.Count = narrowScan
	for scanned := 0; ; {
		rows, err := b.Reader().Pending(ctx, query)
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
		if len(rows) < narrowScan {
			return read
		}
		if scanned += len(rows); scanned >= pending.Scan {
			read.Whole = false
			return read
		}
		query.From = rows[len(rows)-1].ID.Next()
	}
}
