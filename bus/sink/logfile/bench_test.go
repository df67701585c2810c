package logfile_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/bus/sink"
	"streamdesk/bus/sink/logfile"
	"streamdesk/model"
)

// BenchmarkBacklog works off a backlog into a log, with and without fsync, beside appending the same lines to a bare file
// in writes of 500 lines, and beside a handler that does nothing.
//
//	go test ./bus/sink/logfile -run '^$' -bench Backlog -benchtime 100000x
func BenchmarkBacklog(b *testing.B) {
	for _, c := range []struct {
		name  string
		fsync bool
	}{{"written", false}, {"fsync", true}} {
		b.Run(c.name, func(b *testing.B) {
			server := redistest.Start(b)
			client := server.Client()
			box, err := bus.Open(b.Context(), client)
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = box.Close(context.Background()) }()
			for range b.N {
				if err := box.Publish(b.Context(), model.Event{Type: "workflow.progress", WorkflowID: "wf-1", Data: []byte(`{"step":"self-review","tokens":1655}`)}); err != nil {
					b.Fatal(err)
				}
			}
			if err := box.Flush(b.Context()); err != nil {
				b.Fatal(err)
			}
			path := filepath.Join(b.TempDir(), "events.log")
			s, err := logfile.New(sink.Setup{Group: sink.LogAggregators, Consumer: "a"}, logfile.Options{Path: path, Fsync: c.fsync})
			if err != nil {
				b.Fatal(err)
			}
			b.ResetTimer()
			took := workOff(b, func(ctx context.Context) error { return s.Run(ctx, box) }, box)
			b.StopTimer()
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
			nothing := workOff(b, func(ctx context.Context) error {
				return box.ConsumeBatch(ctx, "nobody", func(context.Context, []bus.Message) error { return nil })
			}, box)
			bare := appendBare(b, path, c.fsync)
			b.ReportMetric(float64(b.N)/took.Seconds(), "events/s")
			b.ReportMetric(float64(bare)/float64(took), "of-bare-append")
			b.ReportMetric(float64(nothing)/float64(took), "of-empty-handler")
		})
	}
}

// workOff runs a consumer until b.N more events are acknowledged.
func workOff(b *testing.B, run func(context.Context) error, box *bus.Bus) time.Duration {
	b.Helper()
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	already := box.Stats().Acked
	began := time.Now()
	go func() { ended <- run(ctx) }()
	redistest.Eventually(b, 10*patience, func() bool { return box.Stats().Acked-already >= uint64(b.N) }, "the backlog to be worked off")
	took := time.Since(began)
	cancel()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
	return took
}

// appendBare appends the lines of a log to a new file, 500 a write.
func appendBare(b *testing.B, path string, fsync bool) time.Duration {
	b.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	f, err := os.Create(path + ".bare")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	began := time.Now()
	for len(text) > 0 {
		part := text
		for n, at := 0, 0; n < 500; n++ {
			next := bytes.IndexByte(text[at:], '\n')
			if next < 0 {
				break
			}
			at += next + 1
			part = text[:at]
		}
		text = text[len(part):]
		if _, err := f.Write(part); err != nil {
			b.Fatal(err)
		}
		if fsync {
			if err := f.Sync(); err != nil {
				b.Fatal(err)
			}
		}
	}
	return time.Since(began)
}
