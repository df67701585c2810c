package widget

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"streamdesk/ui/dialog/keyboard"
)

// sampleForm has a row of each kind, a hidden one among them.
func sampleForm() *Form {
	return NewForm([]*FormRow{
		{Label: "Name", Field: NewTextField("", func(s string) string {
			if s == "" {
				return "name it"
			}
			return ""
		})},
		{Label: "Hidden", Field: NewTextField("", func(string) string { return "never right" }), Hidden: true},
		{Label: "Wait", Field: NewDurationField("5s", false), Hint: "how long"},
		{Label: "Group", Field: NewChoiceField("a", "b")},
		{Label: "Data", Field: NewAreaField("{}", CheckJSON)},
	}, Button{ID: Cancel, Label: "Cancel"}, Button{ID: "go", Label: "Go", Submit: true})
}

// where names what has the focus: a row's label, or a button's ID.
func where(f *Form) string {
	if row := f.Focused(); row != nil {
		return row.Label
	}
	return f.Buttons[f.focus-len(f.Rows)].ID
}

func TestKeysMoveTheFocus(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ keys, focus string }{
		{"", "cancel"},
		{"tab", "go"},
		{"tab*2", "Name"},
		{"tab*3", "Wait"}, // past the hidden row
		{"shift+tab", "Data"},
		{"right", "go"},
		{"right*2", "cancel"},
		{"left", "go"},
		{"down", "Name"},
		{"up", "Data"},
		{"down*2", "Wait"},
		{"down 'x' enter", "Wait"},
		{"down enter*2", "Name"}, // a faulty field isn't left by enter, which would press cancel in the end
		{"down*2 up", "Name"},
		{"down*3 right", "Group"}, // the choice has a use for it
		{"up enter", "Data"},      // so has the area
		{"up*2", "Group"},
		{"up enter up", "Data"},
		{"up down", "cancel"},
	} {
		f := sampleForm()
		for _, k := range keyboard.Keys(c.keys) {
			f.Key(k)
		}
		if got := where(f); got != c.focus {
			t.Errorf("%q puts the focus on %s, want %s", c.keys, got, c.focus)
		}
	}
}

func TestButtonsArePressed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, keys, pressed, focus string }{
		{"enter presses what has the focus first: cancel", "enter", Cancel, "cancel"},
		{"the space bar does, too", "space", Cancel, "cancel"},
		{"esc is cancel, wherever the focus is", "down 'x' esc", Cancel, "Name"},
		{"a faulty row is gone to instead", "tab enter", "", "Name"},
		{"with every row right it is pressed", "down 'x' shift+tab enter", "go", "go"},
		{"broken JSON is a fault", "down 'x' up*2 'x' tab*2 enter", "", "Data"},
	} {
		f := sampleForm()
		pressed := ""
		for _, k := range keyboard.Keys(c.keys) {
			if p, _ := f.Key(k); p != "" {
				pressed = p
			}
		}
		if pressed != c.pressed || where(f) != c.focus {
			t.Errorf("%s: %q pressed %q with the focus on %s, want %q and %s", c.name, c.keys, pressed, where(f), c.pressed, c.focus)
		}
	}
}

func TestADisabledButtonSaysWhy(t *testing.T) {
	t.Parallel()
	f := NewForm(nil, Button{ID: Cancel, Label: "Cancel"}, Button{ID: "go", Label: "Go", Why: "looking…"})
	th := plain(t)
	if drawn := strings.Join(f.DrawButtons(th, 60), "\n"); strings.Contains(drawn, "looking") {
		t.Errorf("it says why before it is asked: %s", drawn)
	}
	f.Key(keyboard.Key("tab"))
	if pressed, _ := f.Key(keyboard.Key("enter")); pressed != "" {
		t.Errorf("a disabled button was pressed: %s", pressed)
	}
	if drawn := strings.Join(f.DrawButtons(th, 60), "\n"); !strings.Contains(drawn, "looking") {
		t.Errorf("it doesn't say why: %s", drawn)
	}
}

func TestAProblemIsShownOnceItsRowWasTouched(t *testing.T) {
	t.Parallel()
	f, th := sampleForm(), plain(t)
	drawn := func() string {
		lines, _ := f.Draw(th, 60)
		return ansi.Strip(strings.Join(lines, "\n"))
	}
	if strings.Contains(drawn(), "name it") {
		t.Errorf("an empty form complains:\n%s", drawn())
	}
	for _, k := range keyboard.Keys("down 'x' backspace") {
		f.Key(k)
	}
	if !strings.Contains(drawn(), "✗ name it") {
		t.Errorf("the problem isn't shown:\n%s", drawn())
	}
}

func TestAClickPressesTheButtonUnderIt(t *testing.T) {
	t.Parallel()
	f := sampleForm()
	f.Rows[0].Field.(*TextField).Set("x")
	const width = 60
	row := ansi.Strip(f.DrawButtons(plain(t), width)[0])
	for id, label := range map[string]string{Cancel: "Cancel", "go": "Go"} {
		before, _, _ := strings.Cut(row, label)
		x := Width(before)
		if pressed := f.Click(ButtonAt(f.Buttons, width, x, 0)); pressed != id {
			t.Errorf("a click on %s pressed %q", label, pressed)
		}
	}
	if pressed := f.Click(ButtonAt(f.Buttons, width, 50, 0)); pressed != "" {
		t.Errorf("a click beside the buttons pressed %q", pressed)
	}
}

