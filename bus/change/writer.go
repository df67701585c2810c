package change

import (
	"context"
	"fmt"
	"strings"

	"streamdesk/bus/internal/wire"
	"streamdesk/bus/observe"
	"streamdesk/bus/report"
	"streamdesk/model"
)

// Writer sends the changes that a person asks for.
type Writer struct {
	conn   *wire.Conn
	reader *observe.Reader
	tracer report.Tracer // nil without one
	dry    bool          // nothing is sent
}

// NewWriter returns a new writer on a connection; it reads through the reader. A tracer, if there is one, is told of each entry
// that is added again.
func NewWriter(conn *wire.Conn, reader *observe.Reader, tracer report.Tracer) *Writer {
	return &Writer{conn: conn, reader: reader, tracer: tracer}
}

// Dry returns a writer that does the same but sends no changes: the receipts have the commands that would be sent, without a
// reply. Results say that nothing was changed.
func (w *Writer) Dry() *Writer {
	return &Writer{conn: w.conn, reader: w.reader, dry: true}
}

// send sends one change, once, and keeps its receipt whatever the result.
func (w *Writer) send(ctx context.Context, command model.Command, receipts *[]model.Receipt) (wire.Reply, error) {
	if w.dry {
		*receipts = append(*receipts, model.Receipt{Command: command})
		return wire.Reply{}, nil
	}
	return w.conn.Change(ctx, command, receipts)
}

// sendCopy is send for the XADD of an entry that is made of another one.
func (w *Writer) sendCopy(ctx context.Context, command model.Command, of model.Entry, receipts *[]model.Receipt) (wire.Reply, error) {
	if w.dry || w.tracer == nil {
		return w.send(ctx, command, receipts)
	}
	from := w.reader.Decode(of)
	end := w.tracer.Add(ctx, &from, command[1])
	added, err := w.send(ctx, command, receipts)
	var id model.Position
	if err == nil {
		id = added.Position()
	}
	end(id, err)
	return added, err
}

// Together sends changes of one stream in one transaction (MULTI … EXEC), or a single change without one. It returns the number
// of entries that each has changed. An error that wraps [fault.ErrUncertain] means that the reply was lost.
func (w *Writer) Together(ctx context.Context, commands ...model.Command) (counts []int64, receipts []model.Receipt, err error) {
	var replies []wire.Reply
	if w.dry || len(commands) == 1 {
		for _, c := range commands {
			var r wire.Reply
			r, err = w.send(ctx, c, &receipts)
			replies = append(replies, r)
		}
	} else {
		replies, err = w.conn.ChangeTogether(ctx, commands, &receipts)
	}
	if err != nil {
		return nil, receipts, fmt.Errorf("bus: %s: %w", strings.ToLower(commands[0][0]), err)
	}
	for _, r := range replies {
		counts = append(counts, r.Deleted())
	}
	return counts, receipts, nil
}
