package model

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestAPlainLineIsReadAsAnyOther breaks lines in every way: what the short way takes, the long one must take too, and find the same.
func TestAPlainLineIsReadAsAnyOther(t *testing.T) {
	taken := 0
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
		taken++
		long, err := parseLine(string(line))
		if err != nil || long.Key() != short.Key() || !slices.Equal(long.Fields, short.Fields) {
			t.Fatalf("%s is read as %+v, and as %+v, %v", line, short, long, err)
		}
	})
	if taken == 0 {
		t.Error("no line is plain")
	}
}
