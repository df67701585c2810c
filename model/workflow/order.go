package workflow

import (
	"cmp"
	"strconv"
	"strings"

	"streamdesk/model"
)

// Order is the place of an event among those of its workflow: by the time of its entry, and within a millisecond by what it says.
type Order struct {
	Key   model.Key
	phase int
}

// Order returns the event's place.
func (e *Event) Order() Order { return Order{e.Key, e.phase()} }

// Compare returns -1 when o comes before p, 1 when it comes after, and 0 when both are the same.
func (o *Order) Compare(p *Order) int {
	if c := cmp.Compare(o.Key.ID.Ms, p.Key.ID.Ms); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(o.phase, p.phase), cmp.Compare(o.Key.ID.Seq, p.Key.ID.Seq), strings.Compare(o.Key.Stream, p.Key.Stream),
	)
}

// Append appends a text that sorts, byte by byte, as [Order.Compare] does. A store can use it to find the first or the last event.
func (o *Order) Append(text []byte) []byte {
	text = append(appendHex(text, o.Key.ID.Ms), '.')
	text = append(strconv.AppendInt(text, int64(o.phase), 10), '.')
	text = append(appendHex(text, o.Key.ID.Seq), '.')
	return append(text, o.Key.Stream...)
}

// appendHex appends 16 hex digits.
func appendHex(text []byte, n uint64) []byte {
	const digits = "0123456789abcdef"
	for shift := 60; shift >= 0; shift -= 4 {
		text = append(text, digits[n>>shift&0xF])
	}
	return text
}

// compare orders events by the time of their entries.
func (e *Event) compare(f *Event) int {
	o, p := e.Order(), f.Order()
	return o.Compare(&p)
}
