package filter_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"streamdesk/model"
	"streamdesk/model/filter"
	"streamdesk/model/payload"
)

func entryOf(stream string, fields ...string) model.Entry {
	e := model.Entry{Stream: stream, ID: model.Position{Ms: 1762348029123, Seq: 4}}
	for i := 0; i+1 < len(fields); i += 2 {
		e.Fields = append(e.Fields, model.Field{Name: fields[i], Value: fields[i+1]})
	}
	return e
}

var (
	filterNow    = time.UnixMilli(1762348029123).Add(10 * time.Minute) // ten minutes after the entry
	tracedRecord = payload.Wire(entryOf("events:audit.completed", "data", `{"id":"e-42","workflow_id":"wf-8f31"}`,
		"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"), "events:")
	filterRecord = payload.Wire(entryOf("events:audit.completed", "data",
		`{"id":"e-42","type":"audit.completed","workflow_id":"wf-8f31","source_agent":"auditor","data":{"note":"Stack Too Deep, ÄÖ"}}`,
		"origin", "events:audit.failed/7-0"), "events:")
)

func TestFilterMatches(t *testing.T) {
	for text, want := range map[string]bool{
		"":                                       true,
		"  \t ":                                  true,
		"wf:wf-8f31":                             true,
		"workflow:wf-8f31":                       true,
		"WF:wf-8f31":                             true,
		"wf:WF-8F31":                             false,
		"wf:wf-*":                                true,
		"wf:wf-8f3":                              false,
		"type:audit.*":                           true,
		"type:workflow.*,audit.*":                true,
		"type:workflow.*,testing.*":              false,
		"type:,audit.*,":                         true,
		"-type:audit.*":                          false,
		"-type:workflow.*":                       true,
		"agent:auditor wf:wf-8f31":               true,
		"agent:auditor wf:other":                 false,
		"agent:?uditor":                          true,
		"stream:events:audit.*":                  true,
		"stream:events:workflow.*":               false,
		"id:e-42":                                true,
		"id:1762348029123-4":                     true,
		"id:e-4":                                 false,
		"age<5m":                                 false,
		"age>5m":                                 true,
		"age<1d":                                 true,
		"AGE<1d":                                 true,
		"age<0.5d":                               true,
		"-age>5m":                                false,
		"age>10m":                                false,
		"age<10m":                                true,
		"stack":                                  true,
		"STACK":                                  true,
		"stack deep":                             true,
		`"stack too deep"`:                       true,
		`"too stack"`:                            false,
		`-"stack too deep"`:                      false,
		"-stack":                                 false,
		"-nowhere":                               true,
		"äö":                                     true,
		"origin":                                 true, // the name of a field
		"events:audit":                           true, // a part of the stream's key
		`"wf:wf-8f31"`:                           false,
		`"-stack"`:                               false, // in quotes a dash is text
		`"-8f31"`:                                true,
		`-"-stack"`:                              true,
		`""`:                                     true,
		`-""`:                                    false,
		`agent:"auditor"`:                        true,
		"-":                                      true, // a dash alone is text, and IDs have one
		"a:":                                     false,
		`http://x`:                               false,
		`"http://x"`:                             false, // in quotes an address is text
		`"gas<5"`:                                false,
		"audit->deep":                            false, // no word stands before the >
		"12:30":                                  false, // nor here before the colon
		"stack\u00a0deep\ntoo":                   true,  // white space of any kind separates
		`type:audit.completed -agent:gen* stack`: true,
		`agent:"auditor,other"`:                  false, // a comma in quotes is no list
		`agent:"auditor",other`:                  true,
		`jq:.note`:                               true,
		`JQ:.missing`:                            false,
		`-jq:.missing`:                           true,
		`wf:wf-8f31 jq:.note | test("deep"; "i")`: true, // it takes the rest of the text
		`jq:'.note | test("deep"; "i")' wf:other`: false,
		`-jq:'.missing' wf:wf-8f31`:               true,
		`"jq:.note"`:                              false,
		`state:pending`:                           false, // nobody has told
		`-state:pending`:                          false,
	} {
		f, err := filter.Parse(text)
		if err != nil {
			if text != "a:" && text != "http://x" && text != "events:audit" {
				t.Errorf("%q: %v", text, err)
			}
			continue
		}
		if got := f.Match(&filterRecord, filterNow); got != want {
			t.Errorf("%q matches: %v, want %v", text, got, want)
		}
	}
}

