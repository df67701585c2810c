package streams

import (
	"cmp"
	"strconv"
	"time"

	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/live"
	"streamdesk/ui/table"
	"streamdesk/ui/widget"
)

// Row is a stream in the form that [Columns] show.
type Row struct {
	*model.Stream           // nil for one that is gone
	now           time.Time // the server's clock
	// Only the desk knows these: the stream's name without the prefix, the type it stands for, its mean rate, and whether one
	// of its groups is in trouble.
	name    string
	kind    model.Type
	mean    float64
	trouble bool
	data    *live.Data
}

// NewRow returns the row of a stream from a snapshot taken at that time.
func NewRow(s *model.Stream, at time.Time) Row { return Row{Stream: s, now: at} }

// unless returns the value, or null when the stream can't be read.
func unless[V any](value func(*Row) V) func(*Row) any {
	return func(r *Row) any {
		if r.problem() != "" {
			return nil
		}
		return value(r)
	}
}

// known returns the text, or "?" when the stream can't be read.
func known(text func(*Row) string) func(*Row) string {
	return func(r *Row) string {
		if r.problem() != "" {
			return "?"
		}
		return text(r)
	}
}

// problem returns why a stream can't be shown, in the server's words; empty when it can.
func (r *Row) problem() string {
	if r.Missing {
		return "no such key"
	}
	return r.Problem
}

// What the streams are sorted by.
const (
	// byRate sorts by the mean rate of the last minute: with the rate of the last second, rows would never stand still.
	byRate   = "rate"
	byName   = "name"
	byLength = "length"
)

// Columns are the columns of streams, on the desk and in the streams command.
var Columns = table.New(
	table.Column[Row]{
		Key: "stream", Value: func(r *Row) any { return r.Key },
		Head: "STREAM", Text: func(r *Row) string { return r.Key },
		Place: 1, Slot: widget.Column{Title: "STREAM", Min: 12, Keep: 9}, Cell: streamCell,
		Turn: 2, By: byName, Compare: func(a, b *Row) int { return cmp.Compare(a.Key, b.Key) },
	},
	table.Column[Row]{
		Key: "length", Value: unless(func(r *Row) int64 { return r.Length }),
		Head: "LENGTH", Right: true, Text: known(func(r *Row) string { return strconv.FormatInt(r.Length, 10) }),
		Place: 2, Slot: widget.Column{Title: "LEN", Min: 6, Keep: 7}, Cell: lengthCell,
		Turn: 3, By: byLength, Descending: true, Compare: func(a, b *Row) int { return cmp.Compare(a.Length, b.Length) },
	},
	table.Column[Row]{
		Key: "entries_added", Value: func(r *Row) any { return r.EntriesAdded },
		Head: "ADDED", Right: true, Text: known(func(r *Row) string { return r.EntriesAdded.String() }),
	},
	table.Column[Row]{Key: "first_id", Value: func(r *Row) any { return table.IDOrNull(r.First) }},
	table.Column[Row]{Key: "last_generated_id", Value: func(r *Row) any { return table.IDOrNull(r.Last) }},
	table.Column[Row]{Key: "max_deleted_entry_id", Value: func(r *Row) any { return table.IDOrNull(r.MaxDeleted) }},
	table.Column[Row]{Key: "last_added_at", Value: func(r *Row) any {
		if _, dated := r.Last.Age(r.now); !dated || r.Last.IsZero() {
			return nil
		}
		return table.Moment(r.Last.Time())
	}},
	table.Column[Row]{
		Key: "groups", Value: unless(func(r *Row) int { return len(r.Groups) }),
		Head: "GROUPS", Right: true, Text: known(func(r *Row) string { return strconv.Itoa(len(r.Groups)) }),
	},
	table.Column[Row]{Head: "LAST", Right: true, Text: known((*Row).lastAdded)},
	table.Column[Row]{Head: "LAST ID", Text: (*Row).lastID},
	table.Column[Row]{
		Key: "idempotence", Value: func(r *Row) any { return newIdempotence(r.Idempotence) },
		Head: "IDMP", Rare: true, Text: func(r *Row) string { return r.Idempotence.String() },
	},
	table.Column[Row]{Key: "problem", Value: func(r *Row) any { return table.TextOrNull(r.problem()) }},
	table.Column[Row]{Right: true, Place: 3, Slot: widget.Column{Title: "IN/s", Min: 5, Keep: 8}, Cell: rateCell},
	table.Column[Row]{
		Place: 4, Slot: widget.Column{Title: "last 60s", Min: 8, Max: 30, Keep: 5}, Cell: sparkCell,
		Turn: 1, By: byRate, Descending: true, Compare: func(a, b *Row) int { return cmp.Compare(a.mean, b.mean) },
	},
	table.Column[Row]{Place: 5, Slot: widget.Column{Min: 1, Keep: 6}, Cell: troubleCell},
)

// lastAdded returns the age of the newest entry: "-" when there was none, "?" when its ID has no date.
func (r *Row) lastAdded() string {
	if r.Last.IsZero() {
		return "-"
	}
	if age, dated := r.Last.Age(r.now); dated {
		return words.Age(age) + " ago"
	}
	return "?"
}

// lastID returns the ID of the newest entry, or what is wrong with the key.
func (r *Row) lastID() string {
	switch {
	case r.problem() != "":
		return r.problem()
	case r.Last.IsZero():
		return "-"
	default:
		return r.Last.String()
	}
}

// idempotence is what Redis 8.6 and later remembers of XADD … IDMP, in Redis's own terms.
type idempotence struct {
	Duration   float64 `json:"idmp_duration"`
	MaxSize    int64   `json:"idmp_maxsize"`
	Producers  int64   `json:"pids_tracked"`
	IDs        int64   `json:"iids_tracked"`
	Added      int64   `json:"iids_added"`
	Duplicates int64   `json:"iids_duplicates"`
}

// newIdempotence returns nil, and so null, for servers without the feature.
func newIdempotence(i *model.Idempotence) *idempotence {
	if i == nil {
		return nil
	}
	return &idempotence{i.Duration.Seconds(), i.MaxSize, i.Producers, i.IDs, i.Added, i.Duplicates}
}
