package difference

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"streamdesk/model"
)

// said is a list of changes, a line each.
func said(changes []Change) string {
	var b strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&b, "%s%s %s|%s\n", [...]string{"", "~", "+", "-"}[c.Kind], c.Path, c.Left, c.Right)
	}
	return b.String()
}

func TestJSONIsComparedByPath(t *testing.T) {
	for _, c := range []struct{ left, right, want string }{
		{`{}`, `{}`, ". {}|{}\n"},
		{`1`, `2`, "~. 1|2\n"},
		{`{"b":1,"a":"x"}`, `{"a":"x","b":1}`, ".a \"x\"|\"x\"\n.b 1|1\n"},
		{`{"a":1}`, `{"a":1.0}`, "~.a 1|1.0\n"},
		{`{"a":{"b":1,"c":null}}`, `{"a":{"b":2,"d":[]}}`, "~.a.b 1|2\n-.a.c null|\n+.a.d |[]\n"},
		{`{"a":[1,2,3]}`, `{"a":[1,4]}`, ".a[0] 1|1\n~.a[1] 2|4\n-.a[2] 3|\n"},
		{`[{"x":1}]`, `[{"x":2}]`, "~.[0].x 1|2\n"},
		{`{"a":{}}`, `{"a":[1]}`, "~.a {}|[1]\n"},
		{`{"a b":1,"0":2,"":3}`, `{}`, "-.[\"\"] 3|\n-.[\"0\"] 2|\n-.[\"a b\"] 1|\n"},
		{`{"n":12345678901234567890}`, `{"n":12345678901234567891}`, "~.n 12345678901234567890|12345678901234567891\n"},
		{`{"a":"<&>"}`, `{"a":"é"}`, "~.a \"<&>\"|\"é\"\n"},
	} {
		changes, err := JSON(c.left, c.right)
		if got := said(changes); err != nil || got != c.want {
			t.Errorf("%s and %s: %q, %v, want %q", c.left, c.right, got, err, c.want)
		}
	}
}

func TestWhatIsNoJSONOrTooLongIsAnError(t *testing.T) {
	for _, text := range []string{"", "{", "{} {}", "nothing"} {
		if _, err := JSON("{}", text); err == nil {
			t.Errorf("%q was compared", text)
		}
		if _, err := JSON(text, "{}"); err == nil {
			t.Errorf("%q was compared", text)
		}
	}
	if _, err := JSON(`"`+strings.Repeat("x", textMost)+`"`, "1"); !errors.Is(err, ErrLarge) {
		t.Errorf("a long text gives %v", err)
	}
}

func TestFieldsAreComparedByNameAndRepeat(t *testing.T) {
	fields := func(pairs ...string) (list []model.Field) {
		for pair := range slices.Chunk(pairs, 2) {
			list = append(list, model.Field{Name: pair[0], Value: pair[1]})
		}
		return list
	}
	got := said(Fields(fields("data", "x", "a", "1", "a", "2", "b", "3"), fields("a", "1", "data", "y", "c", "4", "a", "5"), "data"))
	if want := "a 1|1\n~a 2|5\n-b 3|\n+c |4\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
