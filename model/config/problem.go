package config

import (
	"fmt"
	"strings"
)

// Problem is one thing that is wrong with a setting.
type Problem struct {
	// Source is where the value was written.
	Source Source
	// Key is the whole name of the setting, such as "desk.theme"; empty when the text is not TOML at all.
	Key string
	// Text says what is wrong and how to mend it. It never holds a password.
	Text string
}

// String is the problem on one line: where, which key, what.
func (p Problem) String() string {
	var b strings.Builder
	if p.Source.Layer != FromDefault {
		b.WriteString(p.Source.String() + ": ")
	}
	if p.Key != "" {
		b.WriteString(p.Key + ": ")
	}
	b.WriteString(p.Text)
	return b.String()
}

// Error is every problem that was found, in the order of the file, so that a person mends them in one go.
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
