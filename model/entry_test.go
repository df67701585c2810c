package model_test

import (
	"testing"

	"streamdesk/model"
)

// entryOf is an entry with those names and values.
func entryOf(stream string, fields ...string) model.Entry {
	e := model.Entry{Stream: stream, ID: model.Position{Ms: 1762348029123, Seq: 4}, Fields: []model.Field{}}
	for i := 0; i+1 < len(fields); i += 2 {
		e.Fields = append(e.Fields, model.Field{Name: fields[i], Value: fields[i+1]})
	}
	return e
}

func TestEntryKeepsDuplicateFields(t *testing.T) {
	e := entryOf("events:a.b", "data", "1", "data", "22", "\xff", "")
	if v, ok := e.Field("data"); !ok || v != "1" {
		t.Errorf("Field(data) = %q, %v, want the first", v, ok)
	}
	if _, ok := e.Field("reason"); ok {
		t.Error("a field that isn't there is found")
	}
	if got := e.Size(); got != 12 {
		t.Errorf("Size() = %d", got)
	}
	if got := e.Key().String(); got != "events:a.b/1762348029123-4" {
		t.Errorf("Key() = %s", got)
	}
}

func TestTypeOfTakesThePrefixAway(t *testing.T) {
	for _, c := range []struct{ stream, prefix, want string }{
		{"events:audit.failed", "events:", "audit.failed"},
		{"events:", "events:", "events:"},
		{"orders", "events:", "orders"},
		{"orders", "", "orders"},
	} {
		if got := model.TypeOf(c.stream, c.prefix); string(got) != c.want {
			t.Errorf("TypeOf(%q, %q) = %q, want %q", c.stream, c.prefix, got, c.want)
		}
	}
}
