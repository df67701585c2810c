package config

// KeyList is one key or several, as the desk names them: "ctrl+r", "X", "enter". In TOML it is a string or an array of
// strings; an empty array removes an action's keys.
type KeyList []string

// Template is an event that the inject dialog can be filled with.
type Template struct {
	// Name is what the person picks it by; it is the only field that has to be set.
	Name string `toml:"name"`
	// Type is the event type, such as "workflow.started".
	Type string `toml:"type"`
	// WorkflowID is the workflow that the event belongs to.
	WorkflowID string `toml:"workflow_id"`
	// Agent is the source agent.
	Agent string `toml:"agent"`
	// Data is the text of a JSON object; empty means {}.
	Data string `toml:"data"`
}