func TestFilterMatchesTheTrace(t *testing.T) {
	for text, want := range map[string]struct{ traced, untraced bool }{
		"trace:4bf92f3577b34da6a3ce929d0e0e4736":  {traced: true},
		"-trace:4bf92f3577b34da6a3ce929d0e0e4736": {untraced: true},
		"trace:4bf9*":                    {traced: true},
		"TRACE:x,4bf9*":                  {traced: true},
		"trace:?*":                       {traced: true}, // there is one
		"-trace:?*":                      {untraced: true},
		"trace:00f067aa0ba902b7":         {}, // the span isn't the trace
		"trace:4bf9* workflow:wf-8f31":   {traced: true},
		"trace:4bf92f3577b34da6a3ce929d": {},
	} {
		f, err := filter.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if f.Match(&tracedRecord, filterNow) != want.traced || f.Match(&filterRecord, filterNow) != want.untraced {
			t.Errorf("%q matches: traced %v, untraced %v", text, !want.traced, want.untraced)
		}
	}
}

func TestFilterErrorsNameThePlaceAndTheMend(t *testing.T) {
	for text, want := range map[string]struct {
		column int
		says   string
	}{
		"wf:":                {0, "wf:wf-8f31"},
		"trace:":             {0, "trace:4bf9"},
		"traces:a":           {0, "did you mean trace:?"},
		"stack  foo:bar":     {7, `unknown term "foo:": known are wf: `},
		"wf:a agee<5m":       {5, `unknown term "agee<": did you mean age< or age>?`},
		"-Ag>1h":             {0, `unknown term "Ag>": did you mean age< or age>?`},
		"age:5m":             {0, "did you mean age< or age>?"},
		"tpye:audit.*":       {0, `did you mean type:? For plain text put it in quotes`},
		"workflows:wf-1":     {0, "did you mean wf:?"},
		"type<audit":         {0, "did you mean type:?"},
		"jp:.a":              {0, "did you mean jq:?"},
		"gas<5":              {0, "for plain text put it in quotes"},
		"state:pendign":      {0, "did you mean pending?"},
		"wf:a age<soon":      {5, "30s, 5m, 2h or 1d"},
		"age<-5m":            {0, "not a length of time"},
		"age<1h2d":           {0, "not a length of time"},
		"age<1e9d":           {0, "not a length of time"},
		"age<0x1d":           {0, "not a length of time"},
		`a "b c`:             {2, "isn't closed"},
		"\u00a0 type:,":      {3, "type:workflow.*"},
		"http://example.com": {0, "in quotes"},
		"state:":             {0, "state:pending|dead"},
		"a state:,|":         {2, "state:pending|dead"},
		"state:lost":         {0, "pending, acked, dead"},
		"wf:a jq:":           {8, "expression is missing"},
		"wf:a jq:.a = 1":     {11, "write =="},
		"-jq:'.a b' x":       {8, "unexpected token"},
		"jq:'.a":             {3, "isn't closed"},
		"jq:'.a'x":           {3, "add a space"},
	} {
		_, err := filter.Parse(text)
		var problem *filter.Error
		if !errors.As(err, &problem) || problem.Column != want.column || !strings.Contains(problem.Problem, want.says) {
			t.Errorf("%q: %v, want column %d, %q", text, err, want.column, want.says)
		}
	}
}

