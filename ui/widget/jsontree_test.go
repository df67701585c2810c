package widget

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

// drawn is the whole tree as plain text, without the spaces at the ends of the lines.
func drawn(t testing.TB, tree *JSONTree, width int) string {
	t.Helper()
	lines := tree.Draw(testTheme(t, "none"), width, tree.Lines(), 0, false)
	for i, line := range lines {
		lines[i] = strings.TrimRight(ansi.Strip(line), " ")
	}
	return strings.Join(lines, "\n")
}

func parsed(t testing.TB, text string) *JSONTree {
	t.Helper()
	tree, err := ParseJSON(text, len(text))
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return tree
}

func TestJSONTreeLooks(t *testing.T) {
	for _, c := range []struct {
		name, text string
		width      int
		want       string
	}{
		{"an envelope", `{"id":"0192f7b2-aaaa","workflow_id":"wf-8f31","data":{"contract":"ERC20","attempt":2}}`, 34, `
›▾ {
     "id": "0192f7b2-aaaa",
     "workflow_id": "wf-8f31",
   ▾ "data": {
       "contract": "ERC20",
       "attempt": 2 }
   }`},
		{"arrays", `[1, [2, [ ]], {"a":[{}, null]}, true]`, 40, `
›▾ [
     1,
   ▾ [
       2,
       [] ],
   ▾ {
     ▾ "a": [
         {},
         null ]
     },
     true ]`},
		{"order, numbers and repeated keys stay", `{"b":1.0,"a":1e400,"b":-0,"":12345678901234567890}`, 40, `
›▾ {
     "b": 1.0,
     "a": 1e400,
     "b": -0,
     "": 12345678901234567890 }`},
		{"a word", ` null `, 20, `
›  null`},
		{"long strings are cut inside their quotes", `{"source":"pragma solidity ^0.8.0","n":1}`, 24, `
›▾ {
     "source": "pragm…",
     "n": 1 }`},
		{"long keys leave room for the value", `{"a very long key indeed":123456}`, 30, `
›▾ {
     "a very lon…": 123456 }`},
		{"what controls the terminal is dots", `{"a\u001b[2J":"\u001b[31mred\n\u009b\ud83d\ude00\ud800 é 日本"}`, 50, `
›▾ {
     "a·[2J": "·[31mred··😀· é 日本" }`},
		{"wide characters are measured", `["日本語日本語日本語"]`, 16, `
›▾ [
     "日本語…" ]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := "\n" + drawn(t, parsed(t, c.text), c.width); got != c.want {
				t.Errorf("got%s\nwant%s", got, c.want)
			}
		})
	}
}

func TestJSONTreeFolds(t *testing.T) {
	const text = `{"a":1,"b":{"c":[1,2,3],"d":{"e":null}},"f":[{}]}`
	tree := parsed(t, text)
	steps := []struct {
		what string
		do   func()
		want string
		at   int
	}{
		{"fold b", func() { tree.SetCursor(2); tree.Toggle() }, `
 ▾ {
     "a": 1,
›  ▸ "b": { 2 keys },
   ▾ "f": [
       {} ]
   }`, 2},
		{"fold b again", func() { tree.Toggle(); tree.SetCursor(3); tree.Toggle() }, `
 ▾ {
     "a": 1,
   ▾ "b": {
›    ▸ "c": [ 3 items ],
     ▾ "d": {
         "e": null }
     },
   ▾ "f": [
       {} ]
   }`, 3},
		{"on a closing bracket what it closes is folded", func() { tree.SetCursor(6); tree.Toggle() }, `
 ▾ {
     "a": 1,
›  ▸ "b": { 2 keys },
   ▾ "f": [
       {} ]
   }`, 2},
		{"unfolding keeps what was folded inside", func() { tree.Unfold() }, `
 ▾ {
     "a": 1,
›  ▾ "b": {
     ▸ "c": [ 3 items ],
     ▾ "d": {
         "e": null }
     },
   ▾ "f": [
       {} ]
   }`, 2},
		{"unfold goes in, fold goes out", func() {
			for range 3 {
				tree.Unfold()
			}
			for range 6 {
				tree.Fold()
			}
		}, `
›▸ { 3 keys }`, 0},
	}
	for _, s := range steps {
		s.do()
		if got := "\n" + drawn(t, tree, 40); got != s.want || tree.Cursor() != s.at {
			t.Fatalf("%s: cursor %d, got%s\nwant cursor %d%s", s.what, tree.Cursor(), got, s.at, s.want)
		}
	}
	tree.Unfold()
	tree.SetCursor(1)
	if tree.Toggle() {
		t.Error("a number was folded")
	}
}

func TestJSONTreeText(t *testing.T) {
	tree := parsed(t, ` {"a": {"b": [1,  2]}, "c": "x\n"} `)
	for line, want := range []string{`{"a": {"b": [1,  2]}, "c": "x\n"}`, `{"b": [1,  2]}`, `[1,  2]`, `1`, `2`, `{"b": [1,  2]}`, `"x\n"`} {
		tree.SetCursor(line)
		if got := tree.Text(); got != want {
			t.Errorf("line %d: %s, want %s", line, got, want)
		}
	}
	tree.SetCursor(99)
	if tree.Cursor() != tree.Lines()-1 {
		t.Error("the cursor left the tree")
	}
	tree.SetCursor(-1)
	if tree.Cursor() != 0 {
		t.Error("the cursor left the tree")
	}
}

func TestJSONTreeUnfoldsWhatFits(t *testing.T) {
	text := `{"a":{"b":{"c":[1,2,3,4,5,6,7,8]}},"d":1}`
	for lines, want := range map[int]int{1: 3, 3: 3, 4: 4, 5: 6, 6: 6, 12: 6, 13: 15, 100: 15} {
		tree, err := ParseJSON(text, lines)
		if err != nil {
			t.Fatal(err)
		}
		if tree.Lines() != want {
			t.Errorf("%d values: %d lines, want %d\n%s", lines, tree.Lines(), want, drawn(t, tree, 60))
		}
	}
}

func TestParseJSONSaysWhereItBreaks(t *testing.T) {
	for _, c := range []struct {
		text string
		at   int
	}{
		{"", 0},
		{"  ", 2},
		{"{", 1},
		{"nul", 0},
		{"{}x", 2},
		{`{"a"}`, 4},
		{`{"a":1,}`, 7},
		{`[1,]`, 3},
		{`[1 2]`, 3},
		{`{a:1}`, 1},
		{`"a`, 2},
		{"\"a\nb\"", 2},
		{`"\x"`, 2},
		{`"\u12g4"`, 5},
		{"01", 1},
		{"1.", 2},
		{"-", 1},
		{"1e+", 3},
		{"[1}", 2},
		{"]", 0},
		{"\x00", 0},
		{"{\"a\":1\x00}", 6},
		{"[", 1},
		{`{"a":`, 5},
	} {
		_, err := ParseJSON(c.text, 200)
		var broken *JSONError
		if !errors.As(err, &broken) || broken.Offset != c.at {
			t.Errorf("%q: %v, want byte %d", c.text, err, c.at)
		}
	}
	_, err := ParseJSON(`{"a":[1,2,}}`, 200)
	if want := "broken JSON at byte 10: '}' stands where a value should"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestJSONTreeIsBounded(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for name, c := range map[string]struct {
		text string
		ok   bool
	}{
		"deepest":       {deep(maxJSONDepth), true},
		"too deep":      {deep(maxJSONDepth + 1), false},
		"most values":   {"[" + strings.Repeat("1,", maxJSONNodes-2) + "1]", true},
		"too many":      {"[" + strings.Repeat("1,", maxJSONNodes-1) + "1]", false},
		"largest":       {`"` + strings.Repeat("x", maxJSONBytes-2) + `"`, true},
		"too large":     {`"` + strings.Repeat("x", maxJSONBytes-1) + `"`, false},
		"just brackets": {strings.Repeat("[", maxJSONBytes), false},
	} {
		tree, err := ParseJSON(c.text, 200)
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
		if tree != nil {
			tree.SetCursor(tree.Lines())
			tree.Toggle()
			for _, line := range tree.Draw(testTheme(t, "none"), 40, 10, tree.Cursor()-5, true) {
				requireWidth(t, name, line, 40)
			}
		}
	}
}

// values counts the values of a text as encoding/json sees them.
func values(text string) int {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	n := 0
	var objects []bool // whether each open container is an object
	key := false       // whether a key is due
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return n
		}
		if err != nil {
			return -1
		}
		switch token {
		case json.Delim('}'), json.Delim(']'):
			objects = objects[:len(objects)-1]
			key = len(objects) > 0 && objects[len(objects)-1]
			continue
		}
		if key {
			key = false
			continue
		}
		n++
		switch token {
		case json.Delim('{'):
			objects, key = append(objects, true), true
		case json.Delim('['):
			objects = append(objects, false)
		default:
			key = len(objects) > 0 && objects[len(objects)-1]
		}
	}
}

