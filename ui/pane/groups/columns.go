package groups

import (
	"cmp"
	"strconv"
	"time"

	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/model/words"
	"streamdesk/ui/pane"
	"streamdesk/ui/table"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// Row is a group of a stream in the form that [Columns] show.
type Row struct {
	Stream *model.Stream
	Group  *model.Group
	// State is the group's state at the time of the snapshot.
	State  health.State
	at     time.Time // the snapshot's
	now    time.Time // what ages are computed from
	limits health.Limits
	// acked is how many entries it acks per second; two snapshots are needed to know it.
	acked      float64
	ackedKnown bool
}

// NewRow returns the row of a group, with its state at the time of the snapshot.
func NewRow(s *model.Stream, g *model.Group, at time.Time, limits health.Limits) Row {
	return Row{Stream: s, Group: g, State: health.Of(s, g, at, limits), at: at, now: at, limits: limits}
}

// Rows returns the groups of all streams of a snapshot.
func Rows(snapshot *model.Snapshot, limits health.Limits) []Row {
	rows := []Row{}
	for i := range snapshot.Streams {
		s := &snapshot.Streams[i]
		for j := range s.Groups {
			rows = append(rows, NewRow(s, &s.Groups[j], snapshot.At, limits))
		}
	}
	return rows
}

// What the groups are sorted by.
const (
	byName      = "name"
	byPending   = "pending"
	byLag       = "lag"
	byConsumers = "consumers"
	byAcked     = "acked"
	byOldest    = "oldest"
	byState     = "state"
)

// Columns are the columns of groups, on the desk and in the groups command.
var Columns = table.New(
	table.Column[Row]{
		Key: "stream", Value: func(r *Row) any { return r.Stream.Key },
		Head: "STREAM", Text: func(r *Row) string { return r.Stream.Key },
	},
	table.Column[Row]{
		Key: "group", Value: func(r *Row) any { return r.Group.Name },
		Head: "GROUP", Text: func(r *Row) string { return r.Group.Name },
		Place: 1, Slot: widget.Column{Title: "GROUP", Min: 12, Keep: 9},
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			return widget.Cell{Text: widget.Clean(r.Group.Name), Ink: t.Text}
		},
		Turn: 1, By: byName, Compare: func(a, b *Row) int { return cmp.Compare(a.Group.Name, b.Group.Name) },
	},
	table.Column[Row]{
		Key: "state", Value: func(r *Row) any { return r.State.String() },
		Head: "STATE", Text: func(r *Row) string { return r.State.String() },
		Place: 9, Slot: widget.Column{Title: "STATE", Min: 12, Keep: 2},
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			return widget.Cell{Text: r.State.String(), Ink: pane.StateInk(t, r.State)}
		},
		Turn: 7, By: byState, Descending: true, Compare: func(a, b *Row) int { return cmp.Compare(a.State, b.State) },
	},
	table.Column[Row]{Key: "why", Value: func(r *Row) any { return table.TextOrNull(health.Why(r.Stream, r.Group, r.at, r.limits)) }},
	table.Column[Row]{
		Key: "consumers", Value: func(r *Row) any { return len(r.Group.Consumers) },
		Head: "CONSUMERS", Right: true, Text: func(r *Row) string { return strconv.Itoa(len(r.Group.Consumers)) },
		Place: 4, Slot: widget.Column{Title: "CONS", Min: 4, Keep: 3},
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			return widget.Cell{Text: words.Short(int64(len(r.Group.Consumers))), Ink: t.Text}
		},
		Turn: 6, By: byConsumers, Descending: true,
		Compare: func(a, b *Row) int { return cmp.Compare(len(a.Group.Consumers), len(b.Group.Consumers)) },
	},
	table.Column[Row]{
		Key: "pending", Value: func(r *Row) any { return r.Group.Pending },
		Head: "PENDING", Right: true, Text: func(r *Row) string { return strconv.FormatInt(r.Group.Pending, 10) },
		Place: 2, Slot: widget.Column{Title: "PEND", Min: 5, Keep: 8}, Cell: pendingCell,
		Turn: 2, By: byPending, Descending: true, Compare: func(a, b *Row) int { return cmp.Compare(a.Group.Pending, b.Group.Pending) },
	},
	table.Column[Row]{
		Key: "lag", Value: func(r *Row) any { return r.Group.Lag },
		Head: "LAG", Right: true, Text: func(r *Row) string { return r.Group.Lag.String() },
		Place: 3, Slot: widget.Column{Title: "LAG", Min: 5, Keep: 7}, Cell: lagCell,
		Turn: 3, By: byLag, Descending: true, Compare: func(a, b *Row) int { return compareCounts(a.Group.Lag, b.Group.Lag) },
	},
	table.Column[Row]{Key: "paused", Value: func(r *Row) any {
		if r.Group.Control == nil {
			return nil
		}
		return r.Group.Control.Pause != nil
	}},
	table.Column[Row]{Key: "paused_until", Value: func(r *Row) any {
		if p := r.Group.PausedFor(); p != nil && !p.Until.IsZero() {
			return table.Moment(p.Until)
		}
		return nil
	}},
	table.Column[Row]{
		Key: "limit_per_second", Value: func(r *Row) any {
			if r.Group.Control == nil || r.Group.Control.PerSecond == 0 {
				return nil
			}
			return r.Group.Control.PerSecond
		},
		Head: "LIMIT/s", Right: true, Text: limitText,
	},
	table.Column[Row]{Key: "lag_estimated", Value: func(r *Row) any { return r.Group.Lag.Estimated }},
	table.Column[Row]{
		Key: "never_delivered", Value: func(r *Row) any { return r.Stream.NeverDelivered(r.Group) },
		Head: "NEVER DELIVERED", Right: true, Text: func(r *Row) string { return r.Stream.NeverDelivered(r.Group).String() },
		Place: 7, Slot: widget.Column{Title: "LOST", Min: 5, Keep: 1},
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			never := r.Stream.NeverDelivered(r.Group)
			cell := widget.Cell{Text: words.ShortCount(never), Ink: t.Dim}
			if never.N > 0 {
				cell.Ink = t.Warn
			}
			return cell
		},
		Turn: 8, By: "lost", Descending: true, Compare: func(a, b *Row) int {
			return compareCounts(a.Stream.NeverDelivered(a.Group), b.Stream.NeverDelivered(b.Group))
		},
	},
	table.Column[Row]{Key: "entries_read", Value: func(r *Row) any { return r.Group.EntriesRead }},
	table.Column[Row]{
		Head: "OLDEST", Right: true, Text: func(r *Row) string { return pane.Oldest(r.Group, r.now) },
		Place: 6, Slot: widget.Column{Title: "OLDEST", Min: 6, Keep: 5}, Cell: oldestCell,
		Turn: 4, By: byOldest, Descending: true, Compare: compareAges,
	},
	table.Column[Row]{
		Key: "last_delivered_id", Value: func(r *Row) any { return r.Group.LastDelivered },
		Head: "LAST DELIVERED", Text: func(r *Row) string { return r.Group.LastDelivered.String() },
	},
	table.Column[Row]{Key: "oldest_pending_id", Value: func(r *Row) any {
		if r.Group.Oldest == nil {
			return nil
		}
		return r.Group.Oldest.ID
	}},
	table.Column[Row]{Key: "oldest_idle_seconds", Value: func(r *Row) any {
		if r.Group.Oldest == nil {
			return nil
		}
		return table.Seconds(r.Group.Oldest.Idle)
	}},
	table.Column[Row]{Key: "oldest_age_seconds", Value: func(r *Row) any {
		if age, ok := r.Group.OldestAge(r.now); ok {
			return table.Seconds(age)
		}
		return nil
	}},
	table.Column[Row]{
		Right: true, Place: 5, Slot: widget.Column{Title: "ACK/s", Min: 5, Keep: 4}, Cell: ackedCell,
		Turn: 5, By: byAcked, Descending: true, Compare: func(a, b *Row) int { return cmp.Compare(a.acked, b.acked) },
	},
	table.Column[Row]{
		Place: 8, Slot: widget.Column{Min: 1, Keep: 6},
		Cell: func(r *Row, t *theme.Theme, _ int) widget.Cell {
			return widget.Cell{Text: healthSign(r.State), Ink: pane.StateInk(t, r.State)}
		},
	},
)

// limitText returns the group's limit per second: "-" for none, "?" when it isn't known.
func limitText(r *Row) string {
	switch {
	case r.Group.Control == nil:
		return "?"
	case r.Group.Control.PerSecond == 0:
		return "-"
	default:
		return model.RateText(r.Group.Control.PerSecond)
	}
}

// failing reports whether the pending entries are the trouble.
func (r *Row) failing() bool { return r.State == health.Poison || r.State == health.Stuck }