func TestAFormFitsItsWidth(t *testing.T) {
	t.Parallel()
	th := plain(t)
	rapid.Check(t, func(t *rapid.T) {
		f := sampleForm()
		f.Rows[0].Field.(*TextField).Set(aText().Draw(t, "text"))
		f.Buttons[1].Label = aText().Draw(t, "label")
		f.Buttons[1].Why = "a reason that is too long for a narrow box"
		width := rapid.IntRange(12, 80).Draw(t, "width")
		for _, k := range rapid.SliceOfN(rapid.SampledFrom([]string{"tab", "down", "up", "x", "right", "enter"}), 0, 12).Draw(t, "keys") {
			f.Key(keyboard.Key(k))
		}
		lines, focus := f.Draw(th, width)
		for _, l := range append(lines, f.DrawButtons(th, width)...) {
			if Width(l) > width {
				t.Fatalf("%q has %d cells of %d", ansi.Strip(l), Width(l), width)
			}
		}
		if f.Focused() != nil && (focus.From >= focus.To || focus.To > len(lines)) {
			t.Fatalf("the focus is in lines %d to %d of %d", focus.From, focus.To, len(lines))
		}
	})
}

func TestAHintStandsWhereThereIsRoom(t *testing.T) {
	t.Parallel()
	field := NewTextField("", func(text string) string {
		if text == "bad" {
			return "want another"
		}
		return ""
	})
	field.Width = 20
	f := NewForm([]*FormRow{{Label: "To", Hint: "0, $, an ID, a time", Field: field}}, Button{ID: Cancel, Label: "Cancel"})
	drawn := func(width int) string {
		lines, _ := f.Draw(plain(t), width)
		return ansi.Strip(strings.Join(lines, "\n"))
	}
	const beside, below = "                      0, $, an ID, a time", "\n    0, $, an ID, a time"
	for _, c := range []struct {
		keys  string
		width int
		has   string
		lines int
	}{
		{"", 60, beside, 1},
		{"", 40, "To", 1}, // no room, and nobody asks
		{"tab", 60, beside, 1},
		{"", 40, below, 2},
		{"'bad'", 40, "\n    ✗ want another", 2},
	} {
		for _, k := range keyboard.Keys(c.keys) {
			f.Key(k)
		}
		if got := drawn(c.width); !strings.Contains(got, c.has) || strings.Count(got, "\n") != c.lines-1 {
			t.Errorf("after %q, in %d cells, want %q in %d lines:\n%s", c.keys, c.width, c.has, c.lines, got)
		}
	}
}

func TestAProblemIsFoldedAndATallFieldLeavesItRoom(t *testing.T) {
	t.Parallel()
	area := NewAreaField("{\n1\n2\n3\n4\n5\n6\n7\n8\n9", CheckJSON)
	f := NewForm([]*FormRow{{Label: "Data", Field: area, Touched: true}}, Button{ID: Cancel, Label: "Cancel"})
	f.Key(keyboard.Key("tab"))
	lines, _ := f.Draw(plain(t), 30)
	if whole := ansi.Strip(strings.Join(lines, " ")); len(lines) < 12 || !strings.Contains(strings.Join(strings.Fields(whole), " "), "want a key in double quotes, not '1'") {
		t.Errorf("the problem isn't there whole:\n%s", strings.Join(lines, "\n"))
	}
	f.Tallest = 6
	if lines, focus := f.Draw(plain(t), 30); len(lines) != 6 || focus.To != 6 || !strings.Contains(ansi.Strip(lines[5]), "'1'") {
		t.Errorf("in six lines it takes %d:\n%s", len(lines), strings.Join(lines, "\n"))
	}
}

func TestTheFocusStaysOnItsButtonWhenOthersComeAndGo(t *testing.T) {
	t.Parallel()
	button := func(id string) Button { return Button{ID: id, Label: id} }
	for _, c := range []struct {
		at     string // which button has the focus
		offers []Button
		focus  string
	}{
		{"go", []Button{button(Cancel), button("go"), button("again")}, "go"},
		{"go", []Button{button(Cancel), button("again"), button("go")}, "go"},
		{"go", []Button{button(Cancel)}, Cancel},
		{Cancel, []Button{button(Cancel), button("go")}, Cancel},
	} {
		f := sampleForm()
		f.FocusButton(c.at)
		f.Offer(c.offers...)
		if got := where(f); got != c.focus {
			t.Errorf("from %s to %v: the focus is on %s, want %s", c.at, c.offers, got, c.focus)
		}
		if pressed := f.Click(f.focus - len(f.Rows)); pressed != c.focus {
			t.Errorf("%s was pressed, want %s", pressed, c.focus)
		}
	}
}
