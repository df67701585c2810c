package workflows

import (
	"fmt"
	"testing"
	"time"

	"streamdesk/model"
	"streamdesk/model/workflow"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
)

// BenchmarkFrame draws a frame of a board of as many workflows as an index keeps, between two times of sorting them.
func BenchmarkFrame(b *testing.B) {
	th, err := theme.New("dark", theme.Settings{})
	if err != nil {
		b.Fatal(err)
	}
	d := live.NewData(1)
	for i := range workflow.MaxWorkflows {
		d.Workflows.Add(&model.Record{
			Entry: model.Entry{Stream: "events:workflow.started", ID: model.Position{Ms: uint64(1_700_000_000_000 + i), Seq: 1}},
			Event: model.Event{Type: "workflow.started", WorkflowID: fmt.Sprintf("wf-%06d", i)},
		})
	}
	p := New([]string{"generation", "audit", "testing", "deployment"})
	v := pane.View{Theme: th, Data: d, Now: time.UnixMilli(1_700_000_100_000), Width: 118, Height: 18, Location: time.UTC}
	p.Fit(v)
	p.Move(pane.Bottom, pane.Known{Data: d})
	b.ReportAllocs()
	for b.Loop() {
		if _, _, ok := p.Subject(d); !ok {
			b.Fatal("there is nothing under the cursor")
		}
		p.Fit(v)
		if frame := p.Draw(v); len(frame.Lines) != v.Height {
			b.Fatalf("%d lines", len(frame.Lines))
		}
	}
}
