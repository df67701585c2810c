package model_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"streamdesk/model"
)

func TestParseEventReadsTheWireFormat(t *testing.T) {
	got, err := model.ParseEvent(`{"id":"e1","type":"workflow.started","workflow_id":"wf-1",` +
		`"timestamp":"2025-11-05T13:07:09.123456Z","data":{"a": [1, 2]},"source_agent":"coordinator"}`)
	if err != nil {
		t.Fatal(err)
	}
	want := model.Event{
		ID: "e1", Type: "workflow.started", WorkflowID: "wf-1",
		Timestamp: time.Date(2025, 11, 5, 13, 7, 9, 123456000, time.UTC),
		Data:      json.RawMessage(`{"a": [1, 2]}`), SourceAgent: "coordinator",
	}
	if !sameEvent(got, want) {
		t.Errorf("got %+v", got)
	}
}

func sameEvent(a, b model.Event) bool {
	return a.ID == b.ID && a.Type == b.Type && a.WorkflowID == b.WorkflowID && a.Timestamp.Equal(b.Timestamp) &&
		string(a.Data) == string(b.Data) && a.SourceAgent == b.SourceAgent
}

func TestParseEventTakesTimestampsAsProducersWriteThem(t *testing.T) {
	second := time.Date(2025, 11, 5, 13, 7, 9, 0, time.UTC)
	micros := second.Add(123456 * time.Microsecond)
	for text, want := range map[string]time.Time{
		`"2025-11-05T13:07:09.123456"`:       micros, // datetime.utcnow().isoformat()
		`"2025-11-05T13:07:09"`:              second, // the same on a whole second
		`"2025-11-05T13:07:09.123456+00:00"`: micros, // datetime.now(timezone.utc).isoformat()
		`"2025-11-05T15:07:09.123456+02:00"`: micros,
		`"2025-11-05T13:07:09.123456Z"`:      micros,
		`"2025-11-05T15:07:09+0200"`:         second, // strftime("%z")
		`"2025-11-05 13:07:09.123456"`:       micros, // str(datetime.utcnow())
		`"2025-11-05 15:07:09.123456+02:00"`: micros,
		`"2025-11-05 15:07:09+0200"`:         second,
		`"2025-11-05T13:07"`:                 second.Truncate(time.Minute),
		`"2025-11-05"`:                       time.Date(2025, 11, 5, 0, 0, 0, 0, time.UTC),
		`1762348029.123456`:                  micros, // time.time()
		`1762348029`:                         second, // int(time.time())
		`1.762348029123456e9`:                micros,
		`"1762348029.123456"`:                micros,
		`1762348029123`:                      second.Add(123 * time.Millisecond), // Date.now()
		`0`:                                  time.Unix(0, 0),
	} {
		e, err := model.ParseEvent(`{"timestamp":` + text + `}`)
		if err != nil || !e.Timestamp.Equal(want) {
			t.Errorf("timestamp %s reads as %v, %v, want %v", text, e.Timestamp, err, want)
		}
		if e.Timestamp.Location() != time.UTC {
			t.Errorf("timestamp %s isn't in UTC", text)
		}
	}
	for _, text := range []string{
		`null`, `""`, `"yesterday"`, `"12:30"`, `{}`, `[]`, `true`, `-1`, `1e300`, `"NaN"`, `"inf"`, `"0x1p31"`, `"1_000"`,
		`"2025-13-05T13:07:09"`, `"2025-11-05T13:07:09 "`, `"9999-12-31T23:59:59-01:00"`, `"0000-01-01T00:00:00+01:00"`,
	} {
		e, err := model.ParseEvent(`{"timestamp":` + text + `,"id":"x"}`)
		if err != nil || !e.Timestamp.IsZero() || e.ID != "x" {
			t.Errorf("timestamp %s reads as %v, %v, want none", text, e.Timestamp, err)
		}
	}
}

