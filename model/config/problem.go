package config

import (
	"fmt"
	"strings"
)

// Problem is one thing that is wrong with a setting.
type Problem struct {
	// Source is where the value was written.
	Source Source
	// Key is the full name of the setting, such as "desk.theme"; empty when the text is not TOML at all.
	Key string
	// Text says what is wrong and how to mend it. It never holds a password.
	Text string
}

// String returns the problem on one line: where, which key, what.
func (p Problem) String() string {
	if place := p.place(); place != "" {
		return place + ": " + p.Text
	}
	return p.Text
}

// place returns what the person wrote: the flag or the variable, or the key with its line.
func (p Problem) place() string {
	switch {
	case p.Source.Layer == FromDefault:
		return p.Key
	case p.Source.Layer > FromFile || p.Key == "":
		return p.Source.String()
	default:
		return p.Source.String() + ": " + p.Key
	}
}

// KeyError is a setting that proves wrong when it is used: a variable that it names isn't set, a file can't be read.
type KeyError struct {
	// Key is the setting's name within its table, such as "password_file".
	Key string
	// Err says what is wrong and how to mend it. It never holds a password.
	Err error
}

// Error returns the problem with its key.
func (e *KeyError) Error() string { return e.Key + ": " + e.Err.Error() }

// Unwrap returns Err.
func (e *KeyError) Unwrap() error { return e.Err }

// keyError returns a KeyError.
func keyError(key, format string, args ...any) error {
	return &KeyError{Key: key, Err: fmt.Errorf(format, args...)}
}

// Error is every problem that was found, in the order of the file, so that a person can mend them all at once.
type Error struct {
	Problems []Problem
}

// Error lists the problems, one on each line.
func (e *Error) Error() string {
	if len(e.Problems) == 1 {
		return e.Problems[0].String()
	}
	lines := make([]string, 0, len(e.Problems)+1)
	lines = append(lines, fmt.Sprintf("%d settings need mending:", len(e.Problems)))
	for _, p := range e.Problems {
		lines = append(lines, "  "+p.String())
	}
	return strings.Join(lines, "\n")
}
