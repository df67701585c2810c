package change

import (
	"strconv"
	"strings"
	"time"

	"streamdesk/model"
)

// Param is one thing that a change needs to know beside its target: a row of a form, a flag of a command.
type Param struct {
	// Name is the key of its value, and the flag; see [Param.Flag].
	Name string
	Type ParamType
	// Label and Hint stand before and behind its field in a form; behind a switch the hint says what it does.
	Label, Hint string
	// Default is its value when none is given.
	Default string
	// Help is what the flag does, with the name of its value in back quotes.
	Help string
	// Needed is what is said when the value is missing; empty when it may be.
	Needed string
	// Suggest is what the value may be.
	Suggest Suggestion
	// Looks says that a look depends on the value: another one is another question.
	Looks bool
	// Propose is a value that suits what a look has brought; nil leaves the default.
	Propose func(plan *Plan, untouched func(idle time.Duration) bool) string
}

// Flag is the flag of a command: of a switch that is on by default, one that turns it off.
func (p *Param) Flag() string {
	if p.Type == Switch && p.Default == "true" {
		return "no-" + p.Name
	}
	return p.Name
}

// ParamType is what a value is.
type ParamType uint8

const (
	// Text is any text.
	Text ParamType = iota
	// Switch is on ("true") or off ("").
	Switch
	// Age is a length of time, such as 5m; an empty one is not given.
	Age
	// Number is a whole number, 0 or more; an empty one is not given.
	Number
	// StreamKey is the key of a stream; an empty one is the target's own. Its form begins with that, and wants one.
	StreamKey
	// JSON is what stands in place of the payload of the one entry; an empty one is the payload as it is.
	JSON
	// Holder is one of the groups that have the target pending; an empty one is none. For a command it is a switch, which means
	// the group that the entries are chosen in.
	Holder
)

// Suggestion is what values of a param there are to choose from.
type Suggestion uint8

const (
	// Nothing is that it is made up by the person.
	Nothing Suggestion = iota
	// Consumers are those of the group.
	Consumers
)

// Values are what the params were given, by name.
type Values map[string]string

func (v Values) on(name string) bool { return v[name] == "true" }

// age is a length of time; nil when none is given.
func (v Values) age(name string) *time.Duration {
	d, err := model.ParseAge(strings.TrimSpace(v[name]))
	if err != nil {
		return nil
	}
	return &d
}

// number is a whole number; nil when none is given.
func (v Values) number(name string) *int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(v[name]), 10, 64)
	if err != nil {
		return nil
	}
	return &n
}
