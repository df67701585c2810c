package jsonschema

// Mode is what happens to an event that doesn't fit its schema.
type Mode uint8

const (
	// Off publishes it. [Checker.Check] doesn't look at it, [Checker.Look] does.
	Off Mode = iota
	// Warn publishes it, and it is told.
	Warn
	// Refuse doesn't publish it.
	Refuse
)

// Rule is the schema of some event types.
type Rule struct {
	// Type is a glob of event types ([model.MatchGlob]).
	Type string
	// File is the path of a JSON Schema for the data of the events. What it refers to by $ref is read from files; nothing is
	// fetched.
	File string
	Mode Mode
}

// Error is a rule whose file can't be used.
type Error struct {
	// Rule is the index of the rule.
	Rule int
	Err  error
}

// Error returns what is wrong; it names the file.
func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }
