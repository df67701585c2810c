package config

import "strconv"

// Kind is the layer that a value comes from; a later layer overrides an earlier one.
type Kind int

// The layers, from the weakest to the strongest.
const (
	FromDefault Kind = iota
	FromFile
	FromEnv
	FromFlag
)

// Source is where a value was written.
type Source struct {
	Kind Kind
	// Name is the file's path, the variable's name or the flag as it is typed; empty for a default.
	Name string
	// Line and Column begin at 1 and are set for a file only.
	Line, Column int
}

// String is how a person finds the place: "config.toml:12:3", "STREAMDESK_REDIS", "--redis" or "default".
func (s Source) String() string {
	if s.Kind == FromDefault {
		return "default"
	}
	if s.Line == 0 {
		return s.Name
	}
	return s.Name + ":" + strconv.Itoa(s.Line) + ":" + strconv.Itoa(s.Column)
}
