package filter

import (
	"fmt"
	"slices"
	"strings"

	"streamdesk/model"
	"streamdesk/model/words"
)

// State is the state of an entry in the groups of its stream, as filters name it.
type State uint8

// The states. An entry may be in more than one, or in none: not delivered everywhere yet, say.
const (
	// StatePending: at least one group has it delivered and not acknowledged.
	StatePending State = iota
	// StateAcked: its stream has groups, and each has it delivered and acknowledged.
	StateAcked
	// StateDead: it was given up: it is a dead letter, or one was made of it.
	StateDead
	// StateOpen: at least one group isn't done with it: it is pending there, or was not delivered yet. A filter selects
	// it by naming the group.
	StateOpen
)

// stateNames are those that the filter language has a word for.
var stateNames = []string{"pending", "acked", "dead"}

// String is the state as the filter language writes it.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return "open"
}

// StateNames are the states of the filter language, for completion.
func StateNames() []string { return slices.Clone(stateNames) }

// Standing returns whether an entry is in a state in the groups that concerns accepts; a nil concerns accepts all. It
// returns Undecided and the reason when that isn't known.
type Standing func(key model.Key, s State, concerns func(group string) bool) (v Verdict, why string)

// whyUninformed is the reason for Undecided when a filter has no [Standing].
const whyUninformed = "how entries stand with their groups isn't known here"

// judge reports whether the entry is in one of the states.
func (st Standing) judge(key model.Key, states []State, concerns func(group string) bool) (v Verdict, why string) {
	if st == nil {
		return Undecided, whyUninformed
	}
	for _, s := range states {
		switch said, reason := st(key, s, concerns); said {
		case Passes:
			return Passes, ""
		case Undecided:
			v, why = Undecided, reason
		case Fails:
		}
	}
	return v, why
}

// Informed returns the filter with a Standing, which knows the states of entries.
func (f Filter) Informed(by Standing) Filter {
	f.standing = by
	return f
}

// AsksState reports whether the filter has a term about states or groups, so that it needs to be [Filter.Informed].
func (f Filter) AsksState() bool { return f.has(keyState) }

// Asks reports whether the filter has a term on that state.
func (f Filter) Asks(s State) bool {
	return slices.ContainsFunc(f.terms, func(t term) bool { return slices.Contains(t.states, s) })
}

// Concerns reports whether the filter's terms on states are about that group.
func (f Filter) Concerns(group string) bool { return f.concerns == nil || f.concerns(group) }

// narrow removes the terms on groups from the others. They limit every state to the groups that match all of them.
// Without a state, StateOpen is used.
func (f *Filter) narrow() {
	isGroup := func(t term) bool { return t.key == keyGroup }
	groups := slices.DeleteFunc(slices.Clone(f.terms), func(t term) bool { return !isGroup(t) })
	if len(groups) == 0 {
		return
	}
	f.terms = slices.DeleteFunc(f.terms, isGroup)
	if !f.has(keyState) {
		f.terms = append(f.terms, term{key: keyState, states: []State{StateOpen}})
	}
	f.concerns = func(group string) bool {
		return !slices.ContainsFunc(groups, func(t term) bool { return t.matchGlob(group) == t.negate })
	}
}

// parseStates parses a list of states separated by commas or bars.
func parseStates(values []string) (states []State, problem string) {
	for _, list := range values {
		for name := range strings.SplitSeq(list, "|") {
			if name == "" {
				continue
			}
			at := slices.Index(stateNames, strings.ToLower(name))
			if at < 0 {
				mend := "there are " + strings.Join(stateNames, ", ")
				if meant := words.Nearest(strings.ToLower(name), stateNames); meant != "" {
					mend = "did you mean " + meant + "?"
				}
				return nil, fmt.Sprintf("there is no state %q: %s", name, mend)
			}
			states = append(states, State(at))
		}
	}
	if len(states) == 0 {
		return nil, "state: wants a value, such as state:pending or state:pending|dead"
	}
	return states, ""
}
