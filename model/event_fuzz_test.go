package model_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"streamdesk/model"
)

// eventSeeds are envelopes as producers write them, and as they break.
var eventSeeds = []string{
	`{"id":"e1","type":"workflow.started","workflow_id":"wf-1","timestamp":"2025-11-05T13:07:09.123456Z","data":{},"source_agent":"coordinator"}`,
	`{"id": "e1", "type": "audit.completed", "workflow_id": "wf-1", "timestamp": "2025-11-05T13:07:09.123456", "data": {"score": 0.9}, "source_agent": "auditor"}`,
	`{"timestamp": "2025-11-05 13:07:09.123456+02:00"}`,
	`{"timestamp": 1762348029.123456}`,
	`{"timestamp": 1762348029}`,
	`{"timestamp": 1762348029123}`,
	`{"timestamp": "9999-12-31T23:59:59-23:59"}`,
	`{}`, ` { } `, `null`, `[]`, `{"id":null,"data":null}`, `{"id":1,"type":true}`, `{"id":{}}`, `{"id":[],"id":"x"}`,
	`{"id":"a","id":"b","data":{},"data":[]}`,
	`{"\u0069d":"x"}`, `{"\\u0069d":"x"}`, `{"id":"\ud83d\ude80\ud83d"}`, `{"id":"\"\\\/\b\f\n\r\t"}`, `{"ID":"x"}`,
	`{"id":"x",}`, `{"id":"x"`, `{"n":01}`, `{"n":-0.5e+10}`, `{"n":1E400}`, `{"a":{"b":[{"c":[]}]}}`,
	"{\"id\":\"a\x00b\"}", "{\"id\":\"a\xffb\"}", "{\"id\":\"工作流🚀\"}", "\x80\x04\x95", "{\"data\":\"\\u0000\"}",
}

// members are the members of an object in their order, as encoding/json reads them; false when it refuses the text.
func members(text string) (keys []string, values []json.RawMessage, ok bool) {
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &object) != nil || object == nil {
		return nil, nil, false
	}
	d := json.NewDecoder(strings.NewReader(text))
	if _, err := d.Token(); err != nil {
		panic(err)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			panic(err)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			panic(err)
		}
		keys, values = append(keys, key.(string)), append(values, value)
	}
	return keys, values, true
}

// naiveEvent reads an envelope with encoding/json alone, but for the timestamp.
func naiveEvent(text string) (e model.Event, ok bool) {
	keys, values, ok := members(text)
	if !ok {
		return e, false
	}
	for i, key := range keys {
		var into *string
		switch key {
		case "id":
			into = &e.ID
		case "type":
			into = (*string)(&e.Type)
		case "workflow_id":
			into = &e.WorkflowID
		case "source_agent":
			into = &e.SourceAgent
		case "data":
			if e.Data = values[i]; string(e.Data) == "null" {
				e.Data = nil
			}
			continue
		default:
			continue
		}
		switch value := values[i]; value[0] {
		case '"':
			if json.Unmarshal(value, into) != nil {
				return e, false
			}
		case 'n':
			*into = ""
		case '{', '[':
			ok = false
		default:
			*into = string(value)
		}
	}
	return e, ok
}

func FuzzParseEvent(f *testing.F) {
	for _, seed := range eventSeeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := model.ParseEvent(text)
		if err != nil && !errors.Is(err, model.ErrNotEvent) {
			t.Fatalf("%q: %v", text, err)
		}
		if year := got.Timestamp.Year(); year < 0 || year > 9999 {
			t.Fatalf("%q: the timestamp %v can't be written", text, got.Timestamp)
		}
		if !utf8.ValidString(text) {
			return
		}
		want, ok := naiveEvent(text)
		if (err == nil) != ok {
			t.Fatalf("%q: %v, encoding/json accepts it: %v", text, err, ok)
		}
		want.Timestamp = got.Timestamp
		if ok && !sameEvent(got, want) {
			t.Fatalf("%q:\ngot  %+v\nwant %+v", text, got, want)
		}
		if !ok {
			return
		}
		written := got.AppendJSON(nil)
		again, err := model.ParseEvent(string(written))
		if len(got.Data) == 0 {
			got.Data = json.RawMessage("{}")
		}
		if err != nil || !sameEvent(again, got) {
			t.Fatalf("%q is written as %s, which reads as %+v, %v", text, written, again, err)
		}
	})
}

func FuzzAppendJSON(f *testing.F) {
	f.Add("e1", "workflow.started", "wf-1", int64(1762348029123456789), []byte(`{"a":1}`), "coordinator")
	f.Add("", "", "", int64(0), []byte(nil), "")
	f.Add("\"\\\x00\x1f\x7f", "a.b\n", "工作流", int64(-1), []byte(" {} "), "\xff\xc0\xaf")
	f.Add("\u2028<>&", "a.b", "\xed\xa0\x80", int64(1<<62), []byte(`[1]`), "🚀")
	f.Fuzz(func(t *testing.T, id, eventType, workflow string, nanos int64, data []byte, agent string) {
		e := model.Event{
			ID: id, Type: model.Type(eventType), WorkflowID: workflow, Timestamp: time.Unix(0, nanos), Data: data, SourceAgent: agent,
		}
		if model.ValidateData(string(data)) != nil {
			e.Data = nil
		}
		written := e.AppendJSON(nil)
		keys, values, ok := members(string(written))
		if !ok {
			t.Fatalf("no JSON: %q", written)
		}
		if got := strings.Join(keys, " "); got != "id type workflow_id timestamp data source_agent" {
			t.Fatalf("keys %s", got)
		}
		for i, text := range map[int]string{0: id, 1: eventType, 2: workflow, 5: agent} {
			var got string
			if err := json.Unmarshal(values[i], &got); err != nil || got != strings.ToValidUTF8(text, "\uFFFD") &&
				len([]rune(got)) != len([]rune(text)) {
				t.Fatalf("%s is %q, %v, want %q", keys[i], got, err, text)
			}
		}
		var at time.Time
		if err := json.Unmarshal(values[3], &at); err != nil || !at.Equal(e.Timestamp.Truncate(time.Microsecond)) {
			t.Fatalf("timestamp %s, %v, want %v", values[3], err, e.Timestamp)
		}
		if len(e.Data) > 0 && !bytes.Equal(values[4], bytes.Trim(e.Data, " \t\r\n")) && utf8.Valid(e.Data) {
			t.Fatalf("data %q, want %q", values[4], e.Data)
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, written); err != nil {
			t.Fatal(err)
		}
		if len(e.Data) == 0 && !bytes.Equal(compact.Bytes(), written) {
			t.Fatalf("white space in %s", written)
		}
	})
}
