package payload_test

import (
	"testing"

	"streamdesk/model"
	"streamdesk/model/payload"
)

// BenchmarkDecode reads an entry in our own format: as the bus does for its handlers, and as the commands and the desk do.
func BenchmarkDecode(b *testing.B) {
	event := model.Event{
		ID: "0199f1a2-7c3e-7d2b-9f31-5a1c0e6b7d88", Type: "generation.progress", WorkflowID: "wf-8f31c2", Timestamp: at("2025-11-05T13:07:09.123456Z"),
		Data: []byte(`{"percent":42,"step":"compile"}`), SourceAgent: "generator",
	}
	e := entryOf("events:generation.progress", "data", string(event.AppendJSON(nil)))
	b.Run("wire", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if r := payload.Wire(e, "events:"); r.Err != nil {
				b.Fatal(r.Err)
			}
		}
	})
	b.Run("found_out", func(b *testing.B) {
		d := finding()
		b.ReportAllocs()
		for b.Loop() {
			if r := d.Decode(e, "events:"); r.Err != nil {
				b.Fatal(r.Err)
			}
		}
	})
}
