package observe

import (
	"context"
	"fmt"
	"strings"
	"time"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// DefaultPendingCount is the default number of rows that [Reader.Pending] reads: about two screens full.
const DefaultPendingCount = 100

// PendingQuery says which rows of a group's pending entries list to read.
type PendingQuery struct {
	Stream, Group string
	// Consumer limits the rows to one consumer; default all.
	Consumer string
	// MinIdle leaves out rows that were touched more recently; whole milliseconds.
	MinIdle time.Duration
	// From and To bound the IDs, both included; zero means from the first and to the last.
	From, To model.Position
	// Count is the max number of rows to read; default [DefaultPendingCount].
	Count int
	// Payloads reads the whole entries, too.
	Payloads bool
}

func (q PendingQuery) validate() error {
	switch err := fault.NeedStream(q.Stream); { // a group's name may be "": the server decides whether it exists
	case err != nil:
		return err
	case q.To.Before(q.From):
		return fault.Request("the range ends at %s, before it begins at %s (swap them)", q.To, q.From)
	case q.Count < 0:
		return fault.Request("a count of %d (ask for at least 1)", q.Count)
	case q.MinIdle < 0:
		return fault.Request("a minimum idle time of %s (want 0 or more)", q.MinIdle)
	}
	return nil
}

// Pending reads rows of a group's pending entries list in ID order, over all its consumers or one: XPENDING, and with Payloads
// one XRANGE per row in a second round trip. The server filters by idle time if it can (Redis 6.2); otherwise the rows are read
// in pages and filtered here. A stream or group that doesn't exist is an error (NOGROUP).
func (rd *Reader) Pending(ctx context.Context, q PendingQuery) ([]model.PendingEntry, error) {
	if q.To.IsZero() {
		q.To = model.MaxPosition
	}
	if err := q.validate(); err != nil {
		return nil, fmt.Errorf("bus: pending: %w", err)
	}
	if q.Count == 0 {
		q.Count = DefaultPendingCount
	}
	rows, err := rd.pendingRows(ctx, q)
	if err == nil && q.Payloads {
		err = rd.readPayloads(ctx, q.Stream, rows)
	}
	if err != nil {
		return nil, fmt.Errorf("bus: pending in group %s on %s: %w", q.Group, q.Stream, err)
	}
	return rows, nil
}

func (rd *Reader) pendingRows(ctx context.Context, q PendingQuery) ([]model.PendingEntry, error) {
	if q.MinIdle.Milliseconds() > 0 && rd.look.Learned().NoPendingIdle.Load() {
		return rd.filterPending(ctx, q)
	}
	r, err := rd.look.Do(ctx, q.command())
	if q.MinIdle.Milliseconds() > 0 && wire.UnknownSyntax(r) {
		rd.look.Learned().NoPendingIdle.Store(true)
		return rd.filterPending(ctx, q)
	}
	if err == nil {
		err = wire.Answered("XPENDING", q.From, q.To, q.Count, wire.ListedIDs(r))
	}
	if err != nil {
		return nil, err
	}
	rows := make([]model.PendingEntry, 0, len(r.Elems))
	for _, row := range r.Elems {
		rows = append(rows, pendingEntry(q.Stream, row))
	}
	return rows, nil
}

func (q PendingQuery) command() wire.Read {
	return wire.Pending(wire.Rows{
		Stream: q.Stream, Group: q.Group, Consumer: q.Consumer, MinIdle: q.MinIdle.Milliseconds(), From: q.From, To: q.To, Count: q.Count,
	})
}

// pendingPage is the number of rows read at a time when they are filtered here.
const pendingPage = 1000

// filterPending returns the rows with a min idle time, for a server that can't filter by it.
func (rd *Reader) filterPending(ctx context.Context, q PendingQuery) ([]model.PendingEntry, error) {
	rows := []model.PendingEntry{}
	page := q
	page.MinIdle, page.Count = 0, pendingPage
	for {
		r, err := rd.look.Do(ctx, page.command())
		if err == nil {
			err = wire.Answered("XPENDING", page.From, page.To, page.Count, wire.ListedIDs(r))
		}
		if err != nil {
			return nil, err
		}
		for _, elem := range r.Elems {
			row := pendingEntry(q.Stream, elem)
			if row.Idle.Milliseconds() >= q.MinIdle.Milliseconds() {
				rows = append(rows, row)
			}
			if len(rows) == q.Count {
				return rows, nil
			}
		}
		if len(r.Elems) < pendingPage {
			return rows, nil
		}
		last := r.At(len(r.Elems) - 1).At(0).Position()
		if !last.Before(q.To) {
			return rows, nil
		}
		page.From = last.Next()
	}
}

func pendingEntry(stream string, row wire.Reply) model.PendingEntry {
	p := readPending(row)
	return model.PendingEntry{Pending: p, Entry: model.Entry{Stream: stream, ID: p.ID}}
}

// readPending decodes a row of XPENDING's extended form.
func readPending(row wire.Reply) model.Pending {
	return model.Pending{
		ID:         row.At(0).Position(),
		Consumer:   strings.Clone(row.At(1).Text),
		Idle:       max(row.At(2).Millis(), 0),
		Deliveries: row.At(3).Integer(),
	}
}

// readPayloads reads the entry behind each row, all in one round trip, and marks those that are gone.
func (rd *Reader) readPayloads(ctx context.Context, stream string, rows []model.PendingEntry) error {
	if len(rows) == 0 {
		return nil
	}
	commands := make([]wire.Read, len(rows))
	for i := range rows {
		commands[i] = wire.Range(stream, rows[i].ID, rows[i].ID, 1)
	}
	replies, err := rd.look.Pipeline(ctx, commands)
	if err != nil {
		return err
	}
	for i, r := range replies {
		if r.Kind == wire.KindError {
			return wire.ServerError(r.Text)
		}
		entries := r.Entries(stream)
		if len(entries) == 0 {
			rows[i].Gone = true
			continue
		}
		rows[i].Entry = entries[0]
	}
	return nil
}
