package dialog

import (
	"time"

	"streamdesk/bus"
	"streamdesk/model"
	"streamdesk/ui/widget"
)

// Draft is what an event that is to be injected begins as: a template, or what an event on the screen said.
type Draft struct {
	// Name is a template's, as the choice of templates shows it.
	Name                    string
	Type                    model.Type
	WorkflowID, SourceAgent string
	// Data is JSON; empty means an empty object.
	Data string
}

// DraftOf is a draft that says what a record says. Of an entry that is no event, its stream's type is all there is.
func DraftOf(r model.Record) Draft {
	return Draft{
		Type: r.Event.Type, WorkflowID: r.Event.WorkflowID, SourceAgent: r.Event.SourceAgent, Data: string(r.Event.Data),
	}
}

// data is the draft's data set out for editing.
func (d Draft) data() string {
	if d.Data == "" {
		return "{}"
	}
	return widget.IndentJSON(d.Data)
}

// injection is the request that adds an event by hand, in the bus's wire format.
func injection(env *Env, e model.Event, at time.Time) bus.AppendRequest {
	e.Timestamp = at
	return bus.AppendRequest{
		Stream: env.Prefix + string(e.Type),
		Fields: []model.Field{{Name: env.payloadField(), Value: string(e.AppendJSON(nil))}},
	}
}
