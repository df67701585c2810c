package jq_test

import (
	"errors"
	"strings"
	"testing"

	"streamdesk/model/filter/jq"
)

const data = `{"amount": 7, "status": "failed", "tags": ["a", "slow"], "user": {"name": "Ada", "id": 9007199254740993},
	"findings": [{"severity": "high", "line": 42}, {"severity": "low"}], "none": null, "off": false}`

func TestAnExpressionLooksAtData(t *testing.T) {
	for text, want := range map[string]jq.Answer{
		".amount > 5":                      jq.Yes,
		".amount*2-1 == 13":                jq.Yes,
		".amount > 5 and .status == \"x\"": jq.No,
		".amount":                          jq.Yes,
		".none":                            jq.No,
		".off":                             jq.No,
		".missing.deeper":                  jq.No,
		".status.x":                        jq.No, // fails on this data
		".status.x?":                       jq.No,
		".user.id == 9007199254740993":     jq.Yes,
		".user.id == 9007199254740992":     jq.No,
		`.findings[].severity == "high"`:   jq.Yes,
		`.findings | any(.line > 40)`:      jq.Yes,
		`all(.findings[]; .line > 40)`:     jq.No,
		`.findings | map(select(.severity == "low")) | length == 1`: jq.Yes,
		`.tags | contains(["slow"])`:                                jq.Yes,
		`.tags | contains(["fast"])`:                                jq.No,
		`.status | contains("ail")`:                                 jq.Yes,
		`.status | test("^FAIL"; "i")`:                              jq.Yes,
		`.user.name as $n | $n == "Ada"`:                            jq.Yes,
		`.user | has("name") and (has("x") | not)`:                  jq.Yes,
		`[.findings[].line // 0] | add == 42`:                       jq.Yes,
		`"\(.user.name)!" == "Ada!"`:                                jq.Yes,
		`{a: .amount}.a + 1 == 8`:                                   jq.Yes,
		`if .amount > 5 then .status else empty end == "failed"`:    jq.Yes,
		`.. | select(type == "number" and . == 42)`:                 jq.Yes,
		`try error catch .`:                                         jq.Yes,
		`[limit(3; range(100))] == [0, 1, 2]`:                       jq.Yes,
		`.status | IN("failed", "done")`:                            jq.Yes,
		`.amount * .status`:                                         jq.No, // a text is no number
	} {
		x, err := jq.Compile(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, why := x.Test([]byte(data)); got != want || why != "" {
			t.Errorf("%s: %v %s, want %v", text, got, why, want)
		}
	}
}

func TestWhatHasNoBoundsIsRefusedWithItsPlace(t *testing.T) {
	for text, want := range map[string]struct {
		column int
		says   string
	}{
		"":                            {0, "expression is missing"},
		".a >":                        {4, "ends too early"},
		".a == )":                     {6, "unexpected token"},
		`.a == "x`:                    {8, "unterminated"},
		".a = 5":                      {3, "write =="},
		".a |= 5":                     {3, "changes nothing"},
		"def f: f; f":                 {0, "function of your own"},
		"reduce .[] as $x (0; .+$x)":  {0, "reduce"},
		"foreach .[] as $x (0; .+$x)": {0, "foreach"},
		"label $out | break $out":     {0, "label"},
		".a | while(true; .)":         {5, "while"},
		".a | until(false; .)":        {5, "until"},
		".a | recurse([., .])":        {5, "number of arguments"},
		"now > 5":                     {0, "now"},
		"input":                       {0, "input"},
		"$ENV.HOME":                   {0, "$ENV"},
		"env.HOME":                    {0, "env"},
		"$__budget":                   {0, "$__budget"},
		"_streamdesk_charge(1)":       {0, "_streamdesk_charge"},
		".a | @base64":                {5, "@base64"},
		".a | $x":                     {5, "variable not defined"},
		`import "a" as a; .`:          {0, "modules"},
		".a | setpath([1000000]; 1)":  {5, "setpath"},
	} {
		_, err := jq.Compile(text)
		var problem *jq.Error
		if !errors.As(err, &problem) || problem.Column != want.column || !strings.Contains(problem.Problem, want.says) {
			t.Errorf("%s: %v, want column %d, %q", text, err, want.column, want.says)
		}
	}
}

// Each of these would take a minute, or all memory there is, if it ran to its end.
func TestABadExpressionIsGivenUp(t *testing.T) {
	list := "[" + strings.Repeat(`1,`, 30_000) + "1]"
	text := `"` + strings.Repeat("a", 100_000) + `"`
	for _, c := range []struct{ expression, data string }{
		{"range(1e12) | select(. < 0)", "1"},
		{"[range(1e12)]", "1"},
		{strings.Repeat("[.,.]|", 60) + "tojson | length < 0", "1"},
		{strings.Repeat(".+.|", 60) + "length < 0", `"xx"`},
		{strings.Repeat("tojson|", 60) + "length < 0", `"\""`},
		{strings.Repeat(`"\(.)\(.)"|`, 60) + "length < 0", `"xx"`},
		{"[range(1000) as $i | .] | [range(1000) as $i | .] | [range(1000) as $i | .] | tojson == 1", "1"},
		{". as $d | contains($d) | not", list},
		{`range(1000) as $i | test("x+y")`, text},
		{"[.[], .[]] | sort | length < 0", list},
		{". == [range(1e9)]", "1"},
	} {
		x, err := jq.Compile(c.expression)
		if err != nil {
			t.Errorf("%s: %v", c.expression, err)
			continue
		}
		if got, why := x.Test([]byte(c.data)); got != jq.Undecided || why != jq.WhyLong {
			t.Errorf("%.60s: %v %s, want undecided", c.expression, got, why)
		}
	}
}

func TestAnExpressionThatKeepsTakingTooLongIsNotRunAnyMore(t *testing.T) {
	x, err := jq.Compile("range(1e12) < 0")
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		x.Test([]byte("1"))
	}
	if got, why := x.Test([]byte("1")); got != jq.Undecided || why != jq.WhyExhausted {
		t.Errorf("%v %s", got, why)
	}
}

