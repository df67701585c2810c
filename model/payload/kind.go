package payload

import (
	"slices"

	"streamdesk/model"
)

// Auto is the kind of a rule that detects each stream's envelope.
const Auto = "auto"

// kind is one producer's way to write events into entries.
type kind struct {
	name string
	// marks reports whether an entry is unmistakably of this kind.
	marks func(x *reading) bool
	// own are the entry fields that belong to the envelope. All others except the payload's are headers.
	own []string
	// read fills the record. An error says why the entry can't be decoded as this kind.
	read func(x *reading) error
}

// kinds are all kinds, in the order in which their marks are checked: those marked by a field name come first.
var kinds = [...]*kind{&watermill, &fastStream, &bullMQ, &cloudEvents, &massTransit, &taskiq, &debezium, &spring, &wire, &connect, &flat}

// Kinds returns the names of the envelopes that settings can name, in alphabetical order.
func Kinds() []string {
	names := []string{Auto}
	for _, k := range kinds {
		names = append(names, k.name)
	}
	slices.Sort(names)
	return names
}

// kindOf returns the kind with a name; nil when there is none.
func kindOf(name string) *kind {
	if i := slices.IndexFunc(kinds[:], func(k *kind) bool { return k.name == name }); i >= 0 {
		return kinds[i]
	}
	return nil
}

// reading is the state of decoding one entry.
type reading struct {
	model.Record
	opening *opening
	paths   Paths
	found   *body // nil until it is looked for
}

// judge returns the kind of an entry: by its marks, or else by its stream's entries, or else by its looks.
func (x *reading) judge(h *habit) *kind {
	k := x.marked()
	if k == nil {
		_, hasBody := x.Field(fieldBody)
		switch usual := h.usual(); {
		case usual == &connect && !hasBody:
			return &flat // it has no mark, so it can't be broken
		case usual != nil:
			return usual
		}
		k = x.guess()
	}
	h.count(k)
	return k
}

// marked returns the kind whose marks the entry has; nil when it has none.
func (x *reading) marked() *kind {
	for _, k := range kinds {
		if k.marks(x) {
			return k
		}
	}
	return nil
}

// guess returns the kind of an entry without marks on an unknown stream.
func (x *reading) guess() *kind {
	if data, ok := x.Field(model.FieldData); ok && startsObject(data) || x.body().field == model.FieldData {
		return &wire
	}
	if x.body().field == fieldBody {
		return &connect
	}
	return &flat
}

// as decodes the entry as one kind, and then applies the settings' paths.
func (x *reading) as(k *kind) {
	if k != &wire {
		x.Envelope = k.name
	}
	x.Err = k.read(x)
	if x.Envelope != "" && x.PayloadField != "" {
		for _, f := range x.Fields {
			if f.Name != x.PayloadField && !slices.Contains(k.own, f.Name) {
				x.Headers = append(x.Headers, f)
			}
		}
	}
	if x.Err == nil && x.paths != (Paths{}) {
		x.Err = x.follow()
	}
}
