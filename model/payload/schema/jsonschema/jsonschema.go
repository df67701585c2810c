// Package jsonschema checks the data of events against JSON Schemas (drafts 4 to 2020-12), by rules that name the types of
// events. It is apart from package schema, so that a program without such rules doesn't compile the validator. Start reading at
// [Load].
package jsonschema

import (
	"bytes"
	"errors"
	"path/filepath"
	"slices"

	validator "github.com/santhosh-tekuri/jsonschema/v6"

	"streamdesk/model"
)

// Checker checks events by the first rule that fits their type. It is safe for concurrent use. A nil Checker finds nothing.
type Checker struct{ rules []compiled }

type compiled struct {
	Rule
	schema *validator.Schema
}

// Load compiles the files of the rules, which it reads through read; nothing is read from anywhere else. An error is an
// [*Error] and names the file.
func Load(read func(path string) ([]byte, error), rules []Rule) (*Checker, error) {
	c := &Checker{}
	for i, rule := range rules {
		schema, err := compile(read, rule.File)
		if err != nil {
			return nil, &Error{i, explain(rule.File, err)}
		}
		c.rules = append(c.rules, compiled{rule, schema})
	}
	return c, nil
}

// compile compiles one file. Formats such as date-time are checked in every draft: a schema that names one means it.
func compile(read files, file string) (*validator.Schema, error) {
	path, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	compiler := validator.NewCompiler()
	compiler.AssertFormat()
	compiler.UseLoader(read)
	return compiler.Compile(path)
}

// Check returns what of an event's data doesn't fit the schema of its type; nil when it fits, or no rule asks for a check.
func (c *Checker) Check(e *model.Event) *model.SchemaError {
	if rule := c.of(e.Type); rule != nil && rule.Mode != Off {
		return rule.look(e.Data)
	}
	return nil
}

// Look is Check for events that are there already: it also looks at those whose rule is off. schema is the file of the schema;
// empty when no rule names one for the type.
func (c *Checker) Look(e *model.Event) (schema string, unfit *model.SchemaError) {
	rule := c.of(e.Type)
	if rule == nil {
		return "", nil
	}
	return rule.File, rule.look(e.Data)
}

// of returns the rule for a type; nil when there is none.
func (c *Checker) of(t model.Type) *compiled {
	if c == nil {
		return nil
	}
	at := slices.IndexFunc(c.rules, func(r compiled) bool { return model.MatchGlob(r.Type, string(t)) })
	if at < 0 {
		return nil
	}
	return &c.rules[at]
}

func (r *compiled) look(data []byte) *model.SchemaError {
	if len(data) == 0 {
		data = []byte("{}") // as it is written
	}
	wrong := &model.SchemaError{Schema: r.File, Refused: r.Mode == Refuse}
	value, err := validator.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		wrong.Problems = []string{"/: it is no JSON"}
		return wrong
	}
	if err = r.schema.Validate(value); err == nil {
		return nil
	}
	if invalid, ok := errors.AsType[*validator.ValidationError](err); ok {
		wrong.Problems = problems(invalid)
	} else {
		wrong.Problems = []string{"/: " + err.Error()}
	}
	return wrong
}
