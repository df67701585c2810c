package change

import (
	"errors"
	"maps"
	"strconv"
	"strings"
	"time"

	"streamdesk/model"
)

// Param is one parameter of a change beside its target: a row of a form, a flag of a command.
type Param struct {
	// Name is the key of its value, and the flag; see [Param.Flag]. With Argument set it is an argument instead of a flag, after
	// those of the target.
	Name     string
	Argument bool
	Type     ParamType
	// Label and Hint stand before and after its field in a form. The hint of a switch says what the switch does.
	Label, Hint string
	// Default is the value when none is given.
	Default string
	// Help says what the flag does, with the name of its value in back quotes.
	Help string
	// Needed is the error text when the value is missing; empty when the value is optional.
	Needed string
	// Makes is set when the switch creates a missing stream. Forms don't ask for it, since their stream exists.
	Makes bool
	// Only reports whether the parameter is asked for, given the values before it and the result of a look; nil means always.
	Only func(v Values, plan *Plan) bool
	// Suggest says which values are suggested.
	Suggest Suggestion
	// Looks is set when a look depends on the value: a new value needs a new look.
	Looks bool
	// Propose returns a value that suits the result of a look; nil leaves the default.
	Propose func(plan *Plan, untouched func(idle time.Duration) bool) string
}

// Flag returns the flag of a command. For a switch that is on by default, the flag turns it off.
func (p *Param) Flag() string {
	if p.Type == Switch && p.Default == "true" {
		return "no-" + p.Name
	}
	return p.Name
}

// ParamType is the type of a value.
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
	// StreamKey is the key of a stream; an empty one means the target's own. A form starts with that key and requires one.
	StreamKey
	// JSON replaces the payload of the one entry; an empty one keeps the payload.
	JSON
	// Holder is one of the groups that have the target pending; an empty one means none. For a command it is a switch for the
	// group in which the entries are chosen.
	Holder
	// Position is where in a stream a group continues, as [model.ParseAfter] parses it.
	Position
	// Rate is a number of events per second, as [model.ParseRate] parses it.
	Rate
	// Start is where something begins, as [model.ParseStart] parses it; an empty one is not given.
	Start
)

// Suggestion says which values of a param there are to choose from.
type Suggestion uint8

const (
	// Nothing means that the person enters any value.
	Nothing Suggestion = iota
	// Consumers are the consumers of the group.
	Consumers
)

// Values are the values of the params, by name.
type Values map[string]string

// Settle returns the values, each resolved at the time now; see [Param.Settle].
func (k *Kind) Settle(v Values, now time.Time) Values {
	settled := maps.Clone(v)
	for i := range k.Params {
		p := &k.Params[i]
		if text, err := p.Settle(v[p.Name], now); err == nil {
			settled[p.Name] = text
		}
	}
	return settled
}

// Settle returns the value in a form that doesn't depend on the clock: "10m ago" becomes an ID. The error says what is wrong with
// the value.
func (p *Param) Settle(text string, now time.Time) (string, error) {
	switch {
	case p.Type == Position:
		at, err := model.ParseAfter(text, now)
		return at.String(), err
	case p.Type == Start:
		start, err := model.ParseStart(strings.TrimSpace(text))
		if err != nil || start == (model.Start{}) {
			return "", err
		}
		return start.Position(now).String(), nil
	case strings.TrimSpace(text) == "" && p.Needed != "":
		return text, errors.New(p.Needed)
	case text == "":
		return text, nil
	case p.Type == Rate:
		_, err := model.ParseRate(text)
		return text, err
	case p.Type == Age:
		_, err := model.ParseAge(text)
		return text, err
	case p.Type == Number:
		if n, err := strconv.ParseInt(text, 10, 64); err != nil || n < 0 {
			return text, errors.New("want a number, 0 or more")
		}
	}
	return text, nil
}

func (v Values) on(name string) bool { return v[name] == "true" }

// age returns a length of time; nil when none is given.
func (v Values) age(name string) *time.Duration {
	d, err := model.ParseAge(strings.TrimSpace(v[name]))
	if err != nil {
		return nil
	}
	return &d
}

// number returns a whole number; nil when none is given.
func (v Values) number(name string) *int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(v[name]), 10, 64)
	if err != nil {
		return nil
	}
	return &n
}

// position returns a [Position] or [Start] that Settle has resolved; zero when none is given.
func (v Values) position(name string) model.Position {
	at, err := model.ParsePosition(v[name])
	if err != nil {
		return model.Position{}
	}
	return at
}
