package model

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAnEntryComesBackFromItsLineByteForByte(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		anyBytes := rapid.Custom(func(t *rapid.T) string {
			if rapid.Bool().Draw(t, "text") {
				return rapid.String().Draw(t, "string")
			}
			return string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		})
		e := Entry{
			Stream: "events:" + rapid.String().Draw(t, "stream"),
			ID:     Position{Ms: rapid.Uint64().Draw(t, "ms"), Seq: rapid.Uint64Range(0, 1<<63).Draw(t, "seq")},
			Fields: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Field {
				return Field{Name: anyBytes.Draw(t, "name"), Value: anyBytes.Draw(t, "value")}
			}), 1, 6).Draw(t, "fields"),
		}
		line := string(e.AppendLine([]byte("x")))[1:]
		for _, r := range line {
			if r < ' ' || r >= 0x7F && r < 0xA0 {
				t.Fatalf("a terminal may obey %q in %q", r, line)
			}
		}
		back, err := ParseEntryLine(line)
		if err != nil || back.Stream != e.Stream || back.ID != e.ID || !slices.Equal(back.Fields, e.Fields) {
			t.Fatalf("%+v comes back as %+v, %v, from %s", e, back, err, line)
		}
	})
}

func TestALineThatIsNoEntrySaysWhatIsWrong(t *testing.T) {
	for text, says := range map[string]string{
		``:                                       "want an object",
		`[]`:                                     "want an object",
		`{"stream":"a"`:                          "want ',' or '}'",
		`{"stream":"a"}`:                         `"fields" is missing`,
		`{"stream":1}`:                           `"stream" is no string`,
		`{"fields":[{"name":"a","value":"b"}]}`:  `"stream" is missing`,
		`{"stream":"a","fields":[]}`:             "at least one field",
		`{"stream":"a","fields":{}}`:             `"fields" is no array`,
		`{"stream":"a","fields":[1]}`:            "field 1: it is no object",
		`{"stream":"a","fields":[{"name":"a"}]}`: `field 1: "value" is missing`,
		`{"stream":"a","fields":[{"value":"a"}]}`:                             `field 1: "name" is missing`,
		`{"stream":"a","fields":[{"name":"a","value":null}]}`:                 `field 1: "value" is no string`,
		`{"stream":"a","fields":[{"name":"a","value_base64":"%"}]}`:           `field 1: "value_base64": illegal base64`,
		`{"stream":"a","fields":[{"name":"a","value":"b"},{"nam":"a"}]}`:      `field 2: unknown key "nam"`,
		`{"stream":"a","id":"-","fields":[{"name":"a","value":"b"}]}`:         `"id" "-" (want milliseconds-sequence`,
		`{"stream":"a","id":"1-x","fields":[{"name":"a","value":"b"}]}`:       `"id" "1-x" (want milliseconds-sequence`,
		`{"stream":"a","added":"1","fields":[{"name":"a","value":"b"}]}`:      `unknown key "added"`,
		"{\"stream\":\"\xff\",\"fields\":[{\"name\":\"a\",\"value\":\"b\"}]}": "no UTF-8",
		`{"stream":"a","fields":[{"name":"a","value":"b"}]} {"stream":"a"}`:   "want the end",
	} {
		if _, err := ParseEntryLine(text); !errors.Is(err, ErrLine) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", text, err, says)
		}
	}
}

func FuzzParseEntryLine(f *testing.F) {
	f.Add(`{"stream":"a","id":"1-1","fields":[{"name":"data","value":"{\"a\":1}"},{"name_base64":"/w==","value":""}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		e, err := ParseEntryLine(text)
		if err != nil {
			return
		}
		back, err := ParseEntryLine(string(e.AppendLine(nil)))
		if err != nil || back.Stream != e.Stream || back.ID != e.ID || !slices.Equal(back.Fields, e.Fields) {
			t.Fatalf("%+v comes back as %+v, %v", e, back, err)
		}
	})
}

func BenchmarkEntryLine(b *testing.B) {
	e := Entry{Stream: "events:workflow.progress", ID: Position{Ms: 1700000000000, Seq: 3}, Fields: []Field{{
		Name: "data", Value: `{"id":"0192f7b2-8f31-7c4c-9a57-5f1a2b3c4d5e","type":"workflow.progress","workflow_id":"wf-8f31","timestamp":"2025-11-05T13:00:00Z","data":{"attempt":2,"step":"compile"},"source_agent":"coordinator"}`,
	}}}
	line := string(e.AppendLine(nil))
	b.Run("write", func(b *testing.B) {
		var buffer []byte
		b.ReportAllocs()
		for b.Loop() {
			buffer = e.AppendLine(buffer[:0])
		}
	})
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := ParseEntryLine(line); err != nil {
				b.Fatal(err)
			}
		}
	})
}
