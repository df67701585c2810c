package jsonschema_test

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"streamdesk/model"
	"streamdesk/model/payload/schema/jsonschema"
)

// write writes files into a directory of their own and returns it.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const order = `{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","required":["id","amount"],
	"properties":{"id":{"type":"string"},"amount":{"type":"number","minimum":0},"lines":{"type":"array","items":{"$ref":"line.json"}}}}`

func TestAnEventThatDoesNotFitIsToldByItsPaths(t *testing.T) {
	dir := write(t, map[string]string{"order.json": order, "line.json": `{"type":"object","additionalProperties":false,"properties":{"sku":{"type":"string"}}}`})
	c, err := jsonschema.Load(os.ReadFile, []jsonschema.Rule{
		{Type: "order.*", File: filepath.Join(dir, "order.json"), Mode: jsonschema.Refuse}, {Type: "*", File: filepath.Join(dir, "line.json")},
	})
	if err != nil {
		t.Fatal(err)
	}
	for data, want := range map[string][]string{
		`{"id":"1","amount":3.5}`:                    nil,
		`{"id":"1","amount":"3"}`:                    {"/amount: want number, got string"},
		`{"id":1}`:                                   {"/: it lacks amount", "/id: want string, got number"},
		`{"id":"1","amount":1,"lines":[{},{"x":1}]}`: {"/lines/1: it may not have x"},
		``:  {"/: it lacks id, amount"},
		`{`: {"/: it is no JSON"},
		`{"id":"1","amount":12345678901234567890123.001}`: nil,
	} {
		var got []string
		if wrong := c.Check(&model.Event{Type: "order.paid", Data: []byte(data)}); wrong != nil {
			if got = wrong.Problems; !wrong.Refused || filepath.Base(wrong.Schema) != "order.json" {
				t.Errorf("%s: %+v", data, wrong)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", data, got, want)
		}
	}
	other := &model.Event{Type: "other.type", Data: []byte(`{"x":1}`)}
	if wrong := c.Check(other); wrong != nil {
		t.Errorf("a rule that is off says %v", wrong)
	}
	if _, wrong := c.Look(other); wrong == nil || wrong.Refused || wrong.Problems[0] != "/: it may not have x" {
		t.Errorf("who looks finds %v", wrong)
	}
	if wrong := (*jsonschema.Checker)(nil).Check(other); wrong != nil {
		t.Errorf("no checker: %v", wrong)
	}
}

func TestWhatIsSaidOfAnEventIsShortAndHarmless(t *testing.T) {
	dir := write(t, map[string]string{"s.json": `{"additionalProperties":{"type":"string"},"maxProperties":50}`})
	c, err := jsonschema.Load(os.ReadFile, []jsonschema.Rule{{Type: "*", File: filepath.Join(dir, "s.json"), Mode: jsonschema.Warn}})
	if err != nil {
		t.Fatal(err)
	}
	many := make([]string, 40)
	for i := range many {
		many[i] = strconv.Quote(strings.Repeat("x", i+1)) + ":1"
	}
	for data, want := range map[string]string{
		`{"a\u001b[31m":1}`:                 `/a\x1b[31m: want string, got number`,
		`{"a/b~c":1}`:                       "/a~1b~0c: want string, got number",
		"{" + strings.Join(many, ",") + "}": "and more",
	} {
		wrong := c.Check(&model.Event{Type: "a.b", Data: []byte(data)})
		if wrong == nil || wrong.Problems[len(wrong.Problems)-1] != want || len(wrong.Problems) > 9 {
			t.Errorf("%.40s: %v", data, wrong)
		}
	}
}

func TestASchemaThatIsBrokenIsNamedAndNothingIsFetched(t *testing.T) {
	dir := write(t, map[string]string{
		"type.json": `{"type":"strin"}`, "json.json": `{`, "remote.json": `{"$ref":"https://example.com/order.json"}`, "away.json": `{"$ref":"nothere.json"}`,
	})
	for name, says := range map[string]string{
		"type.json": "is no JSON Schema: /type:", "json.json": "json.json", "remote.json": "nothing is fetched", "away.json": "nothere.json", "none.json": "none.json",
	} {
		_, err := jsonschema.Load(os.ReadFile, []jsonschema.Rule{{Type: "*", File: filepath.Join(dir, name)}})
		if err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "order.json"), []byte(strings.Replace(order, `,"lines":{"type":"array","items":{"$ref":"line.json"}}`, "", 1)), 0o600); err != nil {
		b.Fatal(err)
	}
	c, err := jsonschema.Load(os.ReadFile, []jsonschema.Rule{{Type: "order.*", File: filepath.Join(dir, "order.json"), Mode: jsonschema.Warn}})
	if err != nil {
		b.Fatal(err)
	}
	data := []byte(`{"id":"0199c2f4","amount":12.5,"currency":"EUR","customer":{"id":7,"name":"x"},"lines":[{"sku":"a"},{"sku":"b"}]}`)
	e := &model.Event{Type: "order.paid", Data: data}
	b.ReportAllocs()
	for b.Loop() {
		if err := c.Check(e); err != nil {
			b.Fatal(err)
		}
	}
}
