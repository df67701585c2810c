package transfer

import (
	"context"

	"streamdesk/bus/observe"
	"streamdesk/model"
)

// streamMark is the line after the entries of a stream: its figures when the export began, and the number of entries before the
// line. Whole is set when these are all entries that the stream had.
type streamMark struct {
	Stream       string         `json:"stream"`
	Exported     int64          `json:"exported"`
	Whole        bool           `json:"whole"`
	Length       int64          `json:"length"`
	EntriesAdded model.Count    `json:"entries_added"`
	LastID       model.Position `json:"last_generated_id"`
	MaxDeletedID model.Position `json:"max_deleted_entry_id"`
}

func newStreamMark(s *model.Stream, exported int64) streamMark {
	return streamMark{
		Stream: s.Key, Exported: exported, Length: s.Length, EntriesAdded: s.EntriesAdded, LastID: s.Last, MaxDeletedID: s.MaxDeleted,
	}
}

// groupMark is the line of a consumer group. Its pending entries follow, one [PendingRow] each.
type groupMark struct {
	Stream        string         `json:"stream"`
	Group         string         `json:"group"`
	LastDelivered model.Position `json:"last_delivered_id"`
	EntriesRead   model.Count    `json:"entries_read"`
	Pending       int64          `json:"pending"`
	Consumers     []string       `json:"consumers"`
}

// PendingRow is the line of an entry that is pending in a group.
type PendingRow struct {
	Stream   string         `json:"stream"`
	Group    string         `json:"group"`
	Consumer string         `json:"consumer"`
	ID       model.Position `json:"id"`
	// Idle is in seconds, to the millisecond.
	Idle       *float64 `json:"idle_seconds"`
	Deliveries int64    `json:"deliveries"`
}

// NewPendingRow returns the line of a pending row of a group.
func NewPendingRow(group string, row *model.PendingEntry) PendingRow {
	return PendingRow{
		Stream: row.Entry.Stream, Group: group, Consumer: row.Consumer, ID: row.ID,
		Idle: new(float64(row.Idle.Milliseconds()) / 1000), Deliveries: row.Deliveries,
	}
}

// pendingPage is the number of rows requested at once.
const pendingPage = 1000

// groupsOf exports the groups of a stream.
func (e *exporting) groupsOf(ctx context.Context, s *model.Stream) error {
	for i := range s.Groups {
		g := &s.Groups[i]
		mark := groupMark{
			Stream: s.Key, Group: g.Name, LastDelivered: g.LastDelivered, EntriesRead: g.EntriesRead, Pending: g.Pending, Consumers: []string{},
		}
		for _, c := range g.Consumers {
			mark.Consumers = append(mark.Consumers, c.Name)
		}
		if err := e.out.mark(mark); err != nil {
			return err
		}
		if err := e.pendingOf(ctx, s, g); err != nil {
			return err
		}
	}
	return nil
}

// pendingOf exports the pending entries of a group.
func (e *exporting) pendingOf(ctx context.Context, s *model.Stream, g *model.Group) error {
	query := observe.PendingQuery{Stream: s.Key, Group: g.Name, Count: pendingPage}
	for {
		rows, err := e.bus.Reader().Pending(ctx, query)
		if err != nil {
			return err
		}
		for i := range rows {
			if err := e.out.mark(NewPendingRow(g.Name, &rows[i])); err != nil {
				return err
			}
		}
		if len(rows) < pendingPage {
			return nil
		}
		query.From = rows[len(rows)-1].ID.Next()
	}
}
