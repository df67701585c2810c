package payload_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"streamdesk/model"
	"streamdesk/model/payload"
)

func TestDecodeNeverFails(t *testing.T) {
	gone := model.Entry{Stream: "events:audit.failed"}
	for name, c := range map[string]struct {
		entry    model.Entry
		wantErr  error
		wantType model.Type
		wantID   string
	}{
		"the wire format":  {entryOf("events:audit.failed", "data", `{"id":"e1","type":"audit.failed"}`), nil, "audit.failed", "e1"},
		"no type":          {entryOf("events:audit.failed", "data", `{"id":"e1"}`), nil, "audit.failed", "e1"},
		"another type":     {entryOf("events:audit.failed", "data", `{"type":"x.y"}`), nil, "x.y", ""},
		"another prefix":   {entryOf("orders", "data", `{"id":"e1"}`), nil, "orders", "e1"},
		"a repeated field": {entryOf("events:a.b", "data", `{"id":"first"}`, "data", `{"id":"second"}`), nil, "a.b", "first"},
		"no payload":       {entryOf("events:a.b", "json", `{}`), model.ErrNoPayload, "a.b", ""},
		"no field at all":  {entryOf("events:a.b"), model.ErrNoPayload, "a.b", ""},
		"broken JSON":      {entryOf("events:a.b", "data", `{"id":`), model.ErrNotEvent, "a.b", ""},
		"binary":           {entryOf("events:a.b", "data", "\x80\x04\x95\x00"), model.ErrNotEvent, "a.b", ""},
		"an empty payload": {entryOf("events:a.b", "data", ""), model.ErrNotEvent, "a.b", ""},
		"a trimmed entry":  {gone, model.ErrGone, "audit.failed", ""},
	} {
		r := payload.Wire(c.entry, "events:")
		if !errors.Is(r.Err, c.wantErr) || r.Event.Type != c.wantType || r.Event.ID != c.wantID {
			t.Errorf("%s: %+v, %v", name, r.Event, r.Err)
		}
		if r.Key() != c.entry.Key() {
			t.Errorf("%s: key %v", name, r.Key())
		}
	}
}

func TestDecodeFollowsMappedPaths(t *testing.T) {
	paths := following(payload.Paths{
		Payload: "body", ID: "meta.id", Type: "meta.kind", Workflow: "meta.run.id", Time: "at", Agent: "by", Data: "content",
	})
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
		"nothing":          {`{}`, model.Event{Type: "orders", Data: json.RawMessage(`{}`)}, ""},
		"nulls":            {`{"meta":{"id":null,"run":null},"at":null,"by":null,"content":null}`, model.Event{Type: "orders"}, ""},
		"a path too long":  {`{"meta":"x","by":"shop"}`, model.Event{Type: "orders", SourceAgent: "shop", Data: json.RawMessage(`{"meta":"x","by":"shop"}`)}, ""},
		"the wire's keys":  {`{"id":"x","type":"a.b","workflow_id":"w"}`, model.Event{Type: "orders", Data: json.RawMessage(`{"id":"x","type":"a.b","workflow_id":"w"}`)}, ""},
		"the wrong kind":   {`{"meta":{"id":[1],"kind":"a.b"},"by":"shop"}`, model.Event{Type: "a.b", SourceAgent: "shop", Data: json.RawMessage(`{"meta":{"id":[1],"kind":"a.b"},"by":"shop"}`)}, `"meta.id"`},
		"duplicated paths": {`{"meta":{"id":"a"},"meta":{"id":"b"}}`, model.Event{ID: "b", Type: "orders", Data: json.RawMessage(`{"meta":{"id":"a"},"meta":{"id":"b"}}`)}, ""},
		"no object":        {`[]`, model.Event{Type: "orders"}, "an object"},
	} {
		r := paths.Decode(entryOf("orders", "data", `{"id":"no"}`, "body", c.body), "events:")
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
	f.Add(`{"id":"e1","type":"a.b","workflow_id":"w","timestamp":"2025-11-05T13:07:09Z","source_agent":"x","data":{"n":1}}`)
	f.Add(`{"id":7,"id":8,"timestamp":1762348029.5,"data":null}`)
	f.Add(`{"data":[1,{"a":"\u00e9"}],"unknown":{"deep":[]}}`)
	f.Add(`{"id":{}}`)
	f.Add(`[]`)
	deeper := payload.New(nil, payload.Rule{Paths: payload.Paths{
		ID: "m.id", Type: "m.type", Workflow: "m.workflow_id", Time: "m.timestamp", Agent: "m.source_agent", Data: "m.data",
	}})
	f.Fuzz(func(t *testing.T, text string) {
		plain := payload.Wire(entryOf("events:a.b", "data", text), "events:")
		if !json.Valid([]byte(text)) || strings.TrimLeft(text, " \t\r\n")[0] != '{' {
			if plain.Err == nil {
				t.Fatalf("%q is decoded as %+v", text, plain.Event)
			}
			return
		}
		mapped := deeper.Decode(entryOf("events:a.b", "data", `{"m":`+text+`}`), "events:")
		if plain.Err != nil {
			return // a value of the wrong kind: by paths only the last of repeated keys is looked at
		}
		if mapped.Err != nil {
			t.Fatalf("%q: by paths %v", text, mapped.Err)
		}
		if model.FirstKey(text, "data") == "" {
			plain.Event.Data, mapped.Event.Data = nil, nil // the whole object, once with what is around it
		}
		if !sameEvent(plain.Event, mapped.Event) {
			t.Fatalf("%q: %+v, by paths %+v", text, plain.Event, mapped.Event)
		}
	})
}
