package workflow

import (
	"strings"
	"testing"
	"unicode/utf8"

	"streamdesk/model"

	"pgregory.net/rapid"
)

func TestReasons(t *testing.T) {
	for data, want := range map[string]string{
		``:                           "",
		`{}`:                         "",
		`null`:                       "",
		`[1]`:                        "",
		`7`:                          "",
		`"compiler: stack too deep"`: "compiler: stack too deep",
		`{"error":"compiler: stack too deep","message":"failed"}`: "compiler: stack too deep",
		`{"message":"failed","error":"stack too deep"}`:           "stack too deep",
		`{"message":"failed","error":null}`:                       "failed",
		`{"error":{"code":7,"message":"no gas"}}`:                 "no gas",
		`{"error":{"code":7},"reason":"no gas"}`:                  "no gas",
		`{"code":7,"result":{"detail":"no gas"}}`:                 "no gas",
		`{"a":{"b":{"c":{"d":{"error":"too deep"}}}}}`:            "",
		`{"error":"  two\n\t lines  "}`:                           "two lines",
		`{"error":"` + strings.Repeat("é", 300) + `"}`:            strings.Repeat("é", 240) + "…",
		`{"error":"a", broken`:                                    "a",
		`"broken`:                                                 "",
		`{"error":"\u001b[31mred"}`:                               "\x1b[31mred",
	} {
		r := model.Record{Event: model.Event{Type: "a.failed", Data: []byte(data)}}
		if got := reasonOf(&r); got != want {
			t.Errorf("%s: %q, want %q", data, got, want)
		}
	}
	dead := model.Record{Entry: model.Entry{Fields: []model.Field{{Name: model.FieldReason, Value: "4 deliveries"}}}}
	if got := reasonOf(&dead); got != "4 deliveries" {
		t.Errorf("a dead letter: %q", got)
	}
}

func TestNotes(t *testing.T) {
	for data, want := range map[string]string{
		``: "",
		`{"progress_percentage":42,"step":"compile","tokens":7}`: "42% compile",
		`{"stage":"audit","progress_percentage":50}`:             "50% audit",
		`{"progress":0.07}`: "7%",
		`{"progress":1}`:    "1%",
		`{"progress":"?"}`:  "",
		`{"percent":150}`:   "",
		`{"from":"a","to":"b","message":"7 findings"}`:   "7 findings",
		`{"text":"` + strings.Repeat("x", 70_000) + `"}`: "",
	} {
		if got := noteOf([]byte(data)); got != want {
			t.Errorf("%.60s: %q, want %q", data, got, want)
		}
	}
}

func TestNotesAreShortAndOnOneLineWhateverTheDataHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.OneOf(rapid.String(), rapid.StringMatching(`\{"(error|step|x)":("[a \\"n]*"|\{"message":[0-9"]*\}|[0-9.]*),?"(progress|error)":.*\}`)).Draw(t, "data")
		r := model.Record{Event: model.Event{Type: "a.failed", Data: []byte(data)}}
		for _, text := range []string{reasonOf(&r), noteOf(r.Event.Data)} {
			if utf8.RuneCountInString(text) > noteLength+20 || strings.ContainsAny(text, "\n\t") {
				t.Fatalf("%q", text)
			}
		}
	})
}
