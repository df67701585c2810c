package model

import "strings"

// SchemaError says what of an event's data doesn't fit the schema of its type.
type SchemaError struct {
	// Schema names the schema, such as its file.
	Schema string
	// Problems are, each in one line, the place of a value as a JSON Pointer and what is wrong with it, such as
	// "/amount: want number, got string".
	Problems []string
	// Refused means that such an event isn't to be published; otherwise it is published, and told.
	Refused bool
}

// Sentence returns the same as a sentence.
func (e *SchemaError) Sentence() string { return "The" + strings.TrimPrefix(e.Error(), "the") + "." }

// Error returns all problems in one line.
func (e *SchemaError) Error() string {
	return "the data doesn't fit " + e.Schema + ": " + strings.Join(e.Problems, "; ")
}
