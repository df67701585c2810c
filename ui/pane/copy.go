package pane

import "streamdesk/model"

// Copy is something of an event that can be put on the clipboard.
type Copy struct {
	// Name is what the settings call it, Title says what it is, and Key is its key in the menu of what can be copied.
	Name, Title, Key string
	// Keys are its keys on the desk.
	Keys []string
	// of returns its text, empty when the event has none.
	of func(*model.Record) string
	// part returns its text where it is of the value under the cursor; of is nil then.
	part func(Value) string
	// link: it is the address of the event's trace; of and part are nil then.
	link bool
}

// Copies are what can be copied beside the payload.
var Copies = [...]Copy{
	{Name: "value", Title: "the value", Key: "v", part: func(v Value) string { return v.Bytes }},
	{Name: "path", Title: "the path", Key: "n", Keys: []string{"Y"}, part: func(v Value) string { return v.Path }},
	{Name: "id", Title: "the entry ID", Key: "i", of: func(r *model.Record) string { return r.ID.String() }},
	{Name: "key", Title: "the stream's key", Key: "k", of: func(r *model.Record) string { return r.Stream }},
	{Name: "workflow", Title: "the workflow's ID", Key: "w", of: func(r *model.Record) string { return r.Event.WorkflowID }},
	{Name: "trace", Title: "the trace ID", Key: "t", of: func(r *model.Record) string { return r.Trace }},
	{Name: "trace-link", Title: "the address of its trace", Key: "a", link: true},
	{Name: "redis-cli", Title: "the redis-cli command that reads it", Key: "r", of: func(r *model.Record) string {
		return model.ShellWords([]string{"redis-cli", "XRANGE", r.Stream, r.ID.String(), r.ID.String()})
	}},
	{Name: "streamdesk", Title: "the command that says who holds it", Key: "s", of: func(r *model.Record) string {
		return model.ShellWords([]string{"streamdesk", "delivery", r.Stream, r.ID.String()})
	}},
}

// Of returns its text for the event that the viewer shows, or why there is none. address returns the address of a trace, empty
// when the settings name none.
func (c *Copy) Of(r *model.Record, shown Viewer, address func(trace string) string) (text, why string) {
	switch text = address(r.Trace); {
	case c.link && r.Trace == "":
		return "", "the event has no trace"
	case c.link && text == "":
		return "", "the settings don't say where traces are looked at: set url in [trace]"
	case c.link:
		return text, ""
	}
	if c.of != nil {
		if text = c.of(r); text == "" {
			return "", "the event has none"
		}
		return text, ""
	}
	v, ok := shown.Value()
	if !ok {
		return "", "there is nothing to copy: the entry is gone, or has no fields"
	}
	return c.part(v), ""
}
