package event

import (
	"testing"

	"streamdesk/ui/pane/panetest"

	"streamdesk/model"
	"streamdesk/ui/pane"
)

func TestTheFrameSaysHowTheEntryWasRead(t *testing.T) {
	packed := &model.Record{
		Entry:    model.Entry{Stream: "s", ID: model.Position{Ms: 5}, Fields: []model.Field{{Name: "payload", Value: "\x1f\x8b"}}},
		Event:    model.Event{Data: []byte(`{"n":1}`)},
		Envelope: "watermill", PayloadField: "payload", Opened: `{"n":1}`, Way: "gzip → msgpack",
	}
	flat := &model.Record{
		Entry:    model.Entry{Stream: "s", ID: model.Position{Ms: 6}, Fields: []model.Field{{Name: "n", Value: "1"}}},
		Event:    model.Event{Data: []byte(`{"n":"1"}`)},
		Envelope: "flat",
	}
	for _, c := range []struct {
		record *model.Record
		want   []string // the note of each view, in turn
	}{
		{packed, []string{"watermill · gzip → msgpack · JSON", "watermill · raw", "watermill · fields", "watermill · hex"}},
		{flat, []string{"flat · JSON", "flat · fields", "flat · hex of n", "flat · JSON"}}, // there is no payload to be shown raw
	} {
		d := New()
		d.Show(c.record)
		for _, want := range c.want {
			if _, note := d.frame(118); note != want {
				t.Errorf("the frame says %q, want %q", note, want)
			}
			d.NextView()
		}
	}
}

func TestANarrowFrameSaysHowThePayloadWasOpened(t *testing.T) {
	r := &model.Record{
		Entry:    model.Entry{Stream: "s", ID: model.Position{Ms: 1789000001234}, Fields: []model.Field{{Name: "payload", Value: "\x1f\x8b"}}},
		Envelope: "watermill", PayloadField: "payload", Opened: `{"n":1}`, Way: "gzip → msgpack",
	}
	d := New()
	d.Show(r)
	for _, c := range []struct {
		width int
		want  string
	}{
		{60, "Event …1234-0|watermill · gzip → msgpack · JSON"},
		{53, "Event …1234-0|watermill · gzip → msgpack · JSON"},
		{52, "Event …1234-0|watermill · gzip → msgpack"},
		{40, "Event|watermill · gzip → msgpack"},
		{36, "Event …1234-0|gzip → msgpack"},
		{33, "Event|gzip → msgpack"},
		{20, "Event|gzip → msgpack"},
	} {
		if title, note := d.frame(c.width); title+"|"+note != c.want {
			t.Errorf("at %d: %s|%s, want %s", c.width, title, note, c.want)
		}
	}
	d.NextView()
	if title, note := d.frame(25); title+"|"+note != "Event …1234-0|raw" {
		t.Errorf("%s|%s", title, note)
	}
}

func TestThePayloadIsReadAsItsEnvelopeAndItsSchemasHaveOpenedIt(t *testing.T) {
	r := &model.Record{
		Entry:    model.Entry{Stream: "s", ID: model.Position{Ms: 5}, Fields: []model.Field{{Name: "payload", Value: "\x08\x01"}, {Name: "trace", Value: "t-1"}}},
		Envelope: "watermill", PayloadField: "payload", Opened: `{"order":1}`, Way: "protobuf acme.Order",
	}
	d := New()
	d.Show(r)
	panetest.Fitted(d, panetest.View(t, "none", 60, 20, drawnAt))
	want := pane.Value{Path: ".", Bytes: "\x08\x01", JSON: `{"order":1}`, Way: "protobuf acme.Order"}
	for range views {
		if got, ok := d.Value(); got != want || !ok {
			t.Errorf("%s: %+v, want %+v", d.inView(), got, want)
		}
		d.NextView()
	}
	d.Move(pane.Down, pane.Known{})
	if got, _ := d.Value(); got != (pane.Value{Path: ".order", Bytes: "1"}) {
		t.Errorf("%+v", got)
	}
	d.NextView()
	d.NextView()
	d.Move(pane.Down, pane.Known{})
	if got, _ := d.Value(); got != (pane.Value{Path: "trace", Bytes: "t-1", Field: true}) {
		t.Errorf("%+v", got)
	}
}
