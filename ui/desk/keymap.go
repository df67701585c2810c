package desk

import (
	"fmt"
	"sort"
	"strings"

	"streamdesk/ui/desk/keyname"
)

// keymap maps keys to actions.
type keymap struct {
	actions []*action
	byKey   map[string]*action
	then    map[string]*action  // of keys that do something else while the past is shown
	keys    map[string][]string // the keys of each action, by its name
	recent  []*action           // chosen in the palette, newest first
}

// newKeymap binds each action to its default keys, or to those in rebound, which maps an action's name to keys. An unknown
// name, or a key bound to two actions, is an error that names it.
func newKeymap(list []*action, rebound map[string][]string) (*keymap, error) {
	k := &keymap{actions: list, byKey: map[string]*action{}, then: map[string]*action{}, keys: map[string][]string{}}
	known := map[string]bool{}
	for _, a := range list {
		known[a.name] = true
		keys := a.keys
		if chosen, ok := rebound[a.name]; ok {
			keys = chosen
		}
		for _, key := range keys {
			if key == "space" {
				key = " "
			}
			bound := k.byKey
			if a.then {
				bound = k.then
			}
			if other := bound[key]; other != nil {
				return nil, fmt.Errorf("keys: %q is bound to both %q and %q: give one of them another key", keyname.Show(key), other.name, a.name)
			}
			bound[key] = a
			k.keys[a.name] = append(k.keys[a.name], key)
		}
	}
	for name := range rebound {
		if !known[name] {
			return nil, fmt.Errorf("keys: there is no action %q; there are %s", name, strings.Join(sortedNames(list), ", "))
		}
	}
	return k, nil
}

func sortedNames(list []*action) []string {
	names := make([]string, len(list))
	for i, a := range list {
		names[i] = a.name
	}
	sort.Strings(names)
	return names
}

// action returns the action of a key, in the past or not; nil when there is none.
func (k *keymap) action(key string, past bool) *action {
	if a := k.then[key]; past && a != nil {
		return a
	}
	return k.byKey[key]
}

// named returns the action of that name; nil when there is none.
func (k *keymap) named(name string) *action {
	for _, a := range k.actions {
		if a.name == name {
			return a
		}
	}
	return nil
}

// show returns an action's keys as a person reads them.
func (k *keymap) show(a *action) string { return keyname.List(k.keys[a.name]) }

// inHelp returns an action's keys as the help lists them: an action without keys is found in the palette.
func (k *keymap) inHelp(a *action) string {
	if shown := k.show(a); shown != "" {
		return shown
	}
	return "palette"
}

// first returns an action's first key as a person reads it; empty when it has none.
func (k *keymap) first(a *action) string {
	if keys := k.keys[a.name]; len(keys) > 0 {
		return keyname.Show(keys[0])
	}
	return ""
}
