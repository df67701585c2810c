package dialog

import (
	"slices"
	"time"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/ui/widget"
)

// Draft is the initial content of an event to inject: a template, or the content of an event on the screen.
type Draft struct {
	// Name is the name of a template, as the choice of templates shows it.
	Name                    string
	Type                    model.Type
	WorkflowID, SourceAgent string
	// Data is JSON; default an empty object.
	Data string
	// like is the record that the draft was made from. When its payload was decoded, an event that is injected into the same
	// stream is encoded in the same way.
	like *model.Record
}

// DraftOf returns a draft with the content of a record. For an entry that is no event, it has only the stream's type.
func DraftOf(r model.Record) Draft {
	return Draft{
		Type: r.Event.Type, WorkflowID: r.Event.WorkflowID, SourceAgent: r.Event.SourceAgent, Data: string(r.Event.Data), like: &r,
	}
}

// data returns the draft's data, indented for editing.
func (d Draft) data() string {
	if d.Data == "" {
		return "{}"
	}
	return widget.IndentJSON(d.Data)
}

// injection returns the request that adds an event, in the bus's wire format.
func injection(env *Env, e model.Event, at time.Time) change.AppendRequest {
	e.Timestamp = at
	return change.AppendRequest{
		Stream: env.Prefix + string(e.Type),
		Fields: []model.Field{{Name: env.payloadField(), Value: string(e.AppendJSON(nil))}},
	}
}

// beside encodes an event for the stream of the draft's record in the same way as that record. It returns an error when it
// can't.
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