func TestWhatIsNoDataIsAnswered(t *testing.T) {
	x, err := jq.Compile(".")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]jq.Answer{"": jq.No, "{": jq.No, "null": jq.No, "0": jq.Yes, `"` + strings.Repeat("x", jq.DataMost) + `"`: jq.Undecided} {
		if got, _ := x.Test([]byte(text)); got != want {
			t.Errorf("%.20s: %v, want %v", text, got, want)
		}
	}
}

// Whatever is typed, and whatever it looks at, comes back: the fuzzer's own time limit says so.
func FuzzCompile(f *testing.F) {
	for _, text := range []string{
		".a", ".a.b[0]?", `.a | test("x")`, "[.,.]|[.,.]", `"\(.)"`, "if . then 1 end", "{a:.}", ". as [$a,{b:$c}] | $a", "..",
		"limit(3;.[])", "try error", "-.a", ".[1:2]", ".a?//1", "$__loc__", "contains(.)", `.["a"]`, "@text", "def f: .; f", "[.[]|tojson]",
	} {
		f.Add(text, `{"a":[1,{"b":"x"}]}`)
	}
	f.Fuzz(func(t *testing.T, text, data string) {
		x, err := jq.Compile(text)
		if err != nil {
			var problem *jq.Error
			if !errors.As(err, &problem) || problem.Column < 0 || problem.Column > len(text) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		x.Test([]byte(data))
	})
}

func BenchmarkTest(b *testing.B) {
	for _, text := range []string{".amount > 5", `.findings | any(.severity == "high" and .line > 40)`, `.status | test("x")`} {
		b.Run(text, func(b *testing.B) {
			x, err := jq.Compile(text)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				x.Test([]byte(data))
			}
		})
	}
}

// What an entry costs that uses its share up.
func BenchmarkGivingUp(b *testing.B) {
	for b.Loop() {
		x, err := jq.Compile("range(1e12) | select(. < 0)")
		if err != nil {
			b.Fatal(err)
		}
		x.Test([]byte(data))
	}
}