func TestParseAge(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"30s": 30 * time.Second, "1h30m": 90 * time.Minute, "2d": 48 * time.Hour, "1.5d": 36 * time.Hour, "0s": 0,
		"100000d": 2_400_000 * time.Hour,
	} {
		if got, err := model.ParseAge(text); err != nil || got != want {
			t.Errorf("ParseAge(%q) = %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "d", "5", "-1d", "-5m", "1d1d", "1h2d", "1e3d", "infd", "nand", "999999d", "1..5d"} {
		if got, err := model.ParseAge(text); err == nil {
			t.Errorf("ParseAge(%q) = %v", text, got)
		}
	}
}

func TestFilterKnowsItsWorkflow(t *testing.T) {
	for text, want := range map[string]string{
		"wf:wf-1": "wf-1", "stack wf:wf-1 age<5m": "wf-1", "workflow:x": "x",
		"wf:wf-*": "", "wf:a,b": "", "-wf:a": "", "a": "", "": "",
	} {
		f, err := filter.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := f.Workflow(); got != want || ok != (want != "") {
			t.Errorf("%q narrows to %q, %v", text, got, ok)
		}
		if f.Empty() != (text == "") || f.String() != text {
			t.Errorf("%q: empty %v, reads %q", text, f.Empty(), f)
		}
	}
}

func TestFilterKeysAreAllUnderstood(t *testing.T) {
	for _, key := range filter.Keys() {
		value := map[string]string{"state:": "dead", "jq:": ".a > 1"}[key]
		if value == "" {
			value = "1m"
		}
		if _, err := filter.Parse(key + value); err != nil {
			t.Error(err)
		}
	}
}

// naiveTerm says whether one term without quotes matches, by the words of the documentation.
func naiveTerm(text string, r *model.Record) bool {
	if rest, ok := strings.CutPrefix(text, "-"); ok && rest != "" {
		return !naiveTerm(rest, r)
	}
	key, value, keyed := strings.Cut(text, ":")
	if !keyed {
		all := []string{r.Stream}
		for _, field := range r.Fields {
			all = append(all, field.Name, field.Value)
		}
		return slices.ContainsFunc(all, func(s string) bool {
			return strings.Contains(strings.ToLower(s), strings.ToLower(text))
		})
	}
	of := map[string][]string{
		"wf": {r.Event.WorkflowID}, "type": {string(r.Event.Type)}, "agent": {r.Event.SourceAgent},
		"stream": {r.Stream}, "id": {r.Event.ID, r.ID.String()},
	}[key]
	for glob := range strings.SplitSeq(value, ",") {
		if glob != "" && slices.ContainsFunc(of, func(s string) bool { return model.MatchGlob(glob, s) }) {
			return true
		}
	}
	return false
}

func TestFilterAgreesWithANaiveEvaluator(t *testing.T) {
	word := rapid.StringMatching(`[abAB.]{1,3}`)
	glob := rapid.StringMatching(`[ab.*?]{1,4}(,[ab*]{0,3})?`)
	term := rapid.Custom(func(t *rapid.T) string {
		dash := rapid.SampledFrom([]string{"", "", "-"}).Draw(t, "dash")
		key := rapid.SampledFrom([]string{"", "wf:", "type:", "agent:", "stream:", "id:"}).Draw(t, "key")
		if key == "" {
			return dash + word.Draw(t, "word")
		}
		return dash + key + glob.Draw(t, "glob")
	})
	part := rapid.StringMatching(`[abAB.]{0,4}`)
	rapid.Check(t, func(t *rapid.T) {
		r := model.Record{
			Entry: entryOf(part.Draw(t, "stream"), part.Draw(t, "name"), part.Draw(t, "value")),
			Event: model.Event{
				ID: part.Draw(t, "id"), Type: model.Type(part.Draw(t, "type")),
				WorkflowID: part.Draw(t, "wf"), SourceAgent: part.Draw(t, "agent"),
			},
		}
		terms := rapid.SliceOfN(term, 0, 4).Draw(t, "terms")
		f, err := filter.Parse(strings.Join(terms, "  "))
		if err != nil {
			t.Fatal(err)
		}
		want := !slices.ContainsFunc(terms, func(text string) bool { return !naiveTerm(text, &r) })
		if got := f.Match(&r, filterNow); got != want {
			t.Fatalf("%q matches %+v: %v", f, r, got)
		}
	})
}

func TestAWordIsFoundInWhatWasOpened(t *testing.T) {
	f, err := filter.Parse("erc20")
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]model.Record{
		"a payload that was opened": {Entry: entryOf("s", "data", "\x1f\x8b"), Opened: `{"contract":"ERC20"}`},
		"data of another envelope":  {Entry: entryOf("s", "data", "RVJDMjA="), Envelope: "cloudevents", Event: model.Event{Data: []byte(`"ERC20"`)}},
	} {
		if !f.Match(&r, filterNow) {
			t.Errorf("%s: it isn't found", name)
		}
	}
}
