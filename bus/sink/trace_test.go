package sink

import (
	"testing"

	"streamdesk/bus"
	"streamdesk/model"
)

func TestManyEventsAreHandedOverInTheirTraceOnlyWhenItIsOne(t *testing.T) {
	in := func(trace, span string) (m bus.Message) {
		m.TraceContext = model.TraceContext{Parent: "00-" + trace + "-" + span + "-01", State: "a=1"}
		return m
	}
	const one, another = "4bf92f3577b34da6a3ce929d0e0e4736", "5bf92f3577b34da6a3ce929d0e0e4736"
	const span, later = "00f067aa0ba902b7", "10f067aa0ba902b7"
	first, none := in(one, span), bus.Message{}
	broken := in(one, "of no span")
	for name, c := range map[string]struct {
		messages []bus.Message
		want     model.TraceContext
	}{
		"nothing":             {nil, model.TraceContext{}},
		"one":                 {[]bus.Message{first}, first.TraceContext},
		"one trace":           {[]bus.Message{first, in(one, later)}, first.TraceContext},
		"two traces":          {[]bus.Message{first, in(another, span)}, model.TraceContext{}},
		"one without a trace": {[]bus.Message{first, none}, model.TraceContext{}},
		"the first without":   {[]bus.Message{none, first}, model.TraceContext{}},
		"no trace at all":     {[]bus.Message{none, none}, model.TraceContext{}},
		"one that is broken":  {[]bus.Message{broken}, model.TraceContext{}},
	} {
		if got := TraceOf(c.messages); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
