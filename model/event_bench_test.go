package model_test

import (
	"encoding/json"
	"testing"
	"time"

	"streamdesk/model"
)

// wireEvent is the envelope as encoding/json would have it: what the hand-written reader and writer are measured
// against.
type wireEvent struct {
	ID          string          `json:"id"`
	Type        string          `json:"type"`
	WorkflowID  string          `json:"workflow_id"`
	Timestamp   time.Time       `json:"timestamp"`
	Data        json.RawMessage `json:"data"`
	SourceAgent string          `json:"source_agent"`
}

var benchEvent = model.Event{
	ID: "0199f1a2-7c3e-7d2b-9f31-5a1c0e6b7d88", Type: "generation.progress", WorkflowID: "wf-8f31c2",
	Timestamp: time.Date(2025, 11, 5, 13, 7, 9, 123456789, time.UTC),
	Data:      json.RawMessage(`{"percent":42,"step":"compile"}`), SourceAgent: "generator",
}

func BenchmarkParseEvent(b *testing.B) {
	text := string(benchEvent.AppendJSON(nil))
	b.Run("model", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			if _, err := model.ParseEvent(text); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding_json", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			var e wireEvent
			if err := json.Unmarshal([]byte(text), &e); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkAppendJSON(b *testing.B) {
	size := int64(len(benchEvent.AppendJSON(nil)))
	b.Run("model", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(size)
		var buffer []byte
		for b.Loop() {
			buffer = benchEvent.AppendJSON(buffer[:0])
		}
	})
	b.Run("encoding_json", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(size)
		e := wireEvent{
			ID: benchEvent.ID, Type: string(benchEvent.Type), WorkflowID: benchEvent.WorkflowID, Timestamp: benchEvent.Timestamp,
			Data: benchEvent.Data, SourceAgent: benchEvent.SourceAgent,
		}
		for b.Loop() {
			if _, err := json.Marshal(e); err != nil {
				b.Fatal(err)
			}
		}
	})
}
