package payload

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"streamdesk/model"
)

// part is a part of an event, which producers name in different ways.
type part uint8

const (
	partID part = iota
	partType
	partWorkflow
	partTime
	partAgent
	partTrace
	partState
	parts
)

// partNames are producers' names for the parts, the most specific first, in lower case without dashes, dots and
// underscores.
var partNames = [parts][]string{
	partID:       {"eventid", "messageid", "msgid", "uuid", "id"},
	partType:     {"eventtype", "messagetype", "eventname", "type", "event"},
	partWorkflow: {"workflowid", "workflow", "correlationid", "conversationid", "sagaid", "processid", "runid"},
	partTime:     {"timestamp", "time", "occurredat", "eventtime", "publishedat", "senttime", "sentat", "createdat", "datetime", "ts"},
	partAgent:    {"sourceagent", "agent", "source", "producer", "publisher", "service", "sender", "app"},
	partTrace:    {"traceparent", "mtactivityid", "traceid"},
	partState:    {"tracestate"},
}

type rank struct {
	part part
	at   int
}

var ranks = rankNames()

func rankNames() map[string]rank {
	found := map[string]rank{}
	for p, names := range partNames {
		for at, name := range names {
			found[name] = rank{part(p), at}
		}
	}
	return found
}

// longestName is the max length of a name looked up: the longest in partNames, plus room for separators.
const longestName = 32

// rankOf returns the part that a name stands for.
func rankOf(name string) (rank, bool) {
	if len(name) > longestName {
		return rank{}, false
	}
	var folded [longestName]byte
	n := 0
	for i := range len(name) {
		c := name[i]
		switch {
		case c == '_' || c == '-' || c == '.' || c == '@':
			continue
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		}
		folded[n] = c
		n++
	}
	r, ok := ranks[string(folded[:n])]
	return r, ok
}

// fill sets the parts that the event still lacks from fields with names that producers use.
func (x *reading) fill(fields []model.Field) {
	var values [parts]string
	var at [parts]int
	for _, f := range fields {
		r, ok := rankOf(f.Name)
		if ok && (values[r.part] == "" || r.at < at[r.part]) && r.plausible(f.Value) {
			values[r.part], at[r.part] = f.Value, r.at
		}
	}
	untraced := x.Trace == ""
	for p, value := range values[:partState] {
		if value != "" {
			x.take(part(p), value)
		}
	}
	if untraced && x.TraceContext.Parent != "" { // a state belongs to the traceparent beside it
		x.TraceContext.State = values[partState]
	}
}

// take sets a part that has no value yet.
func (x *reading) take(p part, value string) {
	e := &x.Event
	var into *string
	switch p {
	case partID:
		into = &e.ID
	case partType:
		into = (*string)(&e.Type)
	case partWorkflow:
		into = &e.WorkflowID
	case partAgent:
		into = &e.SourceAgent
	case partTrace:
		if x.Trace == "" {
			setTrace(&x.Record, value, "")
		}
		return
	default:
		if e.Timestamp.IsZero() {
			e.Timestamp, _ = model.ParseTime(value)
		}
		return
	}
	if *into == "" {
		*into = value
	}
}

// longestPart is the max length of an identity. Longer values are text that happens to have such a name.
const longestPart = model.MaxTypeLength

// plausible reports whether a value can be what its name says.
func (r rank) plausible(value string) bool {
	longest := longestPart
	if r.part == partState {
		longest = model.MaxTraceState
	}
	if value == "" || len(value) > longest || !utf8.ValidString(value) || strings.ContainsFunc(value, unicode.IsControl) {
		return false
	}
	switch {
	case r.part == partTime:
		_, ok := model.ParseTime(value)
		return ok
	case r.part == partTrace && r.at == 0:
		return model.TraceContext{Parent: value}.Valid()
	}
	return value[0] != '{' && value[0] != '['
}
