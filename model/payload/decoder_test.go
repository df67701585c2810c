package payload_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"streamdesk/model"
	"streamdesk/model/payload"
)

const own = `{"id":"e1","type":"a.b","workflow_id":"wf-1","timestamp":"2025-11-05T13:07:09Z","data":{"n":1},"source_agent":"x"}`

func TestAnEntryThatNamesNoEnvelopeIsReadByItsStreams(t *testing.T) {
	const uuid = "7e4c5f3a-09a5-4f49-8e0a-2f1f7d0c6f11"
	for name, c := range map[string]struct {
		others []string // the entry that the stream has several of
		entry  []string
		want   string // its envelope
		err    error
	}{
		"fields on a stream of ours":              {[]string{"data", own}, []string{"a", "b"}, "", model.ErrNoPayload},
		"text on a stream of ours":                {[]string{"data", own}, []string{"data", "hello"}, "", model.ErrNotEvent},
		"fields on a stream of watermill's":       {[]string{"_watermill_message_uuid", uuid, "payload", "{}"}, []string{"payload", "{}"}, "watermill", model.ErrNoPayload},
		"a body on a stream of bodies":            {[]string{"body", "{}"}, []string{"body", "hello"}, "connect", nil},
		"no body on a stream of bodies":           {[]string{"body", "{}"}, []string{"a", "b"}, "flat", nil},
		"an object in data on a flat stream":      {[]string{"a", "b"}, []string{"data", "{}"}, "flat", nil},
		"watermill's on a flat stream":            {[]string{"a", "b"}, []string{"_watermill_message_uuid", uuid, "payload", "{}"}, "watermill", nil},
		"ours on a stream of watermill's":         {[]string{"_watermill_message_uuid", uuid, "payload", "{}"}, []string{"data", own}, "", nil},
		"fields on a stream of CloudEvents":       {[]string{"data", `{"specversion":"1.0","id":"1","type":"t","source":"s"}`}, []string{"a", "b"}, "cloudevents", model.ErrNotEvent},
		"no message on a stream of MassTransit's": {[]string{"data", `{"messageType":["urn:message:A"],"message":{}}`}, []string{"data", "{}"}, "masstransit", model.ErrNotEvent},
		"no task on a stream of taskiq's":         {[]string{"data", `{"task_id":"1","task_name":"t","args":[]}`}, []string{"data", "{}"}, "taskiq", model.ErrNotEvent},
		"no event on a stream of BullMQ's":        {[]string{"event", "active", "jobId", "7"}, []string{"a", "b"}, "bullmq", model.ErrNoPayload},
		"no class on a stream of Spring's":        {[]string{"_class", "A", "n", "1"}, []string{"n", "1"}, "spring", model.ErrNoPayload},
		"no message on a stream of FastStream's":  {[]string{"__data__", "{}"}, []string{"n", "1"}, "faststream", model.ErrNoPayload},
		"no change on a stream of Debezium's":     {[]string{`{"id":1}`, "{}"}, []string{"n", "1"}, "debezium", model.ErrNotEvent},
	} {
		t.Run(name, func(t *testing.T) {
			d := finding()
			for range 3 {
				d.Decode(entryOf("s", c.others...), "")
			}
			for range 2 * 64 { // more than the sample has: it stays so
				r := d.Decode(entryOf("s", c.entry...), "")
				if r.Envelope != c.want || !errors.Is(r.Err, c.err) {
					t.Fatalf("it is read as %q: %v", r.Envelope, r.Err)
				}
				isJSON(t, &r)
			}
		})
	}
}

func TestTheFirstOfSeveralIsReadByWhatTheOthersTell(t *testing.T) {
	d := finding()
	entries := []model.Entry{entryOf("s", "a", "b"), entryOf("s", "data", own), entryOf("t", "a", "b")}
	d.Look(entries, "")
	if r := d.Decode(entries[0], ""); r.Envelope != "" || !errors.Is(r.Err, model.ErrNoPayload) {
		t.Errorf("read as %q: %v", r.Envelope, r.Err)
	}
	if r := d.Decode(entries[2], ""); r.Envelope != "flat" || r.Err != nil {
		t.Errorf("on another stream read as %q: %v", r.Envelope, r.Err)
	}
}

func TestStreamsOfHyperAgentsTypesAreOursUntilTheySayOtherwise(t *testing.T) {
	d := finding()
	if r := d.Decode(entryOf("events:workflow.started", "a", "b"), "events:"); !errors.Is(r.Err, model.ErrNoPayload) {
		t.Errorf("read as %q: %v", r.Envelope, r.Err)
	}
	for range 2 {
		d.Decode(entryOf("events:audit.failed", "__data__", "{}"), "events:")
	}
	if r := d.Decode(entryOf("events:audit.failed", "a", "b"), "events:"); r.Envelope != "faststream" {
		t.Errorf("read as %q: %v", r.Envelope, r.Err)
	}
}

