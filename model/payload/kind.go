package payload

import (
	"slices"

	"streamdesk/model"
)

// Auto is the kind of a rule that has each stream's envelope found out.
const Auto = "auto"

// kind is one producer's way to write events into entries.
type kind struct {
	name string
	// marks says whether an entry names this kind unmistakably.
	marks func(x *reading) bool
	// own are the entry fields that belong to the envelope; others beside the payload's are headers.
	own []string
	// read fills the record. An error says why the entry can't be read so.
	read func(x *reading) error
}

// kinds are all of them, in the order in which entries are held against their marks: those that a field names come first.
var kinds = [...]*kind{&watermill, &fastStream, &bullMQ, &cloudEvents, &massTransit, &taskiq, &debezium, &spring, &wire, &connect, &flat}

// Kinds are the names of the envelopes that settings can ask for, by the alphabet.
func Kinds() []string {
	names := []string{Auto}
	for _, k := range kinds {
		names = append(names, k.name)
	}
	slices.Sort(names)
	return names
}

// kindOf is the kind of a name, nil when there is none.
func kindOf(name string) *kind {
	if i := slices.IndexFunc(kinds[:], func(k *kind) bool { return k.name == name }); i >= 0 {
		return kinds[i]
	}
	return nil
}

// reading is the work on one entry.
type reading struct {
	model.Record
	opening *opening
	paths   Paths
	found   *body // nil until it is looked for
}

// judge says what an entry is: what it names itself, or else what its stream's entries are, or else what it looks like.
func (x *reading) judge(h *habit) *kind {
	k := x.marked()
	if k == nil {
		_, hasBody := x.Field(fieldBody)
		switch usual := h.usual(); {
		case usual == &connect && !hasBody:
			return &flat // nothing marks it, so that nothing is broken
		case usual != nil:
			return usual
		}
		k = x.guess()
	}
	h.count(k)
	return k
}

// marked is the kind that the entry names unmistakably, nil when it names none.
func (x *reading) marked() *kind {
	for _, k := range kinds {
		if k.marks(x) {
			return k
		}
	}
	return nil
}

// guess is the kind of an entry that doesn't name one, on a stream of which nothing is known.
func (x *reading) guess() *kind {
	if data, ok := x.Field(model.FieldData); ok && startsObject(data) || x.body().field == model.FieldData {
		return &wire
	}
	if x.body().field == fieldBody {
		return &connect
	}
	return &flat
}

// as reads the entry as one kind, and then what the settings' paths say beside it.
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
