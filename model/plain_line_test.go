package model

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestAPlainLineIsReadAsAnyOther breaks lines in every way: what the short way takes, the long one must take too, and find the same.
func TestAPlainLineIsReadAsAnyOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune(`ab{}[]:,"\/` + "\n\r\t\x00\x7f\u00e9")))
		e := Entry{Stream: "events:" + text.Draw(t, "stream"), ID: Position{Ms: rapid.Uint64Range(0, 20).Draw(t, "ms"), Seq: rapid.Uint64Range(0, 2).Draw(t, "seq")}}
		for range rapid.IntRange(0, 3).Draw(t, "fields") {
			e.Fields = append(e.Fields, Field{Name: text.Draw(t, "name"), Value: text.Draw(t, "value")})
		}
		line := e.AppendLine(nil)
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			at := rapid.IntRange(0, len(line)-1).Draw(t, "at")
			switch rapid.IntRange(0, 3).Draw(t, "change") {
			case 0:
				line = slices.Delete(line, at, at+1)
			case 1:
				line = slices.Insert(line, at, rapid.SampledFrom([]byte(`"\{}[],: u0/n-`)).Draw(t, "new"))
			case 2:
				line = line[:at+1]
			default:
				line[at] = rapid.SampledFrom([]byte(`"\{}[],: u0/n-`)).Draw(t, "other")
			}
			if len(line) == 0 {
				return
			}
		}
		short, ok := PlainEntryLine(line, rapid.SampledFrom([]string{"", e.Stream, "events:a"}).Draw(t, "near"))
		if !ok {
			return
		}
		long, err := parseLine(string(line))
		if err != nil || long.Key() != short.Key() || !slices.Equal(long.Fields, short.Fields) {
			t.Fatalf("%s is read as %+v, and as %+v, %v", line, short, long, err)
		}
	})
}

// TestTheLinesOfAnExportArePlain: if they weren't, an import would read them the long way, three times as slowly.
func TestTheLinesOfAnExportArePlain(t *testing.T) {
	for _, e := range []Entry{
		{Stream: "events:a.b", ID: Position{Ms: 1_700_000_000_000, Seq: 3}, Fields: []Field{{FieldData, `{"id":"x","path":"C:\\tmp\n"}`}}},
		{Stream: "events:a.b", ID: Position{Ms: 5}, Fields: []Field{{FieldData, ""}, {"traceparent", "00-" + "ab\r\t/"}}},
		{Stream: `odd "name"`, ID: Position{Seq: 1}, Fields: []Field{{`\`, `"`}}},
	} {
		for _, near := range []string{"", e.Stream, "events:other"} {
			got, ok := PlainEntryLine(e.AppendLine(nil), near)
			if !ok || got.Key() != e.Key() || !slices.Equal(got.Fields, e.Fields) {
				t.Errorf("%s is read as %+v, %t", e.AppendLine(nil), got, ok)
			}
		}
	}
}

func TestAnIDIsCutOffATextAsItIsParsed(t *testing.T) {
	for text, want := range map[string]Position{
		"0-0": {}, "5-1": {Ms: 5, Seq: 1}, "007-08": {Ms: 7, Seq: 8}, "18446744073709551615-18446744073709551615": MaxPosition,
	} {
		parsed, err := ParsePosition(text)
		if p, rest, ok := CutPosition([]byte(text + `","x`)); !ok || p != want || p != parsed || err != nil || string(rest) != `","x` {
			t.Errorf("%s is %s before %q, %t", text, p, rest, ok)
		}
	}
	for _, text := range []string{"", "-", "5", "5-", "-5", "x5-1", "18446744073709551616-1", "1-18446744073709551616", "99999999999999999999-1", "+5-1"} {
		if p, rest, ok := CutPosition([]byte(text)); ok || p != (Position{}) || string(rest) != text {
			t.Errorf("%q is %s before %q", text, p, rest)
		}
	}
}
