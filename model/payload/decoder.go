// Package payload reads entries as events: which fields of an entry say what about its event, in our own wire format and as other
// producers write them (watermill, CloudEvents, FastStream and more), which it tells apart by itself. What stands in the bytes
// of a payload is package decode's. Start reading at [Decoder].
package payload

import (
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"streamdesk/model"
)

// Rule says how the entries of some streams are read.
type Rule struct {
	// Streams is a glob of stream keys; empty means all.
	Streams string
	// Kind is one of [Kinds]: [Auto] has each stream's own found out, which is also what empty means where Paths say nothing. Where
	// they do it means JSON in a field, with the parts where they say.
	Kind string
	// Paths are where single parts stand; beside a kind those that it finds elsewhere.
	Paths
}

// Decoder reads entries as events. It is safe for concurrent use.
type Decoder struct {
	rules  []Rule
	opener *Opener

	streams sync.Map // stream key → *habit
	known   atomic.Int64
	last    atomic.Pointer[habit] // of the stream that was asked for last
}

// New makes a decoder. The first rule that fits a stream holds for it; where none does, its kind is found out. What is no JSON is
// opened by the opener; nil leaves it as it is. It panics when a rule's kind isn't one of [Kinds].
func New(opener *Opener, rules ...Rule) *Decoder {
	for _, r := range rules {
		if r.Kind != "" && r.Kind != Auto && kindOf(r.Kind) == nil {
			panic("payload: there is no kind " + strconv.Quote(r.Kind))
		}
	}
	return &Decoder{rules: rules, opener: opener}
}

// Wire reads an entry in our own wire format, whatever it holds. It never fails: what is wrong is in the record's Err, and the
// type is then taken from the stream's name, given the bus's prefix.
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

// Decode reads an entry as [Wire] does, in its own producer's envelope: the one that it names itself unmistakably, or else the
// one that the settings or the other entries give its stream. "Broken" is only said of an entry that this envelope fails to
// read; where none is known, the fields are the event.
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

// read is Decode for what isn't plainly our own.
func (d *Decoder) read(e model.Entry, h *habit) model.Record {
	x := &reading{Record: model.Record{Entry: e}, opening: h.opening, paths: h.paths}
	k := h.fixed
	if k == nil {
		k = x.judge(h)
	}
	x.as(k)
	return x.Record
}

// Look takes note of what entries are that are about to be read, so that the first of them is read by what the others tell of
// its stream. It costs next to nothing for streams that are known.
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

// Packed says whether a value may hold text in another form than its own: compressed, binary, or in base64, so that a search of
// its bytes can miss what is in it. It is sure when it says no.
func Packed(value string) bool {
	const least = 16 // base64 of less holds no wrapping worth its name
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