func TestParseEventIsLenient(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want model.Event
	}{
		"no keys":            {`{}`, model.Event{}},
		"white space":        {" {\n\t\"id\" : \"x\" , \"data\" : { \"a\" : 1 } }\r\n", model.Event{ID: "x", Data: []byte(`{ "a" : 1 }`)}},
		"nulls":              {`{"id":null,"type":null,"workflow_id":null,"timestamp":null,"data":null,"source_agent":null}`, model.Event{}},
		"numbers as strings": {`{"id":12,"workflow_id":3.50,"source_agent":true}`, model.Event{ID: "12", WorkflowID: "3.50", SourceAgent: "true"}},
		"the last one":       {`{"id":"a","id":"b","data":{},"data":{"n":1}}`, model.Event{ID: "b", Data: []byte(`{"n":1}`)}},
		"the last, a null":   {`{"id":"a","id":null,"data":{"n":1},"data":null}`, model.Event{}},
		"unknown keys":       {`{"v":2,"ID":"no","id":"yes","meta":{"id":"no"}}`, model.Event{ID: "yes"}},
		"an escaped key":     {`{"\u0069d":"x","source\u005fagent":"y"}`, model.Event{ID: "x", SourceAgent: "y"}},
		"an escaped escape":  {`{"\\u0069d":"x"}`, model.Event{}},
		"data of any kind":   {`{"data":[1,"two"]}`, model.Event{Data: []byte(`[1,"two"]`)}},
		"escapes":            {`{"id":"\"\\\/\b\f\n\r\t\u00e9\u0000"}`, model.Event{ID: "\"\\/\b\f\n\r\té\x00"}},
		"a surrogate pair":   {`{"id":"\ud83d\ude80"}`, model.Event{ID: "🚀"}},
		"a lone surrogate":   {`{"id":"\ud83d!\ude80"}`, model.Event{ID: "\uFFFD!\uFFFD"}},
		"two high halves":    {`{"id":"\ud83d\ud83d\ude80"}`, model.Event{ID: "\uFFFD🚀"}},
		"wide runes":         {`{"id":"工作流-🚀"}`, model.Event{ID: "工作流-🚀"}},
		"no UTF-8":           {"{\"id\":\"a\xffb\"}", model.Event{ID: "a\uFFFDb"}},
	} {
		got, err := model.ParseEvent(c.text)
		if err != nil || !sameEvent(got, c.want) {
			t.Errorf("%s: %s reads as %+v, %v", name, c.text, got, err)
		}
	}
}

func TestParseEventRefusesWhatIsNoObject(t *testing.T) {
	for _, text := range []string{
		"", " ", "null", "[]", `"x"`, "1", "{", "}", `{"id"}`, `{"id":}`, `{"id":"x",}`, `{"id":"x"`, `{"id":"x"}x`, `{,}`,
		`{"id":"x}`, `{"id":"\x"}`, `{"id":"\u12"}`, "{\"id\":\"a\nb\"}", `{id:1}`, `{'id':1}`, `{"n":01}`, `{"n":1.}`,
		`{"n":.5}`, `{"n":-}`, `{"n":1e}`, `{"n":+1}`, `{"n":nul}`, `{"n":NaN}`, `{"n":tru`, `{"a":[1,]}`, "\xff\xfe", "\x00{}",
		"\uFEFF{}", `{"a":1}{"a":2}`,
	} {
		if got, err := model.ParseEvent(text); !errors.Is(err, model.ErrNotEvent) {
			t.Errorf("%q reads as %+v, %v, want ErrNotEvent", text, got, err)
		}
	}
}

func TestParseEventReadsTheRestBesideAValueOfTheWrongKind(t *testing.T) {
	got, err := model.ParseEvent(`{"id":{"uuid":1},"type":"audit.failed","workflow_id":["wf"],"source_agent":"auditor"}`)
	if !errors.Is(err, model.ErrNotEvent) || !strings.Contains(err.Error(), `"id"`) {
		t.Errorf("err = %v, want one that names the first key", err)
	}
	if got.Type != "audit.failed" || got.SourceAgent != "auditor" {
		t.Errorf("got %+v", got)
	}
}

