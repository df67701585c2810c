// Package filter is the language that picks events: terms such as type:audit.* or age<5m, and jq expressions.
package filter

import (
	"slices"
	"strings"
	"time"

	"streamdesk/model"
	"streamdesk/model/filter/jq"
)

// Filter selects entries. Its text consists of terms separated by white space, all of which must hold:
//
//	wf:GLOB      the workflow id (also workflow:)
//	type:GLOB    the event type
//	agent:GLOB   the source agent
//	trace:GLOB   the trace ID
//	stream:GLOB  the stream's key
//	id:GLOB      the event's or the entry's ID
//	age<5m       younger than (age>5m: older than)
//	state:STATE  pending, acked or dead; only whoever was told how entries stand can say, see [Filter.Informed]
//	group:GLOB   narrows states to groups of that name; without a state, what they have still to do: it is pending
//	             there, or was not delivered yet
//	word         the text occurs in a field, upper and lower case alike
//	jq:EXPR      a jq expression on the event's data yields something; it takes the rest of the text, or stands in ''
//
// A value may be a list (type:workflow.*,audit.*), any of which may match. "-" before a term negates it. Double quotes
// keep spaces and commas in a value, and make plain text of what looks like a term. The zero Filter passes everything.
// A Filter is safe for concurrent use if its [Standing] is.
type Filter struct {
	text     string
	terms    []term // those that cost most last
	stream   string // the only one whose entries pass; empty for any
	standing Standing
	concerns func(group string) bool // nil for all
}

type term struct {
	key        string   // canonical key; "" for plain text
	values     []string // globs, or one lower-case text
	age        time.Duration
	older      bool
	states     []State
	expression *jq.Expression
	negate     bool
}

// Keys of terms that more than a comparison belongs to.
const (
	keyAge   = "age"
	keyState = "state"
	keyGroup = "group"
	keyJQ    = "jq"
)

// String returns the filter as it was written.
func (f Filter) String() string { return f.text }

// Empty reports whether the filter passes everything.
func (f Filter) Empty() bool { return len(f.terms) == 0 && f.stream == "" }

// Within returns the filter limited to entries of one stream; an empty stream removes the limit. Its text stays the
// same.
func (f Filter) Within(stream string) Filter {
	f.stream = stream
	return f
}

// Stream returns the stream that [Filter.Within] limits the filter to; empty for all.
func (f Filter) Stream() string { return f.stream }

// Verdict is what a filter says of a record.
type Verdict uint8

// The verdicts.
const (
	Fails Verdict = iota
	Passes
	// Undecided: one of the terms can't be decided for this record.
	Undecided
)

// verdict is the verdict on what is known to hold or not.
func verdict(holds bool) Verdict {
	if holds {
		return Passes
	}
	return Fails
}

// Match reports whether the record passes; now is the server's clock, for ages. An undecided record doesn't pass.
func (f Filter) Match(r *model.Record, now time.Time) bool {
	v, _ := f.Judge(r, now)
	return v == Passes
}

// whyAgeless is why an age can't be judged.
const whyAgeless = "the entry's ID tells no time: it lies ahead of the clock, or beyond any date"

// Judge returns whether the record passes, or why that can't be decided. A record that fails one term fails, even if
// other terms are undecided.
func (f Filter) Judge(r *model.Record, now time.Time) (v Verdict, why string) {
	if f.stream != "" && r.Stream != f.stream {
		return Fails, ""
	}
	v = Passes
	for i := range f.terms {
		t := &f.terms[i]
		said, reason := f.ask(t, r, now)
		if t.negate && said != Undecided {
			said = verdict(said == Fails)
		}
		switch said {
		case Fails:
			return Fails, ""
		case Undecided:
			v, why = Undecided, reason
		case Passes:
		}
	}
	return v, why
}

func (f *Filter) ask(t *term, r *model.Record, now time.Time) (v Verdict, why string) {
	switch t.key {
	case "wf":
		return verdict(t.matchGlob(r.Event.WorkflowID)), ""
	case "type":
		return verdict(t.matchGlob(string(r.Event.Type))), ""
	case "agent":
		return verdict(t.matchGlob(r.Event.SourceAgent)), ""
	case "trace":
		return verdict(t.matchGlob(r.Trace)), ""
	case "stream":
		return verdict(t.matchGlob(r.Stream)), ""
	case "id":
		return verdict(t.matchGlob(r.Event.ID) || t.matchGlob(r.ID.String())), ""
	case keyAge:
		age, known := r.ID.Age(now)
		if !known {
			return Undecided, whyAgeless
		}
		return verdict(age > t.age == t.older), ""
	case keyState:
		return f.standing.judge(r.Key(), t.states, f.concerns)
	case keyJQ:
		switch answer, why := t.expression.Test(r.Event.Data); answer {
		case jq.Undecided:
			return Undecided, why
		case jq.Yes:
			return Passes, ""
		default:
			return Fails, ""
		}
	default:
		return verdict(containsText(r, t.values[0])), ""
	}
}

func (t *term) matchGlob(s string) bool {
	return slices.ContainsFunc(t.values, func(glob string) bool { return model.MatchGlob(glob, s) })
}

// Workflow returns the workflow id that the filter selects, if it names exactly one without a wildcard.
func (f Filter) Workflow() (string, bool) {
	for i := range f.terms {
		t := &f.terms[i]
		if t.key == "wf" && !t.negate && len(t.values) == 1 && !model.HasGlob(t.values[0]) {
			return t.values[0], true
		}
	}
	return "", false
}

// Changes reports whether the verdict on an unchanged record can change over time: whether the filter has terms on ages
// or states.
func (f Filter) Changes() bool { return f.AsksState() || f.has(keyAge) }

// Costly reports whether judging many records takes noticeably long: whether the filter runs a jq expression.
func (f Filter) Costly() bool { return f.has(keyJQ) }

func (f Filter) has(key string) bool {
	return slices.ContainsFunc(f.terms, func(t term) bool { return t.key == key })
}

// cost orders terms: what fails cheaply saves the rest.
func (t *term) cost() int {
	switch t.key {
	case keyJQ:
		return 3
	case keyState:
		return 2
	case "":
		return 1
	default:
		return 0
	}
}

// Quote returns a value quoted so that the filter language reads it as one value. A double quote, which the language
// can't hold, becomes the wildcard for one byte.
func Quote(value string) string {
	value = strings.ReplaceAll(value, `"`, "?")
	if strings.ContainsAny(value, " \t\n\v\f\r,\u0085\u00a0") {
		return `"` + value + `"`
	}
	return value
}