func TestSettingsSayHowStreamsAreRead(t *testing.T) {
	d := payload.New(
		&payload.Opener{},
		payload.Rule{Streams: "orders:*", Kind: "watermill", Paths: payload.Paths{Workflow: "field:metadata.order", Type: "kind"}},
		payload.Rule{Streams: "mail", Kind: "flat"},
		payload.Rule{Streams: "found:*", Kind: payload.Auto, Paths: payload.Paths{Workflow: "field:team.lead"}},
		payload.Rule{Streams: "strict:*", Kind: "streamdesk"},
		payload.Rule{Paths: payload.Paths{Payload: "body", ID: "field:key", Agent: "meta.by", Trace: "field:tp", Time: "field:at", Data: "content"}},
	)
	for name, c := range map[string]struct {
		entry          model.Entry
		envelope, want string
		err            error
	}{
		"a kind with paths": {
			entryOf("orders:eu", "_watermill_message_uuid", "u", "metadata", "\x81\xa5order\xa3o-7", "payload", `{"kind":"order.paid"}`), "watermill",
			`{u order.paid o-7  {"kind":"order.paid"}}`, nil,
		},
		"a kind that the entry isn't of": {entryOf("orders:eu", "data", own), "watermill", `{ orders:eu   }`, model.ErrNoPayload},
		"flat, whatever it holds":        {entryOf("mail", "body", "{}", "data", own), "flat", `{e1 a.b wf-1 x {"body":{},"data":` + own + `}}`, nil},
		"found out, with a path":         {entryOf("found:a", "a", "b", "team.lead", "ann"), "flat", `{ found:a ann  {"a":"b","team.lead":"ann"}}`, nil},
		"found out, with a path into a field": {
			entryOf("found:b", "team", `{"lead":"ann"}`, "data", own), "", `{e1 a.b ann x {"n":1}}`, nil,
		},
		"ours alone": {entryOf("strict:x", "a", "b"), "", `{ strict:x   }`, model.ErrNoPayload},
		"paths for the rest": {
			entryOf("x", "body", `{"meta":{"by":"ann"},"content":{"n":1},"workflow_id":"w"}`, "key", "k-1", "at", "1762348029", "tp", traceparent), "",
			`{k-1 x w ann {"n":1}}`, nil,
		},
		"paths for the rest, compressed": {entryOf("x", "body", zipped(`{"content":"{\"n\":1}"}`)), "", `{ x   {"n":1}}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := d.Decode(c.entry, "")
			e := r.Event
			if got := fmt.Sprintf("{%s %s %s %s %s}", e.ID, e.Type, e.WorkflowID, e.SourceAgent, e.Data); r.Err == nil && got != c.want {
				t.Errorf("the event is %s, want %s", got, c.want)
			}
			if r.Envelope != c.envelope || !errors.Is(r.Err, c.err) {
				t.Errorf("it is read as %q: %v", r.Envelope, r.Err)
			}
			if name == "paths for the rest" && (r.Trace != trace || !e.Timestamp.Equal(at("2025-11-05T13:07:09Z"))) {
				t.Errorf("trace %q at %v", r.Trace, e.Timestamp)
			}
		})
	}
}

func TestAKindThatThereIsntIsRefused(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("it is taken")
		}
	}()
	payload.New(nil, payload.Rule{Kind: "kafka"})
}

func TestWhatMayBePackedIsLookedInto(t *testing.T) {
	for value, want := range map[string]bool{
		"": false, "hello": false, "a sentence of several words": false, `{"workflow_id":"wf-1"}`: false, "wörter in einem satz": false,
		zipped("x"): true, "\xff\xfe": true, "\x81\xa1n\x01": true, "eyJuIjoxfQ==": false, "eyJ3b3JrZmxvd19pZCI6IngifQ==": true,
		`"eyJ3b3JrZmxvd19pZCI6IngifQ=="`: true, `{"specversion":"1.0","data_base64":"eyJ3Z=="}`: true,
	} {
		if got := payload.Packed(value); got != want {
			t.Errorf("%q: %v", value, got)
		}
	}
}

// FuzzDecode reads entries of any two fields, on a stream of which nothing is known, as each kind, and by paths: none comes without
// data that are JSON, or else an error that says why.
func FuzzDecode(f *testing.F) {
	for _, seed := range [][4]string{
		{"data", own, "traceparent", traceparent},
		{"data", `{"specversion":"1.0","id":"1","type":"t","source":"s","data_base64":"eyJuIjoxfQ=="}`, "metadata", "{}"},
		{"specversion", "1.0", "type", "t"},
		{"_watermill_message_uuid", "u", "payload", "{}"},
		{"payload", "{}", "metadata", "\x81\xa1n\x01"},
		{"__data__", fastStream("x", "correlation_id", "c"), "a", "b"},
		{"event", "completed", "jobId", "7"},
		{"data", `{"messageType":["urn:message:A"],"message":{"n":1},"headers":{"a":1}}`, "a", "b"},
		{"data", `{"task_id":"1","task_name":"t","labels":{"a":{}},"kwargs":{}}`, "a", "b"},
		{"key", `{"schema":{},"payload":{"id":1}}`, "value", `{"schema":{},"payload":{"op":"c","source":{"table":"t"},"after":{}}}`},
		{"_class", `"A"`, "n", "[1]"},
		{"body", `"{\"n\":1}"`, "a", "\xff"},
		{"a", "{", "a", "}"},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	var decoders []*payload.Decoder
	for _, kind := range payload.Kinds() {
		decoders = append(decoders, payload.New(&payload.Opener{}, payload.Rule{Streams: "fixed", Kind: kind}))
	}
	decoders = append(decoders, following(payload.Paths{Payload: "body", ID: "field:a.b.c", Data: "x.y", Time: "field:data"}))
	f.Fuzz(func(t *testing.T, name1, value1, name2, value2 string) {
		e := entryOf("fixed", name1, value1, name2, value2)
		for _, d := range slices.Concat(decoders, []*payload.Decoder{finding()}) {
			r := d.Decode(e, "")
			if whole, _ := r.Payload(); !strings.Contains(whole, "null") { // which may be what the data are said to be
				isJSON(t, &r)
			}
		}
	})
}
