package config

import (
	"slices"
	"strings"

	"streamdesk/model/payload"
)

// Envelope says how entries are decoded as events. Without a kind and paths, the envelope of each stream is detected. A
// path consists of names in the payload's JSON, joined by dots, as in "meta.trace.id"; after "field:", it begins with
// the name of an entry field.
type Envelope struct {
	// Kind is one of [payload.Kinds]; empty means JSON if there are paths, and detection if there are none.
	Kind string `toml:"kind"`
	// Payload is the entry field with the JSON; empty means "data", as each empty path means that of the wire format.
	Payload string `toml:"payload"`
	// ID is the path to the event's own identity.
	ID string `toml:"id"`
	// Type is the path to the event type.
	Type string `toml:"type"`
	// Workflow is the path to the identity of the workflow.
	Workflow string `toml:"workflow"`
	// Time is the path to the timestamp.
	Time string `toml:"time"`
	// Agent is the path to the name of the agent that published.
	Agent string `toml:"agent"`
	// Trace is the path to the ID of the trace, or to a traceparent.
	Trace string `toml:"trace"`
	// Data is the path to the event's data.
	Data string `toml:"data"`
}

// StreamEnvelope is an envelope for some streams.
type StreamEnvelope struct {
	// Streams is a glob of stream keys.
	Streams string `toml:"streams"`
	Envelope
}

// Rule returns the rule by which package payload decodes entries.
func (e Envelope) Rule(streams string) payload.Rule {
	return payload.Rule{Streams: streams, Kind: e.Kind, Paths: payload.Paths{
		Payload: e.Payload, ID: e.ID, Type: e.Type, Workflow: e.Workflow, Time: e.Time, Agent: e.Agent, Trace: e.Trace, Data: e.Data,
	}}
}

// Rules returns the rules of all streams: first those for some streams, as in the file, last the one for all.
func (c Config) Rules() []payload.Rule {
	rules := make([]payload.Rule, 0, len(c.Envelopes)+1)
	for _, e := range c.Envelopes {
		rules = append(rules, e.Rule(e.Streams))
	}
	return append(rules, c.Envelope.Rule(""))
}

const envelopeKey = "envelope"

// envelopes decodes the envelopes when their key holds a list of tables, and removes it from the document.
func (d *decoder) envelopes(into *[]StreamEnvelope, tree map[string]any) {
	switch raw := tree[envelopeKey].(type) {
	case map[string]any:
		if _, ok := raw["streams"]; ok {
			d.refuse(envelopeKey+".streams", "[%s] is for all streams; begin the table for some of them with [[%s]]", envelopeKey, envelopeKey)
			delete(raw, "streams")
		}
	case []any:
		delete(tree, envelopeKey)
		tables(d, envelopeKey, into, raw)
	}
}

func (f *check) envelope(table string, e Envelope) {
	if e.Kind != "" {
		oneOf(f, table+".kind", e.Kind, payload.Kinds()...)
	}
	for _, at := range [...]struct{ key, path string }{
		{"id", e.ID}, {"type", e.Type}, {"workflow", e.Workflow}, {"time", e.Time}, {"agent", e.Agent}, {"trace", e.Trace}, {"data", e.Data},
	} {
		path := strings.TrimPrefix(at.path, payload.FieldPath)
		if at.path != "" && slices.Contains(strings.Split(path, "."), "") {
			f.refuse(table+"."+at.key, `%q is no path; write names joined by dots, such as "meta.id" or "%smeta.id"`, at.path, payload.FieldPath)
		}
	}
}

func (f *check) streamEnvelopes(list []StreamEnvelope) {
	for i, e := range list {
		table := elementName(envelopeKey, i)
		switch {
		case e.Streams == "":
			f.refuse(table+".streams", `it is missing; name the streams, such as streams = "orders:*"`)
		case e.Envelope == Envelope{}:
			f.refuse(table, `it says nothing of %q; add a kind (%s) or paths`, e.Streams, strings.Join(payload.Kinds(), ", "))
		}
		f.envelope(table, e.Envelope)
	}
}
