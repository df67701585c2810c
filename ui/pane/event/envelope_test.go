package event

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

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
		d := New(nowhere, nil)
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
	d := New(nowhere, nil)
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
	d := New(nowhere, nil)
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

// nowhere is where traces are looked at when the settings don't say.
func nowhere(string) string { return "" }

func TestTheEnvelopeShowsTraceSpanAndWhereItIsLookedAt(t *testing.T) {
	const id, span, long = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", "https://grafana.example.org/explore/jaeger/trace/" // more than half a line
	r := &model.Record{
		Entry: model.Entry{Stream: "s", ID: model.Position{Ms: 5}, Fields: []model.Field{{Name: "data", Value: "{}"}}},
		Trace: id, TraceContext: model.TraceContext{Parent: "00-" + id + "-" + span + "-01"}, PayloadField: "data",
	}
	for _, c := range []struct {
		address func(string) string
		want    []string
		not     string
	}{
		{nowhere, []string{"trace    " + id, "span     " + span}, "see"},
		{func(trace string) string { return "https://jaeger/" + trace }, []string{"see      https://jaeger/" + id}, ""},
		{func(trace string) string { return long + trace }, []string{"see      " + long + id}, ""},
	} {
		d := New(c.address, nil)
		d.Show(r)
		text := ansi.Strip(strings.Join(drawnDetail(t, d, 120, 30), "\n"))
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%q isn't in\n%s", want, text)
			}
		}
		if c.not != "" && strings.Contains(text, c.not) {
			t.Errorf("%q is in\n%s", c.not, text)
		}
	}
}