func TestParseEventBoundsNestingAsEncodingJSONDoes(t *testing.T) {
	for _, depth := range []int{9_999, 10_000, 10_001, 100_000} {
		for _, innermost := range []string{"", "1"} {
			text := `{"data":` + strings.Repeat("[", depth-1) + innermost + strings.Repeat("]", depth-1) + "}"
			_, err := model.ParseEvent(text)
			if want := json.Valid([]byte(text)); (err == nil) != want {
				t.Errorf("%d deep around %q: %v, encoding/json says %v", depth, innermost, err, want)
			}
		}
	}
}

func TestAppendJSONWritesTheExactWireFormat(t *testing.T) {
	at := time.Date(2025, 11, 5, 14, 7, 9, 120, time.FixedZone("CET", 3600))
	for want, e := range map[string]model.Event{
		`{"id":"e1","type":"workflow.started","workflow_id":"wf-1","timestamp":"2025-11-05T13:07:09.000000+00:00","data":{"a":1},"source_agent":"coordinator"}`: {
			ID: "e1", Type: "workflow.started", WorkflowID: "wf-1", Timestamp: at, Data: []byte(`{"a":1}`), SourceAgent: "coordinator",
		},
		`{"id":"","type":"","workflow_id":"","timestamp":"0001-01-01T00:00:00.000000+00:00","data":{},"source_agent":""}`: {},
		`{"id":"\"\\\n\r\t\u0001` + "\x7f" + `<&>é` + "\u2028" + `","type":"a.b","workflow_id":"","timestamp":"0001-01-01T00:00:00.000000+00:00","data":{},"source_agent":"` + "\uFFFD" + `"}`: {
			ID: "\"\\\n\r\t\x01\x7f<&>é\u2028", Type: "a.b", SourceAgent: "\xff",
		},
	} {
		if got := string(e.AppendJSON([]byte("x"))); got != "x"+want {
			t.Errorf("got  %s\nwant x%s", got, want)
		}
	}
}

func TestEventMarshalsOnlyWhatIsValid(t *testing.T) {
	good := model.Event{ID: "e", Type: "a.b", Data: []byte(`{"n":1}`)}
	text, err := json.Marshal(good)
	if err != nil {
		t.Fatal(err)
	}
	var back model.Event
	if err := json.Unmarshal(text, &back); err != nil || !sameEvent(back, good) {
		t.Errorf("%s reads as %+v, %v", text, back, err)
	}
	if err := json.Unmarshal([]byte(`[]`), &back); !errors.Is(err, model.ErrNotEvent) {
		t.Errorf("an array: %v", err)
	}
	for name, c := range map[string]struct {
		e    model.Event
		want error
	}{
		"type":        {model.Event{Type: "started"}, model.ErrType},
		"data":        {model.Event{Type: "a.b", Data: []byte(`[]`)}, model.ErrData},
		"broken data": {model.Event{Type: "a.b", Data: []byte(`{`)}, model.ErrData},
		"data bytes":  {model.Event{Type: "a.b", Data: []byte("{\"a\":\"\xff\"}")}, model.ErrUTF8},
		"id bytes":    {model.Event{Type: "a.b", ID: "\xff"}, model.ErrUTF8},
		"agent bytes": {model.Event{Type: "a.b", SourceAgent: "\xff"}, model.ErrUTF8},
	} {
		if err := c.e.Validate(); !errors.Is(err, c.want) {
			t.Errorf("%s: Validate() = %v, want %v", name, err, c.want)
		}
		if _, err := json.Marshal(c.e); !errors.Is(err, c.want) {
			t.Errorf("%s: Marshal: %v, want %v", name, err, c.want)
		}
	}
}

func TestValidateDataSaysWhereItBreaks(t *testing.T) {
	err := model.ValidateData(`{"gas": 12,}`)
	if !errors.Is(err, model.ErrData) || !strings.Contains(err.Error(), "byte 11") {
		t.Errorf("err = %v", err)
	}
}
