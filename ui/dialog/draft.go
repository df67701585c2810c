package dialog

import (
	"slices"
	"time"

	"streamdesk/bus/change"
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
	// like is the record that the draft was made of: where its payload was opened, what is injected beside it is of the same form.
	like *model.Record
}

// DraftOf is a draft that says what a record says. Of an entry that is no event, its stream's type is all there is.
func DraftOf(r model.Record) Draft {
	return Draft{
		Type: r.Event.Type, WorkflowID: r.Event.WorkflowID, SourceAgent: r.Event.SourceAgent, Data: string(r.Event.Data), like: &r,
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
func injection(env *Env, e model.Event, at time.Time) change.AppendRequest {
	e.Timestamp = at
	return change.AppendRequest{
		Stream: env.Prefix + string(e.Type),
		Fields: []model.Field{{Name: env.payloadField(), Value: string(e.AppendJSON(nil))}},
	}
}

// beside packs an event that goes to the stream of the draft's record as that is packed. The error says why it can't be.
func (d Draft) beside(env *Env, r change.AppendRequest) (change.AppendRequest, error) {
	if d.like == nil || d.like.Way == "" || d.like.Envelope != "" || d.like.Stream != r.Stream {
		return r, nil
	}
	fields, err := env.Op.Edited(d.like, r.Fields[0].Value)
	if err == nil {
		r.Fields = slices.DeleteFunc(fields, func(f model.Field) bool { return f.Name != d.like.PayloadField })
	}
	return r, err
}
