package jq

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/itchyny/gojq"
)

const (
	// DataMost is the max size of data in bytes: more takes longer to decode than a frame may take.
	DataMost = 256 << 10
	// mostExhausted is the number of entries that took too long after which an expression isn't run any more. Together
	// they have taken about as long as a person notices.
	mostExhausted = 16
)

// Expression is a compiled jq expression. It may be used from several goroutines at once.
type Expression struct {
	code      *gojq.Code
	exhausted atomic.Int32
}

// Error says what is wrong with an expression's text, and at which byte of it, from 0.
type Error struct {
	Column  int
	Problem string
}

// Error is the problem with its place.
func (e *Error) Error() string { return fmt.Sprintf("jq, column %d: %s", e.Column+1, e.Problem) }

// Compile reads an expression. The error, if any, is an *[Error].
func Compile(text string) (*Expression, error) {
	if strings.TrimSpace(text) == "" {
		return nil, &Error{Problem: "an expression is missing, such as .amount > 5"}
	}
	query, err := gojq.Parse(text)
	if err != nil {
		return nil, parseError(text, err)
	}
	v := vetting{text: text}
	v.query(query)
	if v.err != nil {
		return nil, v.err
	}
	code, err := gojq.Compile(query, compilerOptions()...)
	if err != nil {
		return nil, &Error{Column: placeOf(text, lastWord(err.Error())), Problem: err.Error()}
	}
	return &Expression{code: code}, nil
}

// parseError places gojq's complaint at the token that it is about.
func parseError(text string, err error) *Error {
	e := &Error{Column: len(text), Problem: err.Error()}
	if p, ok := err.(*gojq.ParseError); ok { //nolint:errorlint // Parse returns it as it is, and Compile's caller gets ours
		e.Column = max(min(p.Offset-len(p.Token), len(text)), 0)
		if e.Problem == "unexpected EOF" {
			e.Problem = "the expression ends too early"
		}
	}
	return e
}

// placeOf is where a word stands in the text; the beginning when it doesn't.
func placeOf(text, word string) int { return max(strings.Index(text, word), 0) }

// lastWord is what gojq's complaints about names end with: the name, with its number of arguments.
func lastWord(message string) string {
	name := message[strings.LastIndexByte(message, ' ')+1:]
	name, _, _ = strings.Cut(name, "/")
	return name
}

// Answer is what an expression says of some data.
type Answer uint8

// The answers.
const (
	No        Answer = iota // nothing that it yields counts as true, or it fails on this data
	Yes                     // something that it yields is neither false nor null
	Undecided               // it wasn't run to its end: [Expression.Test] says why
)

// Why an expression was left undecided.
const (
	WhyLarge     = "jq doesn't look into data of more than 256 KiB"
	WhyLong      = "the jq expression takes too many steps"
	WhyExhausted = "the jq expression takes too many steps: it isn't run any more"
)

// Test runs the expression on data, which is JSON; on anything else it says no. Why is empty unless the answer is
// [Undecided].
func (x *Expression) Test(data []byte) (answer Answer, why string) {
	switch {
	case len(data) == 0:
		return No, ""
	case len(data) > DataMost:
		return Undecided, WhyLarge
	case x.exhausted.Load() >= mostExhausted:
		return Undecided, WhyExhausted
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber() // a large integer keeps its digits
	var value any
	if err := decoder.Decode(&value); err != nil {
		return No, ""
	}
	b := &budget{left: stepsMost}
	results := x.code.RunWithContext(b, value, b)
	for {
		result, ok := results.Next()
		switch err, failed := result.(error); {
		case b.spent():
			x.exhausted.Add(1)
			return Undecided, WhyLong
		case !ok, failed && err != nil:
			return No, ""
		case result != nil && result != false:
			return Yes, ""
		}
	}
}
