package config

// Envelope says where the fields of an event are found. The defaults are the wire format's; other people's streams
// need others. Each path goes through JSON objects with dots, as in "meta.trace.id". The fields are those of
// model.Envelope in the same order, so that one converts into the other.
type Envelope struct {
	// Payload is the entry field that holds the JSON.
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
	// Data is the path to what the event carries.
	Data string `toml:"data"`
}

func defaultEnvelope() Envelope {
	return Envelope{
		Payload:  "data",
		ID:       "id",
		Type:     "type",
		Workflow: "workflow_id",
		Time:     "timestamp",
		Agent:    "source_agent",
		Data:     "data",
	}
}
