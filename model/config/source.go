package config

import "strconv"

// Layer is the part of the settings that a value comes from; a later layer overrides an earlier one.
type Layer int

// The layers, from the weakest to the strongest.
const (
	FromDefault Layer = iota
	FromFile
	FromEnv
	FromFlag
)

// Source is where a value was written.
type Source struct {
	Layer Layer
	// Name is the file's path, the variable's name or the flag as it is typed; empty for a default.
	Name string
	// Line and Column begin at 1 and are set for a file only.
	Line, Column int
}

// String returns the place as a person finds it: "config.toml:12:3", "STREAMDESK_REDIS", "--redis" or "default".
func (s Source) String() string {
	if s.Layer == FromDefault {
		return "default"
	}
	if s.Line == 0 {
		return s.Name
	}
	return s.Name + ":" + strconv.Itoa(s.Line) + ":" + strconv.Itoa(s.Column)
}
