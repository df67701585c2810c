package change

import (
	"errors"
	"maps"
	"strconv"
	"strings"
	"time"

	"streamdesk/model"
)

// Param is one thing that a change needs to know beside its target: a row of a form, a flag of a command.
type Param struct {
	// Name is the key of its value, and the flag; see [Param.Flag]. With Argument it is no flag but an argument, behind those of the
	// target.
	Name     string
	Argument bool
	Type     ParamType
	// Label and Hint stand before and behind its field in a form; behind a switch the hint says what it does.
	Label, Hint string
	// Default is its value when none is given.
	Default string
	// Help is what the flag does, with the name of its value in back quotes.
	Help string
	// Needed is what is said when the value is missing; empty when it may be.
	Needed string
	// Makes says that the switch makes the stream where it is missing. No form asks for it: its stream is there.
	Makes bool
	// Only says of the values before it, and of what a look has brought, whether it is asked for beside them; nil is that it always
	// is.
	Only func(v Values, plan *Plan) bool
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
	// Position is where in a stream a group goes on, as [model.ParseAfter] reads it.
	Position
	// Start is where something begins, as [model.ParseStart] reads it; an empty one is not given.
	Start
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

// Settle is the values as they are on that clock, see [Param.Settle].
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

// Settle is a value that doesn't move on with the clock: "10m ago" becomes an ID. The error says what is wrong with the value.
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

// position is a settled [Position] or [Start]; zero when none is given.
func (v Values) position(name string) model.Position {
	at, err := model.ParsePosition(v[name])
	if err != nil {
		return model.Position{}
	}
	return at
}
