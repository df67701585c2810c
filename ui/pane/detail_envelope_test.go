package pane

import (
	"testing"

	"streamdesk/model"
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
		d := NewDetail()
		d.Show(c.record)
		for _, want := range c.want {
			if note := d.note(); note != want {
				t.Errorf("the frame says %q, want %q", note, want)
			}
			d.NextView()
		}
	}
}
