package desk

import (
	"strings"
	"testing"
)

func TestEveryActionIsReachedAndNamed(t *testing.T) {
	k, err := newKeymap(actions(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range k.actions {
		if a.name == "" || a.title == "" || a.group == "" || a.run == nil {
			t.Errorf("action %+v is incomplete", a)
		}
		if len(k.keys[a.name]) == 0 && k.inHelp(a) != "palette" {
			t.Errorf("%s has no key, and the help doesn't send to the palette for it", a.name)
		}
		for _, key := range a.keys {
			if k.action(key, a.then) != a {
				t.Errorf("%s isn't reached by %s", a.name, key)
			}
			switch key {
			case "ctrl+h", "ctrl+j", "ctrl+k", "ctrl+l":
				t.Errorf("%s is on %s, which terminals use themselves", a.name, key)
			}
		}
		if a.change && len(a.keys) > 0 && strings.ToLower(a.keys[0]) == a.keys[0] && a.name != "inject" && a.name != "edit" {
			t.Errorf("%s changes something by the small letter %s", a.name, a.keys[0])
		}
	}
}

func TestKeysCanBeRebound(t *testing.T) {
	k, err := newKeymap(actions(), map[string][]string{"ack": {"ctrl+a"}, "mark": {"space", "x"}})
	if err != nil {
		t.Fatal(err)
	}
	if a := k.action("ctrl+a", false); a == nil || a.name != "ack" {
		t.Errorf("ctrl+a does %+v", a)
	}
	if a := k.action("A", false); a != nil {
		t.Errorf("A still does %s", a.name)
	}
	if a := k.action(" ", false); a == nil || a.name != "mark" {
		t.Errorf("space does %+v", a)
	}
}

func TestWrongKeysNameTheMend(t *testing.T) {
	for want, rebound := range map[string]map[string][]string{
		`"A" is bound to both "ack" and "claim"`: {"claim": {"A"}},
		`there is no action "akc"`:               {"akc": {"A"}},
	} {
		if _, err := newKeymap(actions(), rebound); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestAKeyThatDoesNothingSaysSo(t *testing.T) {
	b := newHarness(t, 120, 40)
	for _, key := range []string{"ctrl+x", "%", "f11"} {
		b.press(key)
		b.sees(key + " does nothing here: ? lists the keys, : finds a command")
	}
	b.press("tab")
	b.seesNot("does nothing here")
}
