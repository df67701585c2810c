package widget

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"streamdesk/ui/dialog/keyboard"
	"streamdesk/ui/theme"
)

// plain is the theme without colours: what it draws reads the same with its escape sequences taken out.
func plain(t interface{ Fatal(args ...any) }) *theme.Theme {
	th, err := theme.New("none", theme.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	return th
}

// press gives a field the keys of a script.
func press(f Field, script string) {
	for _, k := range keyboard.Keys(script) {
		f.Key(k)
	}
}

func TestATextFieldEditsItsLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, keys, want string }{
		{"types at the end", "wf", "'-1'", "wf-1"},
		{"types in the middle", "ac", "left 'b'", "abc"},
		{"takes spaces", "", "'a b'", "a b"},
		{"goes home and to the end", "b", "home 'a' end 'c'", "abc"},
		{"deletes back", "abc", "backspace*2", "a"},
		{"deletes forward", "abc", "home delete", "bc"},
		{"deletes nothing before the beginning", "a", "home backspace", "a"},
		{"deletes a word back", "one two-three", "ctrl+w", "one two-"},
		{"deletes a word forward", "one two", "home alt+d", " two"},
		{"deletes to the beginning", "one two", "left ctrl+u", "o"},
		{"deletes to the end", "one two", "home alt+f ctrl+k", "one"},
		{"goes by words", "one two", "alt+left 'x' alt+left 'y'", "one yxtwo"},
		{"takes wide runes whole", "工作流", "left backspace", "工流"},
		{"takes a paste as one line", "", `paste'a\nb'`, "a b"},
		{"leaves the end of a pasted line out", "", `paste'wf-1\n'`, "wf-1"},
		{"leaves out control characters", "", "paste'a\x1b[31mb'", "a[31mb"},
		{"ignores keys that mean nothing", "a", "f5 ctrl+t", "a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := NewTextField(c.text, nil)
			press(f, c.keys)
			if f.Text() != c.want {
				t.Errorf("%q after %s is %q, want %q", c.text, c.keys, f.Text(), c.want)
			}
		})
	}
}

func TestALineTakesNoMoreThanItMay(t *testing.T) {
	t.Parallel()
	l := Line{Most: 4}
	for _, k := range keyboard.Keys("'abc' paste'xyz' left 'q'") {
		l.Key(k)
	}
	if l.Text() != "abcx" || l.At() != 3 {
		t.Errorf("it holds %q with the cursor at %d, want abcx at 3", l.Text(), l.At())
	}
}

func TestATextFieldKeepsBytesItCannotShow(t *testing.T) {
	t.Parallel()
	const name = "worker-\xff\x00"
	f := NewTextField(name, nil)
	press(f, "left right home end")
	if f.Text() != name {
		t.Errorf("moving the cursor turned %q into %q", name, f.Text())
	}
}

func TestATextFieldSuggests(t *testing.T) {
	t.Parallel()
	all := []string{"workflow.started", "workflow.failed", "audit.started"}
	suggest := func(text string) []string {
		var fitting []string
		for _, s := range all {
			if strings.HasPrefix(s, text) {
				fitting = append(fitting, s)
			}
		}
		return fitting
	}
	for _, c := range []struct{ keys, want string }{
		{"'wo' right", "workflow.started"},
		{"'wo' left right", "wo"}, // the cursor has somewhere to go first
		{"'wo' left right*2", "workflow.started"},
		{"right", ""}, // nothing typed, nothing taken over
		{"'wo' ctrl+n", "workflow.started"},
		{"'wo' ctrl+n*2", "workflow.failed"},
		{"'wo' ctrl+n*3", "wo"},
		{"'wo' ctrl+p", "workflow.failed"},
		{"'x' right ctrl+n", "x"},
	} {
		f := NewTextField("", nil)
		f.Suggest = suggest
		press(f, c.keys)
		if f.Text() != c.want {
			t.Errorf("%s left %q, want %q", c.keys, f.Text(), c.want)
		}
	}
}

func TestNumbersAndDurationsAreChecked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		field *TextField
		keys  string
		ok    bool
	}{
		{"a number", NewNumberField("", 0, false), "'12'", true},
		{"a number below the least", NewNumberField("", 1, false), "'0'", false},
		{"no number", NewNumberField("", 0, false), "'1x'", false},
		{"nothing where a number is needed", NewNumberField("", 0, false), "", false},
		{"nothing where a number may be", NewNumberField("", 0, true), "", true},
		{"a length of time", NewDurationField("", false), "'1m30s'", true},
		{"days", NewDurationField("", false), "'2d'", true},
		{"a negative time", NewDurationField("", false), "'-1s'", false},
		{"no unit", NewDurationField("", false), "'5'", false},
		{"nothing where a time may be", NewDurationField("", true), "", true},
	} {
		press(c.field, c.keys)
		if ok := c.field.Problem() == ""; ok != c.ok {
			t.Errorf("%s: %q has the problem %q", c.name, c.field.Text(), c.field.Problem())
		}
	}
}

func TestAChoiceGoesRound(t *testing.T) {
	t.Parallel()
	f := NewChoiceField("a", "b", "c")
	for _, c := range []struct{ keys, want string }{{"right", "b"}, {"space", "c"}, {"right", "a"}, {"left", "c"}} {
		press(f, c.keys)
		if f.Text() != c.want {
			t.Errorf("after %s it stands at %q, want %q", c.keys, f.Text(), c.want)
		}
	}
	if empty := NewChoiceField(); empty.Text() != "" || empty.Chosen() != -1 || empty.Key(keyboard.Key("right")) {
		t.Error("a choice of nothing chooses something")
	}
}

func TestACheckBoxTurns(t *testing.T) {
	t.Parallel()
	f := &CheckField{Text: "really"}
	press(f, "space")
	if !f.On {
		t.Error("the space bar didn't tick the box")
	}
	press(f, "space")
	if f.On {
		t.Error("the space bar didn't clear the box")
	}
}

// aText draws texts as people and programs write them: words, wide runes, combining marks, control characters.
func aText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.StringOf(rapid.RuneFrom([]rune("ab {}\",:工作é\u0301👍🏽\t\n\x1b\u200d\ufe0f🇩🇪"))),
		rapid.StringOf(rapid.RuneFrom(nil, unicode.Han, unicode.Mn, unicode.Hangul)),
	)
}

func TestAFieldIsNeverWiderThanItsRoom(t *testing.T) {
	t.Parallel()
	th := plain(t)
	rapid.Check(t, func(t *rapid.T) {
		text := aText().Draw(t, "text")
		width := rapid.IntRange(1, 40).Draw(t, "width")
		focused := rapid.Bool().Draw(t, "focused")
		moves := rapid.SliceOfN(rapid.SampledFrom([]string{"left", "right", "home", "end", "up", "down", "backspace"}), 0, 12).Draw(t, "moves")
		area := NewAreaField(text, nil)
		line := NewTextField(text, nil)
		line.Suggest = func(string) []string { return []string{line.Text() + text} }
		for _, f := range []Field{line, area, NewChoiceField(text, text+"x"), &CheckField{Text: text}} {
			press(f, strings.Join(moves, " "))
			for _, l := range f.Draw(th, width, focused) {
				if Width(l) > width {
					t.Fatalf("%T draws %q, %d cells of %d", f, l, Width(l), width)
				}
			}
		}
	})
}
