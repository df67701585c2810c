package model_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"streamdesk/model"
)

func EntryOf(stream string, fields ...string) model.Entry {
	e := model.Entry{Stream: stream, ID: model.Position{Ms: 1762348029123, Seq: 4}, Fields: []model.Field{}}
	for i := 0; i+1 < len(fields); i += 2 {
		e.Fields = append(e.Fields, model.Field{Name: fields[i], Value: fields[i+1]})
	}
	return e
}

func TestDecodeNeverFails(t *testing.T) {
	gone := model.Entry{Stream: "events:audit.failed"}
	for name, c := range map[string]struct {
		entry    model.Entry
		wantErr  error
		wantType model.Type
		wantID   string
	}{
		"the wire format":  {EntryOf("events:audit.failed", "data", `{"id":"e1","type":"audit.failed"}`), nil, "audit.failed", "e1"},
		"no type":          {EntryOf("events:audit.failed", "data", `{"id":"e1"}`), nil, "audit.failed", "e1"},
		"another type":     {EntryOf("events:audit.failed", "data", `{"type":"x.y"}`), nil, "x.y", ""},
		"another prefix":   {EntryOf("orders", "data", `{"id":"e1"}`), nil, "orders", "e1"},
		"a repeated field": {EntryOf("events:a.b", "data", `{"id":"first"}`, "data", `{"id":"second"}`), nil, "a.b", "first"},
		"no payload":       {EntryOf("events:a.b", "json", `{}`), model.ErrNoPayload, "a.b", ""},
		"no field at all":  {EntryOf("events:a.b"), model.ErrNoPayload, "a.b", ""},
		"broken JSON":      {EntryOf("events:a.b", "data", `{"id":`), model.ErrNotEvent, "a.b", ""},
		"binary":           {EntryOf("events:a.b", "data", "\x80\x04\x95\x00"), model.ErrNotEvent, "a.b", ""},
		"an empty payload": {EntryOf("events:a.b", "data", ""), model.ErrNotEvent, "a.b", ""},
		"a trimmed entry":  {gone, model.ErrGone, "audit.failed", ""},
	} {
		r := model.Envelope{}.Decode(c.entry, "events:")
		if !errors.Is(r.Err, c.wantErr) || r.Event.Type != c.wantType || r.Event.ID != c.wantID {
			t.Errorf("%s: %+v, %v", name, r.Event, r.Err)
		}
		if r.Key() != c.entry.Key() {
			t.Errorf("%s: key %v", name, r.Key())
		}
	}
}

func TestDecodeFollowsMappedPaths(t *testing.T) {
	paths := model.Envelope{
		Payload: "body", ID: "meta.id", Type: "meta.kind", Workflow: "meta.run.id", Time: "at", Agent: "by", Data: "content",
	}
	for name, c := range map[string]struct {
		body    string
		want    model.Event
		problem string
	}{
		"everything": {
			`{"meta":{"id":7,"kind":"order.paid","run":{"id":"r-1"}},"at":1762348029,"by":"shop","content":{"n":1}}`,
			model.Event{
				ID: "7", Type: "order.paid", WorkflowID: "r-1", Timestamp: time.Unix(1762348029, 0),
				SourceAgent: "shop", Data: json.RawMessage(`{"n":1}`),
			},
			"",
		},
		"nothing":          {`{}`, model.Event{Type: "orders"}, ""},
		"nulls":            {`{"meta":{"id":null,"run":null},"at":null,"by":null,"content":null}`, model.Event{Type: "orders"}, ""},
		"a path too long":  {`{"meta":"x","by":"shop"}`, model.Event{Type: "orders", SourceAgent: "shop"}, ""},
		"the wire's keys":  {`{"id":"x","type":"a.b","workflow_id":"w"}`, model.Event{Type: "orders"}, ""},
		"the wrong kind":   {`{"meta":{"id":[1],"kind":"a.b"},"by":"shop"}`, model.Event{Type: "a.b", SourceAgent: "shop"}, `"meta.id"`},
		"duplicated paths": {`{"meta":{"id":"a"},"meta":{"id":"b"}}`, model.Event{ID: "b", Type: "orders"}, ""},
		"no object":        {`[]`, model.Event{Type: "orders"}, "an object"},
	} {
		r := paths.Decode(EntryOf("orders", "data", `{"id":"no"}`, "body", c.body), "events:")
		if !sameEvent(r.Event, c.want) {
			t.Errorf("%s: %+v, want %+v", name, r.Event, c.want)
		}
		switch {
		case c.problem == "" && r.Err != nil:
			t.Errorf("%s: %v", name, r.Err)
		case c.problem != "" && (!errors.Is(r.Err, model.ErrNotEvent) || !strings.Contains(r.Err.Error(), c.problem)):
			t.Errorf("%s: %v, want one about %s", name, r.Err, c.problem)
		}
	}
}

// FuzzDecodeMapped reads each envelope twice: by the wire format's own reader, and one level deeper by paths.
func FuzzDecodeMapped(f *testing.F) {
	for _, seed := range eventSeeds {
		f.Add(seed)
	}
	deeper := model.Envelope{
		ID: "m.id", Type: "m.type", Workflow: "m.workflow_id", Time: "m.timestamp", Agent: "m.source_agent", Data: "m.data",
	}
	f.Fuzz(func(t *testing.T, text string) {
		plain := model.Envelope{}.Decode(EntryOf("events:a.b", "data", text), "events:")
		if !json.Valid([]byte(text)) || strings.TrimLeft(text, " \t\r\n")[0] != '{' {
			if plain.Err == nil {
				t.Fatalf("%q is decoded as %+v", text, plain.Event)
			}
			return
		}
		mapped := deeper.Decode(EntryOf("events:a.b", "data", `{"m":`+text+`}`), "events:")
		if plain.Err != nil {
			return // a value of the wrong kind: by paths only the last of repeated keys is looked at
		}
		if mapped.Err != nil {
			t.Fatalf("%q: by paths %v", text, mapped.Err)
		}
		if !sameEvent(plain.Event, mapped.Event) {
			t.Fatalf("%q: %+v, by paths %+v", text, plain.Event, mapped.Event)
		}
	})
}
