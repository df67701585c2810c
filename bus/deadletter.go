package bus

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// fieldGroup names the provenance field that says in which group an entry was given up.
const fieldGroup = "group"

// provenanceFields are the names of the fields that end a dead letter, in order. They come last, so that the
// original's own fields, whatever their names, can be told from them.
var provenanceFields = [...]string{model.FieldOrigin, fieldGroup, model.FieldAttempt, model.FieldReason}

// deadLetterFields are the fields of a dead letter: the entry's own, byte for byte and in order, then where it came
// from, the group that gave it up, how often it was delivered there, and why.
func deadLetterFields(entry model.Entry, group, reason string, attempt int64) []model.Field {
	fields := make([]model.Field, 0, len(entry.Fields)+len(provenanceFields))
	fields = append(fields, entry.Fields...)
	return append(fields,
		model.Field{Name: model.FieldOrigin, Value: entry.Stream + "/" + entry.ID.String()},
		model.Field{Name: fieldGroup, Value: group},
		model.Field{Name: model.FieldAttempt, Value: strconv.FormatInt(attempt, 10)},
		model.Field{Name: model.FieldReason, Value: reason},
	)
}

// DeadLetter is an entry of a dead-letter stream, read.
type DeadLetter struct {
	// Entry is the dead letter as it lies in the dead-letter stream.
	Entry model.Entry
	// Origin is the entry that was given up; the zero Key when the dead letter doesn't say.
	Origin model.Key
	// Group gave it up, after Attempt deliveries, for Reason.
	Group   string
	Attempt int64
	Reason  string
	// Original are the fields the entry had, byte for byte and in order.
	Original []model.Field
}

// ReadDeadLetter tells an entry's own fields from the provenance behind them. An entry without provenance is its own
// original, and has no Origin.
func ReadDeadLetter(e model.Entry) DeadLetter {
	d := DeadLetter{Entry: e, Original: e.Fields}
	own := len(e.Fields) - len(provenanceFields)
	if own < 0 {
		return d
	}
	tail := e.Fields[own:]
	for i, name := range provenanceFields {
		if tail[i].Name != name {
			return d
		}
	}
	d.Original = e.Fields[:own:own]
	d.Origin = parseKey(tail[0].Value)
	d.Group, d.Reason = tail[1].Value, tail[3].Value
	d.Attempt, _ = strconv.ParseInt(tail[2].Value, 10, 64)
	return d
}

// parseKey reads stream/ID; the zero Key when it is neither.
func parseKey(s string) model.Key {
	i := strings.LastIndexByte(s, '/') // a stream's key may hold slashes, an ID can't
	if i < 1 {
		return model.Key{}
	}
	id, err := model.ParsePosition(s[i+1:])
	if err != nil {
		return model.Key{}
	}
	return model.Key{Stream: s[:i], ID: id}
}

// DeadLetters lists the dead letters of a source stream, newest first: at most count of them, from the position
// before on, which is excluded (zero: from the newest). It sends one XREVRANGE.
func (rd *Reader) DeadLetters(ctx context.Context, stream string, before model.Position, count int) ([]DeadLetter, error) {
	if err := fault.NeedStream(stream); err != nil {
		return nil, fmt.Errorf("bus: dead letters: %w", err)
	}
	newest := before.Prev()
	if !before.IsZero() && newest.IsZero() {
		return nil, nil // nothing can lie before 0-1, and zero would mean the newest
	}
	entries, err := rd.RangeBack(ctx, rd.DeadLetterKey(stream), newest, model.Position{}, count)
	if err != nil {
		return nil, err
	}
	letters := make([]DeadLetter, len(entries))
	for i, e := range entries {
		letters[i] = ReadDeadLetter(e)
	}
	return letters, nil
}

// DeadLetterRequest asks for an entry to be given up in a group: written to the dead-letter stream, then acknowledged.
type DeadLetterRequest struct {
	// Entry is the whole entry; its fields are kept byte for byte.
	Entry model.Entry
	// Group is the group that gives it up. Other groups keep what they hold of it.
	Group string
	// Reason is written beside the entry.
	Reason string
	// Deliveries is how many times the group has delivered it.
	Deliveries int64
	// To is the key of the dead-letter stream; empty means as the bus calls it ([Bus.DeadLetterKey]).
	To string
}

// Commands are what [Bus.DeadLetter] sends, in order. Without To they name the stream of [DeadLetterKey].
func (r DeadLetterRequest) Commands() []model.Command {
	add := model.Command{"XADD", cmp.Or(r.To, DeadLetterKey(r.Entry.Stream)), "*"}
	return []model.Command{
		fieldArgs(add, deadLetterFields(r.Entry, r.Group, r.Reason, r.Deliveries)),
		{"XACK", r.Entry.Stream, r.Group, r.Entry.ID.String()},
	}
}

func (r DeadLetterRequest) validate() error {
	switch err := fault.NeedGroup(r.Entry.Stream, r.Group); {
	case err != nil:
		return err
	case r.Entry.ID.IsZero():
		return fault.Request("no entry ID on %s", r.Entry.Stream)
	case r.Entry.Fields == nil:
		return fmt.Errorf("%w: nothing is left to keep; acknowledge it instead", model.ErrGone)
	}
	return nil
}

// DeadLetterResult is what became of a [DeadLetterRequest].
type DeadLetterResult struct {
	// Letter is where the entry lies now.
	Letter model.Key
	// Acked is 1, or 0 when the group had nothing pending under that ID any more.
	Acked    int64
	Receipts []model.Receipt
}

// DeadLetter gives an entry up in a group: XADD to the dead-letter stream, then XACK. The entry is acknowledged only
// after the dead letter is safe; an error in between leaves it pending, with the dead letter's place in the result.
// The error wraps [model.ErrGone] when the entry's fields are gone, and [fault.ErrUncertain] when a reply was lost.
func (w *Writer) DeadLetter(ctx context.Context, r DeadLetterRequest) (DeadLetterResult, error) {
	var result DeadLetterResult
	if err := r.validate(); err != nil {
		return result, fmt.Errorf("bus: dead-letter %s: %w", r.Entry.Key(), err)
	}
	r.To = cmp.Or(r.To, w.reader.DeadLetterKey(r.Entry.Stream))
	commands := r.Commands()
	added, err := w.conn.Change(ctx, commands[0], &result.Receipts)
	if err != nil {
		return result, fmt.Errorf("bus: dead-letter %s: add to %s: %w", r.Entry.Key(), r.To, err)
	}
	result.Letter = model.Key{Stream: r.To, ID: added.Position()}
	acked, err := w.conn.Change(ctx, commands[1], &result.Receipts)
	if err != nil {
		return result, fmt.Errorf("bus: dead-letter %s: written to %s, but not acknowledged in %s: %w",
			r.Entry.Key(), result.Letter, r.Group, err)
	}
	result.Acked = acked.Integer()
	return result, nil
}