func FuzzJSONTree(f *testing.F) {
	for _, seed := range []string{
		"", "{}", `{"a":1,"a":[true,null,{"b":"\u00e9\ud83d\ude00"}]}`, `[[],[[]],{}]`, `"\u001b[31m"`, `{"日本":"語"}`, `[1e5,-0.1]`, "[\xff]", "\"\xff\"",
	} {
		f.Add(seed, 30, 3)
	}
	dark := testTheme(f, "dark")
	f.Fuzz(func(t *testing.T, text string, width, line int) {
		tree, err := ParseJSON(text, 200)
		if (err == nil) != json.Valid([]byte(text)) {
			t.Fatalf("%q: %v, but encoding/json says %v", text, err, json.Valid([]byte(text)))
		}
		if err != nil {
			return
		}
		if want := values(text); tree.Values() != want {
			t.Fatalf("%q: %d values, encoding/json finds %d", text, tree.Values(), want)
		}
		width = max(min(width, 200), -1)
		checkTree(t, tree, func(first int) []string { return tree.Draw(dark, width, 20, first, true) }, width)
		tree.SetCursor(line)
		for _, do := range []func(){func() { tree.Toggle() }, tree.Fold, tree.Unfold} {
			do()
			checkTree(t, tree, func(first int) []string { return tree.Draw(dark, width, 20, first, true) }, width)
			if !json.Valid([]byte(tree.Text())) {
				t.Fatalf("under the cursor: %q", tree.Text())
			}
		}
	})
}

