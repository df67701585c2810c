package changes

import (
	"strings"
	"testing"
)

func TestEntriesOnStdinCanComeInManyForms(t *testing.T) {
	for name, text := range map[string]string{
		"an array":             "[\n{\"id\":\"1-1\",\"stream\":\"events:a\",\"group\":\"g\"},\n{\"id\":\"2-0\"}\n]\n",
		"an array on one line": `[{"id":"1-1","idle_seconds":1.5},{"id":"2-0"}]`,
		"objects":              "{\"id\":\"1-1\"}\n{\"id\":\"2-0\",\"event\":{\"id\":\"x\"}}\n",
		"objects over lines":   "\n{\n  \"id\": \"1-1\"\n}\n{\n  \"id\": \"2-0\"\n}",
		"arrays in an array":   `[[{"id":"1-1"}],[{"id":"2-0"}]]`,
		"JSON strings":         "\"1-1\"\n\"2-0\"\n",
		"an array of strings":  `["1-1", "2-0"]`,
		"plain IDs":            "1-1\n\n  2-0  \r\n",
		"without an end":       "  \n1-1\n2-0",
	} {
		rows, err := readRows(strings.NewReader(text))
		if err != nil || len(rows) != 2 || rows[0].id.String() != "1-1" || rows[1].id.String() != "2-0" {
			t.Errorf("%s: %+v, %v", name, rows, err)
		}
	}
	for _, text := range []string{"", " \n\n", "[]"} {
		if rows, err := readRows(strings.NewReader(text)); err != nil || len(rows) != 0 {
			t.Errorf("%q: %+v, %v", text, rows, err)
		}
	}
	rows, err := readRows(strings.NewReader(`{"stream":"events:a","group":"g","consumer":"c","id":"1-1","deliveries":3}`))
	if err != nil || len(rows) != 1 || rows[0].Stream != "events:a" || rows[0].Group != "g" || rows[0].Consumer != "c" || *rows[0].Deliveries != 3 {
		t.Errorf("a row of pending: %+v, %v", rows, err)
	}
}
