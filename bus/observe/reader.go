package observe

import (
	"context"
	"iter"

	"streamdesk/bus/internal/wire"
	"streamdesk/bus/observe/tail"
	"streamdesk/model"
	"streamdesk/model/payload"
)

// Reader reads streams, groups and entries. It sends only commands that change nothing, and never creates a key, a group or a
// consumer.
type Reader struct {
	look    wire.Look
	decoder *payload.Decoder // nil decodes only our own wire format
	lags    lags             // the groups whose read counters are right
	// deadLetterKey returns the key of a dead-letter stream; default [model.DeadLetterKey].
	deadLetterKey func(stream string) string
	check         func(*model.Event) *model.SchemaError // nil without one
}

// New returns a new reader that sends through look. A nil decoder decodes only our own wire format ([payload.Wire]).
// deadLetterKey returns the key of a dead-letter stream; default [model.DeadLetterKey]. check, if it isn't nil, is what
// [Reader.Unfit] asks.
func New(
	look wire.Look, d *payload.Decoder, deadLetterKey func(stream string) string, check func(*model.Event) *model.SchemaError,
) *Reader {
	if deadLetterKey == nil {
		deadLetterKey = model.DeadLetterKey
	}
	return &Reader{look: look, decoder: d, deadLetterKey: deadLetterKey, check: check}
}

// Can returns the server's capabilities: COMMAND INFO, COMMAND DOCS, and queries about a stream that doesn't exist. It asks once
// per bus; in a cluster it asks one node.
func (rd *Reader) Can(ctx context.Context) (model.Capabilities, error) {
	return rd.look.Capabilities(ctx)
}

// Prefix returns the prefix of the keys of the bus's streams.
func (rd *Reader) Prefix() string { return rd.look.Prefix() }

// Decode decodes an entry as an event, using the decoder.
func (rd *Reader) Decode(e model.Entry) model.Record {
	if rd.decoder == nil {
		return payload.Wire(e, rd.look.Prefix())
	}
	return rd.decoder.Decode(e, rd.look.Prefix())
}

// Edited returns the fields of a record with a new payload, given as JSON, in the same format and wrappings as its own payload;
// see [payload.Decoder.Edited]. It sends nothing to Redis.
func (rd *Reader) Edited(r *model.Record, value string) ([]model.Field, error) {
	if rd.decoder == nil {
		return payload.New(nil).Edited(r, value)
	}
	return rd.decoder.Edited(r, value)
}

// Unfit returns what of an event's data doesn't fit the schema of its type (bus.WithCheck), for a caller that is about to add it by
// hand; nil when it fits, or nothing checks it. It sends nothing to Redis.
func (rd *Reader) Unfit(e *model.Event) *model.SchemaError {
	if rd.check == nil {
		return nil
	}
	return rd.check(e)
}

// DecodeAll decodes entries as events. The decoder sees all of them first, so what later entries tell about a stream also applies
// to the first.
func (rd *Reader) DecodeAll(entries []model.Entry) []model.Record {
	rd.note(entries)
	records := make([]model.Record, len(entries))
	for i := range entries {
		records[i] = rd.Decode(entries[i])
	}
	return records
}

// note shows the decoder the entries that are about to be decoded.
func (rd *Reader) note(entries []model.Entry) {
	if rd.decoder != nil {
		rd.decoder.Look(entries, rd.look.Prefix())
	}
}

// DeadLetterKey returns the key of the stream that holds the dead letters of a stream on this bus.
func (rd *Reader) DeadLetterKey(stream string) string { return rd.deadLetterKey(stream) }

// Tail follows the bus's streams. It yields a batch at once, even an empty one, then one for each read that returned entries or
// found a change in the set of streams. It reads all streams with one XREAD (one per slot in a cluster), max once per Interval,
// and never blocks on the server. Above some 500 streams it reads less often: 1,000 are read every 150 ms. A stream that appears
// later is read from its beginning, and so is one that was deleted and recreated with smaller IDs. A cluster node that doesn't
// answer delays only its own streams: they are Unreadable until it answers or another node has them, then continue where they
// were. Streams of a node that hasn't answered since the tail began are read from the moment it does.
//
// An error of the connection or the server is yielded with an empty batch. The tail then continues automatically from the same
// positions, after a growing pause. The first batch after the error may be empty; it means that the error is over. A slow read is
// reported to the bus's hook Waiting. The sequence ends when ctx ends, the caller breaks or Patience is exceeded. It starts its
// own goroutines only for the nodes of a cluster, and none of them waits longer than the client's ReadTimeout. Ranging over it
// again starts from the beginning.
//
// It sends XREAD, SCAN, XINFO STREAM and XREVRANGE.
func (rd *Reader) Tail(ctx context.Context, o tail.Options) iter.Seq2[tail.Batch, error] {
	return tail.Follow(ctx, rd.look, tail.Source{All: rd.Discover, More: rd.discoverOn, Figures: rd.streamInfos}, o)
}
