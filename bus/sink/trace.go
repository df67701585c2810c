package sink

import (
	"streamdesk/bus"
	"streamdesk/model"
)

// TraceOf returns the trace context to hand over with messages: that of the first one, when all are in the same trace. It is zero
// when they aren't, or when there is none.
func TraceOf(messages []bus.Message) model.TraceContext {
	var first model.TraceContext
	for i := range messages {
		switch of := messages[i].TraceContext; {
		case i == 0:
			first = of.Propagated()
		case of.Trace() != first.Trace():
			return model.TraceContext{}
		}
	}
	return first
}
