package cli

import (
	"context"

	"streamdesk/bus"
	"streamdesk/model"
)

// streamMark is the line behind the entries of a stream: its figures when the export began, and how many entries stand
// before the line. Whole says that these are all entries that the stream had.
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

// groupMark is the line of a consumer group; what is pending in it follows, in the form of the pending command.
type groupMark struct {
	Stream        string         `json:"stream"`
	Group         string         `json:"group"`
	LastDelivered model.Position `json:"last_delivered_id"`
	EntriesRead   model.Count    `json:"entries_read"`
	Pending       int64          `json:"pending"`
	Consumers     []string       `json:"consumers"`
}

// pendingPage is how many rows are asked for at once.
const pendingPage = 1000

// groupsOf exports the groups of a stream.
func (e *export) groupsOf(ctx context.Context, s *model.Stream) error {
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

// pendingOf exports what is pending in a group.
func (e *export) pendingOf(ctx context.Context, s *model.Stream, g *model.Group) error {
	query := bus.PendingQuery{Stream: s.Key, Group: g.Name, Count: pendingPage}
	for {
		rows, err := e.Pending(ctx, query)
		if err != nil {
			return err
		}
		for i := range rows {
			if err := e.out.mark(newJSONPending(g.Name, &rows[i])); err != nil {
				return err
			}
		}
		if len(rows) < pendingPage {
			return nil
		}
		query.From = rows[len(rows)-1].ID.Next()
	}
}
