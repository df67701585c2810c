package event

import (
	"fmt"
	"path/filepath"

	"streamdesk/model"
	"streamdesk/model/words"
)

// Schema compares an event's data with the schema of its type. It returns the file of the schema, empty when the type has none,
// and what doesn't fit, nil when all fits.
type Schema func(e *model.Event) (file string, unfit *model.SchemaError)

// fit is how an event's data fits the schema of its type.
type fit struct {
	known bool   // it has been found out
	unfit bool   // something doesn't fit
	text  string // one line; empty when the type has no schema
	more  string // how many more places don't fit; empty for none
}

// maxCompared is the max size of data, in bytes, that is compared: it is done between two frames, and this takes some milliseconds.
const maxCompared = 64_000

// compare finds out once for each entry how its data fits its schema. An entry that is no event has no schema.
func (p *Pane) compare() {
	if p.fit.known {
		return
	}
	p.fit.known = true
	if p.schema == nil || p.record.Err != nil || p.record.Fields == nil {
		return
	}
	e := p.record.Event
	size := len(e.Data)
	if size > maxCompared {
		e.Data = nil // only whether there is a schema
	}
	file, unfit := p.schema(&e)
	switch {
	case file == "":
	case size > maxCompared:
		p.fit.text = "? not compared, larger than " + words.Bytes(maxCompared)
	case unfit == nil:
		p.fit.text = "fits " + filepath.Base(file)
	default:
		p.fit.unfit, p.fit.text = true, unfit.Problems[0]
		if more := len(unfit.Problems) - 1; more > 0 {
			p.fit.more = fmt.Sprintf(" (+%d)", more)
		}
	}
}