// checkTree fails when the lines of a tree aren't what they should be.
func checkTree(t interface {
	Fatalf(format string, args ...any)
}, tree *JSONTree, draw func(first int) []string, width int,
) {
	if tree.Cursor() < 0 || tree.Cursor() >= tree.Lines() {
		t.Fatalf("the cursor is on line %d of %d", tree.Cursor(), tree.Lines())
	}
	for first := 0; first < min(tree.Lines(), 100); first += 20 {
		lines := draw(first)
		if want := min(20, tree.Lines()-first); len(lines) != want && width > 0 {
			t.Fatalf("%d lines from %d on, want %d", len(lines), first, want)
		}
		for _, line := range lines {
			requireWidth(t, "tree", line, width)
		}
	}
	for i := range min(len(tree.lines), 500) {
		if tree.lines[i] >= 0 && tree.line(tree.lines[i]) != i {
			t.Fatalf("node %d stands on line %d, found on %d", tree.lines[i], i, tree.line(tree.lines[i]))
		}
	}
}

// jsonValue draws any JSON text.
func jsonValue() *rapid.Generator[string] {
	scalar := rapid.OneOf(
		rapid.SampledFrom([]string{"null", "true", "false", "0", "-1.5e10", "[]", "{}", "{ }"}),
		rapid.Map(foreignText(), quoteJSON),
	)
	var value func(depth int) *rapid.Generator[string]
	value = func(depth int) *rapid.Generator[string] {
		if depth == 0 {
			return scalar
		}
		return rapid.Custom(func(t *rapid.T) string {
			inner := rapid.SliceOfN(value(depth-1), 0, 5).Draw(t, "inner")
			switch rapid.IntRange(0, 2).Draw(t, "kind") {
			case 0:
				return scalar.Draw(t, "scalar")
			case 1:
				return "[" + strings.Join(inner, " , ") + "]"
			default:
				for i := range inner {
					inner[i] = quoteJSON(foreignText().Draw(t, "key")) + ":" + inner[i]
				}
				return "{" + strings.Join(inner, ",") + "}"
			}
		})
	}
	return value(4)
}

func quoteJSON(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func TestJSONTreeStandsWhateverIsFolded(t *testing.T) {
	dark := testTheme(t, "dark")
	rapid.Check(t, func(t *rapid.T) {
		text := jsonValue().Draw(t, "text")
		tree, err := ParseJSON(text, 200)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if want := values(text); tree.Values() != want {
			t.Fatalf("%s: %d values, want %d", text, tree.Values(), want)
		}
		width := rapid.IntRange(1, 200).Draw(t, "width")
		t.Repeat(map[string]func(*rapid.T){
			"move":   func(t *rapid.T) { tree.SetCursor(rapid.IntRange(0, tree.Lines()-1).Draw(t, "line")) },
			"toggle": func(*rapid.T) { tree.Toggle() },
			"fold":   func(*rapid.T) { tree.Fold() },
			"unfold": func(*rapid.T) { tree.Unfold() },
			"": func(t *rapid.T) {
				checkTree(t, tree, func(first int) []string { return tree.Draw(dark, width, 20, first, true) }, width)
			},
		})
	})
}

// largeJSON is an envelope of about a megabyte: steps of a workflow, a long source text, and many small numbers.
func largeJSON() string {
	var b strings.Builder
	b.WriteString(`{"id":"0192f7b2","type":"generation.completed","data":{"source":`)
	b.WriteString(quoteJSON(strings.Repeat("pragma solidity ^0.8.0; // naïve\n", 8000)))
	b.WriteString(`,"steps":[`)
	for i := range 8000 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"step":%d,"name":"compile","ok":true,"took":%d.25,"tags":["a","b"]}`, i, i)
	}
	b.WriteString(`],"trace":[`)
	b.WriteString(strings.TrimSuffix(strings.Repeat("12345,", 30000), ","))
	b.WriteString(`]}}`)
	return b.String()
}

func BenchmarkJSONTreeParse(b *testing.B) {
	for name, text := range map[string]string{
		"envelope": largeJSON(),
		"numbers":  "[" + strings.Repeat("1,", 1<<19-1) + "1]",
		"string":   quoteJSON(strings.Repeat("naïve, ", 1<<17)),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParseJSON(text, 200); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkJSONTreeDraw(b *testing.B) {
	tree, dark := parsed(b, largeJSON()), testTheme(b, "dark")
	for name, first := range map[string]int{"top": 0, "bottom": tree.Lines() - 30} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				tree.Draw(dark, 70, 30, first, true)
			}
		})
	}
}

func BenchmarkJSONTreeToggle(b *testing.B) {
	tree := parsed(b, largeJSON())
	tree.SetCursor(3)
	b.ReportAllocs()
	for b.Loop() {
		tree.Toggle()
	}
}
