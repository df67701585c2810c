package model

import (
	"fmt"
	"slices"
	"strings"
)

// State is how an entry stands with the groups of its stream, as a filter can ask for it.
type State uint8

// The states. An entry may be in more than one, or in none: not delivered everywhere yet, say.
const (
	// StatePending: at least one group has it delivered and not acknowledged.
	StatePending State = iota
	// StateAcked: its stream has groups, and each has it delivered and acknowledged.
	StateAcked
	// StateDead: it was given up: it is a dead letter, or one was made of it.
	StateDead
)

var stateNames = []string{"pending", "acked", "dead"}

// String is the state as the filter language writes it.
func (s State) String() string { return stateNames[s] }

// StateNames are the states of the filter language, for completion.
func StateNames() []string { return slices.Clone(stateNames) }

// Standing says whether an entry is in a state; Undecided when whoever answers doesn't know, and then why.
type Standing func(key Key, s State) (v Verdict, why string)

// whyUninformed is what a filter says of states when nobody has told it how entries stand.
const whyUninformed = "how entries stand with their groups isn't known here"

// judge says whether the entry is in one of the states.
func (st Standing) judge(key Key, states []State) (v Verdict, why string) {
	if st == nil {
		return Undecided, whyUninformed
	}
	for _, s := range states {
		switch said, reason := st(key, s); said {
		case Passes:
			return Passes, ""
		case Undecided:
			v, why = Undecided, reason
		case Fails:
		}
	}
	return v, why
}

// Informed is the filter with somebody to ask how entries stand.
func (f Filter) Informed(by Standing) Filter {
	f.standing = by
	return f
}

// AsksState says whether the filter has a term about states, so that it needs to be [Filter.Informed].
func (f Filter) AsksState() bool { return f.has(keyState) }

// Asks says whether the filter asks for that state.
func (f Filter) Asks(s State) bool {
	return slices.ContainsFunc(f.terms, func(t term) bool { return slices.Contains(t.states, s) })
}

// parseStates reads a list of states, apart by commas or bars.
func parseStates(values []string) (states []State, problem string) {
	for _, list := range values {
		for name := range strings.SplitSeq(list, "|") {
			if name == "" {
				continue
			}
			at := slices.Index(stateNames, strings.ToLower(name))
			if at < 0 {
				return nil, fmt.Sprintf("there is no state %q: there are %s", name, strings.Join(stateNames, ", "))
			}
			states = append(states, State(at))
		}
	}
	if len(states) == 0 {
		return nil, "state: wants a value, such as state:pending or state:pending|dead"
	}
	return states, ""
}
