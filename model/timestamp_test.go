package model_test

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"streamdesk/model"
)

// isoOfPython37 is what datetime.fromisoformat of Python 3.7 takes of a time with a zone: whole fields, three or six digits, and
// no "Z".
var isoOfPython37 = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}\+00:00$`)

func TestTimestampsAreWrittenAsEveryPythonReadsThem(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		at := time.Unix(rapid.Int64Range(-62135596800, 253402300799).Draw(rt, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(rt, "nanoseconds")).
			In(time.FixedZone("", rapid.IntRange(-12, 14).Draw(rt, "zone")*3600))
		text := string(model.AppendTimestamp(nil, at))
		if !isoOfPython37.MatchString(text) {
			rt.Fatalf("%q", text)
		}
		if want := at.UTC().Format("2006-01-02T15:04:05.000000+00:00"); text != want {
			rt.Fatalf("%q, want %q", text, want)
		}
		back, ok := model.ParseTime(text)
		if !ok || !back.Equal(at.Truncate(time.Microsecond)) {
			rt.Fatalf("%q reads as %v", text, back)
		}
	})
}

func TestPythonReadsTheTimestampOfAnEvent(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3")
	}
	event := model.Event{ID: "1", Type: "a.b", Timestamp: time.Date(2026, 1, 2, 3, 4, 5, 678901234, time.UTC)}
	run := exec.CommandContext(t.Context(), python, "-c",
		"import datetime, json, sys; print(datetime.datetime.fromisoformat(json.load(sys.stdin)['timestamp']).timestamp())")
	run.Stdin = strings.NewReader(string(event.AppendJSON(nil)))
	out, err := run.CombinedOutput()
	if got := strings.TrimSpace(string(out)); err != nil || got != "1767323045.678901" {
		t.Errorf("python reads %q, %v", got, err)
	}
}
