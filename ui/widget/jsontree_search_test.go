package widget

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/itchyny/gojq"
	"pgregory.net/rapid"
)

func TestAPathLeadsJQToTheValueUnderTheCursor(t *testing.T) {
	key := rapid.OneOf(rapid.SampledFrom([]string{"data", "_x1", "1st", "", "a b", "a.b", `q"u`, `back\slash`, "日本", "\n"}), foreignText())
	var value func(depth int) *rapid.Generator[any]
	value = func(depth int) *rapid.Generator[any] {
		return rapid.Custom(func(t *rapid.T) any {
			kinds := 4
			if depth == 0 {
				kinds = 2
			}
			switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
			case 0:
				return float64(rapid.IntRange(-9, 9).Draw(t, "number"))
			case 1:
				return rapid.String().Draw(t, "text")
			case 2:
				return rapid.SliceOfN(value(depth-1), 0, 4).Draw(t, "items")
			default:
				return rapid.MapOfN(key, value(depth-1), 0, 4).Draw(t, "members")
			}
		})
	}
	rapid.Check(t, func(t *rapid.T) {
		text, err := json.MarshalIndent(value(4).Draw(t, "value"), "", rapid.SampledFrom([]string{"", " "}).Draw(t, "indent"))
		if err != nil {
			t.Fatal(err)
		}
		tree, err := ParseJSON(string(text), len(text))
		if err != nil {
			t.Fatal(err)
		}
		var whole, want any
		tree.SetCursor(rapid.IntRange(0, tree.Lines()-1).Draw(t, "line"))
		query, err := gojq.Parse(tree.Path())
		if err != nil {
			t.Fatalf("%s: %v", tree.Path(), err)
		}
		if json.Unmarshal(text, &whole) != nil || json.Unmarshal([]byte(tree.Text()), &want) != nil {
			t.Fatalf("no JSON: %s", text)
		}
		if got, _ := query.Run(whole).Next(); !reflect.DeepEqual(got, want) {
			t.Fatalf("%s of %s is %v, want %v", tree.Path(), text, got, want)
		}
		switch got, quoted, ok := tree.Scalar(); v := want.(type) {
		case string:
			if got != v || !quoted || !ok || tree.Key() != "" && !strings.HasSuffix(tree.Path(), tree.Key()) && !strings.HasSuffix(tree.Path(), "]") {
				t.Fatalf("%q (%v, %v) of %s at %s", got, quoted, ok, text, tree.Path())
			}
		case float64:
			if got != tree.Text() || quoted || !ok {
				t.Fatalf("%q (%v, %v) of %s at %s", got, quoted, ok, text, tree.Path())
			}
		default:
			if ok {
				t.Fatalf("%q of %s is taken for one word", got, text)
			}
		}
	})
}

const searched = `{"id":"1","data":{"Stage":"audit","log":"the AUDIT of stage 2\nfailed","steps":[{"name":"compile"},{"name":"audit","ok":true,"took":1.25}]}}`

func TestATreeIsSearchedInKeysAndValuesFoldedOnesToo(t *testing.T) {
	for _, c := range []struct {
		typed string
		want  []string
	}{
		{"audit", []string{".data.Stage", ".data.log", ".data.steps[1].name"}},
		{"Stage", []string{".data.Stage"}},
		{"stage", []string{".data.Stage", ".data.log"}},
		{"steps", []string{".data.steps"}},
		{"true", []string{".data.steps[1].ok"}},
		{"1.2", []string{".data.steps[1].took"}},
		{"2\nfailed", []string{".data.log"}},
		{"nothing like it", nil},
		{"", nil},
	} {
		tree := parsed(t, searched)
		tree.Toggle() // all of it is folded
		if n := tree.Search(NewNeedle(c.typed), 9); n != len(c.want) {
			t.Errorf("%q is found %d times, want %d", c.typed, n, len(c.want))
			continue
		}
		for i, want := range c.want {
			tree.GoTo(i)
			if tree.Path() != want || tree.Nearest() != i {
				t.Errorf("%q, the %d. one: %s, want %s (nearest %d)", c.typed, i, tree.Path(), want, tree.Nearest())
			}
		}
	}
	tree := parsed(t, searched)
	if n := tree.Search(NewNeedle("a"), 2); n != 2 {
		t.Errorf("%d are found of at most 2", n)
	}
	tree.SetCursor(tree.Lines() - 1)
	if n := tree.Nearest(); n != 0 {
		t.Errorf("after the last comes %d", n)
	}
}

func TestATreeMarksWhatIsFound(t *testing.T) {
	tree, th := parsed(t, `{"stage":"audit","note":"`+strings.Repeat("long ", 20)+`stage","n":"x"}`), testTheme(t, "none")
	tree.Search(NewNeedle("stage"), 9)
	lines := tree.Draw(th, 40, 9, 0, false)
	for i, want := range []string{"", th.Match.Paint("stage"), th.Match.Paint(Ellipsis), ""} {
		if !strings.Contains(lines[i], want) || want == "" && strings.Contains(lines[i], "7;") {
			t.Errorf("line %d is %q, want %q in it", i, lines[i], want)
		}
		if ansi.StringWidth(lines[i]) != 40 {
			t.Errorf("line %d is %d wide", i, ansi.StringWidth(lines[i]))
		}
	}
}
