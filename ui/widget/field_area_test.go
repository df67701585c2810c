package widget

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"streamdesk/ui/dialog/keyboard"
)

func TestAnAreaEditsItsLines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, keys, want string }{
		{"types at the beginning", "b", "'a'", "ab"},
		{"breaks a line", "ab", "right enter", "a\nb"},
		{"indents as deep as above", "  a", "end enter 'b'", "  a\n  b"},
		{"joins with the line above", "a\nb", "down home backspace", "ab"},
		{"joins with the line below", "a\nb", "end delete", "ab"},
		{"joins nothing with nothing", "a", "home backspace end delete", "a"},
		{"goes up and down", "abc\nx\nabc", "end down 'y' down 'z'", "abc\nxy\nabzc"},
		{"goes round the ends of lines", "a\nb", "end right 'x' home left 'y'", "ay\nxb"},
		{"takes a paste of several lines", "ac", `right paste'1\n2'`, "a1\n2c"},
		{"turns tabs into blanks", "", "paste'{\t}'", "{  }"},
		{"takes a paste from another system", "", "paste'a\r\nb\rc'", "a\nb\nc"},
		{"deletes wide runes whole", "工作", "end backspace", "工"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := NewAreaField(c.text, nil)
			press(f, c.keys)
			if f.Text() != c.want {
				t.Errorf("%q after %s is %q, want %q", c.text, c.keys, f.Text(), c.want)
			}
		})
	}
}

func TestAnAreaLeavesTheEdgesToTheForm(t *testing.T) {
	t.Parallel()
	f := NewAreaField("a\nb", nil)
	if f.Key(keyboard.Key("up")) {
		t.Error("up in the first line was used")
	}
	if !f.Key(keyboard.Key("down")) || f.Key(keyboard.Key("down")) {
		t.Error("down was used in the last line, or not in the first")
	}
}

func TestAnAreaKeepsItsCursorInSight(t *testing.T) {
	t.Parallel()
	th := plain(t)
	rapid.Check(t, func(t *rapid.T) {
		f := NewAreaField(strings.Repeat("line "+strings.Repeat("x", rapid.IntRange(0, 60).Draw(t, "length"))+"\n", 30), nil)
		for _, k := range rapid.SliceOfN(rapid.SampledFrom([]string{"down", "up", "pgdown", "pgup", "end", "home", "right"}), 0, 30).Draw(t, "keys") {
			f.Key(keyboard.Key(k))
			// The cursor is the one cell in reverse.
			if drawn := strings.Join(f.Draw(th, 30, true), "\n"); strings.Count(drawn, "\x1b[7m") != 1 {
				t.Fatalf("no cursor after %s, or more than one:\n%s", k, ansi.Strip(drawn))
			}
		}
	})
}

// TestAnAreaActsAsOneText compares the area with a string that the same keys are applied to by hand.
func TestAnAreaActsAsOneText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f, model := NewAreaField("", nil), ""
		for _, part := range rapid.SliceOf(rapid.SampledFrom([]string{"a", "工", "{", "\n", "backspace"})).Draw(t, "keys") {
			switch part {
			case "backspace":
				if r := []rune(model); len(r) > 0 {
					model = string(r[:len(r)-1])
				}
				f.Key(keyboard.Key(part))
			case "\n":
				model += part
				f.Key(keyboard.Key("enter"))
			default:
				model += part
				press(f, "'"+part+"'")
			}
			if f.Text() != model {
				t.Fatalf("it holds %q, want %q", f.Text(), model)
			}
		}
	})
}

func TestJSONIsCheckedWithItsPlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{`{}`, ""},
		{" {\"a\": [1, 2.5e3, null]}\n", ""},
		{``, "nothing here"},
		{`[1]`, "want a JSON object"},
		{`"text"`, "want a JSON object"},
		{"{\"a\": 1,\n \"b\" 2}", "line 2, column 6: "},
		{"{\n", "line 2, column 1: it ends too early"},
		{`{"工作": x}`, "line 1, column 8: "}, // columns are characters, not bytes
		{`{"a": 1} {`, "line 1, column 10: "},
		{"{\"a\": \"\xff\"}", "UTF-8"},
	} {
		switch got := CheckJSON(c.text); {
		case c.want == "" && got != "":
			t.Errorf("%q: %s", c.text, got)
		case !strings.Contains(got, c.want):
			t.Errorf("%q: the problem is %q, want one with %q", c.text, got, c.want)
		}
	}
}

func TestSettingJSONOutChangesOnlyWhiteSpace(t *testing.T) {
	t.Parallel()
	const exact = `{"n":1.0e5,"big":12345678901234567890,"u":"\u00e9","o":{"b":1,"a":2}}`
	if got := CompactJSON(IndentJSON(exact)); got != exact {
		t.Errorf("there and back is %s, want %s", got, exact)
	}
	if got := IndentJSON("{broken"); got != "{broken" {
		t.Errorf("a broken text became %q", got)
	}
}
