package observe

import (
	"context"
	"iter"

	"streamdesk/bus/internal/wire"
	"streamdesk/bus/observe/tail"
	"streamdesk/model"
	"streamdesk/model/payload"
)

// Reader looks at streams, groups and entries. It sends only commands that change nothing, and never creates a key, a group or
// a consumer.
type Reader struct {
	look    wire.Look
	decoder *payload.Decoder // nil reads our own wire format alone
	lags    lags             // whose read counters were found to be right
	// deadLetterKey names dead-letter streams; nil for [model.DeadLetterKey].
	deadLetterKey func(stream string) string
}

// New makes a reader that sends through look. A decoder of nil reads our own wire format alone ([payload.Wire]); without a
// deadLetterKey dead-letter streams are called by [model.DeadLetterKey].
func New(look wire.Look, d *payload.Decoder, deadLetterKey func(stream string) string) *Reader {
	if deadLetterKey == nil {
		deadLetterKey = model.DeadLetterKey
	}
	return &Reader{look: look, decoder: d, deadLetterKey: deadLetterKey}
}

// Can says what the server can do: COMMAND INFO, COMMAND DOCS, and questions about a stream that doesn't exist. It is asked
// once per bus, in a cluster of one node.
func (rd *Reader) Can(ctx context.Context) (model.Capabilities, error) {
	return rd.look.Capabilities(ctx)
}

// Prefix is what the keys of the bus's streams start with.
func (rd *Reader) Prefix() string { return rd.look.Prefix() }

// Decode reads an entry as an event, as the decoder says.
func (rd *Reader) Decode(e model.Entry) model.Record {
	if rd.decoder == nil {
		return payload.Wire(e, rd.look.Prefix())
	}
	return rd.decoder.Decode(e, rd.look.Prefix())
}

// Edited are the fields of a record with another payload, given as JSON, in the form and the wrappings that its payload has; see
// [payload.Decoder.Edited]. It asks Redis nothing.
func (rd *Reader) Edited(r *model.Record, value string) ([]model.Field, error) {
	if rd.decoder == nil {
		return payload.New(nil).Edited(r, value)
	}
	return rd.decoder.Edited(r, value)
}

// DecodeAll reads entries as events, each knowing the others: what they tell of their streams counts for the first of them, too.
func (rd *Reader) DecodeAll(entries []model.Entry) []model.Record {
	rd.note(entries)
	records := make([]model.Record, len(entries))
	for i := range entries {
		records[i] = rd.Decode(entries[i])
	}
	return records
}

// note has the decoder take note of entries that are about to be decoded.
func (rd *Reader) note(entries []model.Entry) {
	if rd.decoder != nil {
		rd.decoder.Look(entries, rd.look.Prefix())
	}
}

// DeadLetterKey is the key of the stream that holds the dead letters of a stream, as this bus calls it.
func (rd *Reader) DeadLetterKey(stream string) string { return rd.deadLetterKey(stream) }

// Tail follows the bus's streams. It yields a batch at once, even an empty one, then one for each read that brought
// something or found that the streams are others now. It reads all streams with one XREAD (one per slot in a cluster), at most once per Interval
// (and more seldom above some 500 streams: 1,000 are read every 150 ms), and never blocks on the server. A stream that appears later is read from its beginning, and so is one that was deleted and
// made anew with smaller IDs. A node of a cluster that doesn't answer holds up its own streams alone: they are Unreadable
// until it does, or another one has them, and go on where they stood; those of a node that hasn't answered since the tail
// began are read from when it does.
//
// An error is that of the connection or the server; it is yielded with an empty batch, and the tail goes on by itself
// from the same positions, after a growing pause; a read that takes long is told to the bus's hook Waiting. The first batch after it may be empty and says that it is over. The sequence
// ends when ctx does, the caller breaks or the patience is over; it starts goroutines of its own for the nodes of a cluster
// alone, and none of them waits longer than the client's ReadTimeout. It can be ranged over again, from the start.
//
// It sends XREAD, SCAN, XINFO STREAM and XREVRANGE.
func (rd *Reader) Tail(ctx context.Context, o tail.Options) iter.Seq2[tail.Batch, error] {
	return tail.Follow(ctx, rd.look, tail.Source{All: rd.Discover, More: rd.discoverOn, Figures: rd.streamInfos}, o)
}
