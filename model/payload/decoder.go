// Package payload decodes entries as events. It knows which fields hold which part of an event, in our own wire format
// and in those of other producers (watermill, CloudEvents, FastStream and more), which it detects. Package decode
// decodes the bytes of a payload. Start reading at [Decoder].
package payload

import (
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"streamdesk/model"
)

// Rule says how the entries of some streams are decoded.
type Rule struct {
	// Streams is a glob of stream keys; empty means all.
	Streams string
	// Kind is one of [Kinds]. [Auto] detects the kind of each stream. Empty means [Auto] without Paths; with Paths, it
	// means JSON in a field, with the parts at those paths.
	Kind string
	// Paths locate single parts. With a kind, they override where it finds them.
	Paths
}

// Decoder decodes entries as events. It is safe for concurrent use.
type Decoder struct {
	rules  []Rule
	opener *Opener

	streams sync.Map // stream key → *habit
	known   atomic.Int64
	last    atomic.Pointer[habit] // of the last stream used
}

// New returns a new decoder. The first rule that matches a stream applies; without one, the stream's kind is detected.
// The opener decodes payloads that aren't JSON; nil leaves them unchanged. New panics when a rule's kind isn't one of
// [Kinds].
func New(opener *Opener, rules ...Rule) *Decoder {
	for _, r := range rules {
		if r.Kind != "" && r.Kind != Auto && kindOf(r.Kind) == nil {
			panic("payload: there is no kind " + strconv.Quote(r.Kind))
		}
	}
	return &Decoder{rules: rules, opener: opener}
}

// Wire decodes an entry in our own wire format, whatever it holds. It never fails: a problem is in the record's Err,
// and the type then comes from the stream's name without the bus's prefix.
func Wire(e model.Entry, prefix string) model.Record {
	r := model.Record{Entry: e}
	if e.Fields == nil {
		r.Err = model.ErrGone
	} else {
		r.Err = readWire(&r, nil)
	}
	if r.Event.Type == "" {
		r.Event.Type = model.TypeOf(e.Stream, prefix)
	}
	return r
}

// Decode decodes an entry as [Wire] does, in its producer's envelope: the one that its marks prove, or else the one set
// or detected for its stream. An entry counts as broken only when that envelope can't be decoded. When none is known,
// the fields are the event.
func (d *Decoder) Decode(e model.Entry, prefix string) model.Record {
	r := model.Record{Entry: e}
	switch h := d.habit(e.Stream, prefix); {
	case e.Fields == nil:
		r.Err = model.ErrGone
	case h.plain && h.fixed == nil && readOwn(&r):
		h.count(&wire)
	case h.plain && h.fixed == &wire:
		r.Err = readWire(&r, h.opening)
	default:
		r = d.read(e, h)
	}
	if r.Event.Type == "" {
		r.Event.Type = model.TypeOf(e.Stream, prefix)
	}
	return r
}

// read is Decode for entries that aren't plainly in our own format.
func (d *Decoder) read(e model.Entry, h *habit) model.Record {
	x := &reading{Record: model.Record{Entry: e}, opening: h.opening, paths: h.paths}
	k := h.fixed
	if k == nil {
		k = x.judge(h)
	}
	x.as(k)
	return x.Record
}

// Look examines entries before they are decoded, so that the first is decoded with the kind that the others show for
// its stream. It costs next to nothing for known streams.
func (d *Decoder) Look(entries []model.Entry, prefix string) {
	for i := range entries {
		e := &entries[i]
		h := d.habit(e.Stream, prefix)
		if e.Fields == nil || h.fixed != nil || h.settled.Load() {
			continue
		}
		x := &reading{Record: model.Record{Entry: *e}, opening: h.opening}
		if k := x.marked(); k != nil {
			h.count(k)
		}
	}
}

// Packed reports whether a value may hold encoded text (compressed, binary, or in base64), so that a search of its
// bytes can miss it. A false is certain.
func Packed(value string) bool {
	const least = 16 // shorter base64 can't hold a useful wrapping
	if !utf8.ValidString(value) || strings.Contains(value, `"data_base64"`) {
		return true
	}
	packed := len(value) >= least
	for _, c := range []byte(strings.Trim(value, `"`)) {
		switch {
		case c < ' ' && c != '\n' && c != '\r' && c != '\t':
			return true
		case !packed, c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("+/-_=\r\n", c) >= 0:
		default:
			packed = false
		}
	}
	return packed
}
