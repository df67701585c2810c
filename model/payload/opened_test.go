package payload_test

import (
	"errors"
	"testing"

	"streamdesk/model"
	"streamdesk/model/payload"
	"streamdesk/model/payload/decode"
)

// packedAs is a value in the form of those steps, from the outside in.
func packedAs(t *testing.T, value string, steps ...string) string {
	t.Helper()
	packed, err := (decode.Opener{}).Pack(steps, value)
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

func TestAPayloadThatIsOpenedIsAnEvent(t *testing.T) {
	packed := packedAs(t, `{"id":"e1","workflow_id":"wf-1","data":{"a":1}}`, "gzip", "msgpack")
	wire := payload.New(&payload.Opener{}, payload.Rule{Kind: "streamdesk"})
	read := func(fields ...model.Field) model.Record {
		return wire.Decode(model.Entry{Stream: "events:a.b", ID: model.Position{Ms: 1}, Fields: fields}, "events:")
	}
	r := read(model.Field{Name: "data", Value: packed})
	if r.Err != nil || r.Event.ID != "e1" || r.Event.Type != "a.b" || string(r.Event.Data) != `{"a":1}` || r.Way != "gzip → msgpack" {
		t.Errorf("opened as %+v", r)
	}
	if whole, ok := r.Payload(); !ok || whole != r.Opened || r.Fields[0].Value != packed {
		t.Errorf("its payload is %q, its field %q", whole, r.Fields[0].Value)
	}
	if r := read(model.Field{Name: "data", Value: packedAs(t, "[1]", "msgpack")}); !errors.Is(r.Err, model.ErrNotEvent) || r.Opened != "[1]" {
		t.Errorf("a list: %+v", r)
	}
	if r := read(model.Field{Name: "data", Value: "broken"}); !errors.Is(r.Err, model.ErrNotEvent) || r.Way != "" {
		t.Errorf("broken: %+v", r)
	}
	if r := read(model.Field{Name: "other", Value: packed}); !errors.Is(r.Err, model.ErrNoPayload) || r.Opened != "" {
		t.Errorf("without a payload: %+v", r)
	}
	if r := read(model.Field{Name: "data", Value: `{"id":"plain"}`}); r.Err != nil || r.Opened != "" || r.Event.ID != "plain" {
		t.Errorf("JSON: %+v", r)
	}
}
