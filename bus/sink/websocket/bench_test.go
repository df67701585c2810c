package websocket_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	ws "github.com/coder/websocket"

	"streamdesk/bus/redistest"
	"streamdesk/bus/sink/websocket"
	"streamdesk/model"
)

// BenchmarkClients broadcasts 1,000 events/s to 1,000 clients, ten of which read nothing, and reports how long an event takes
// from its publishing to a client that reads: each event goes to the two clients that follow its workflow and to ten that
// follow all. Beside it stands a bare write of the same message over one WebSocket, in the same run.
//
//	go test ./bus/sink/websocket -run '^$' -bench Clients -benchtime 10000x
func BenchmarkClients(b *testing.B) {
	const clients, stalledOnes, all, perSecond = 1000, 10, 10, 1000
	server := redistest.Start(b)
	w := start(b, server.Addr(), "a", websocket.Options{})
	var ready sync.WaitGroup
	measured := &latencies{histogram: hdrhistogram.New(1, int64(time.Minute/time.Microsecond), 3)}
	ctx, cancel := context.WithCancel(context.Background())
	var reading sync.WaitGroup
	defer reading.Wait()
	defer cancel()
	for i := range clients {
		query := fmt.Sprintf("workflow_id=wf-%d", i%(clients/2))
		if i < all+stalledOnes {
			query = ""
		}
		conn := w.dial(b, query, nil)
		b.Cleanup(func() { _ = conn.CloseNow() })
		if i < stalledOnes {
			continue
		}
		ready.Add(1)
		reading.Go(func() {
			ready.Done()
			measured.read(ctx, conn)
		})
	}
	ready.Wait()
	redistest.Eventually(b, patience, func() bool { return w.service.Connected() == clients }, "all clients are connected")
	p := newPublisher(b, server.Client())
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	b.ResetTimer()
	for n := 0; n < b.N; {
		<-ticker.C
		for range min(perSecond/100, b.N-n) {
			e := model.Event{Type: "generation.progress", WorkflowID: fmt.Sprintf("wf-%d", n%(clients/2)), Timestamp: time.Now(), Data: []byte(`{"step":"self-review","tokens":1655}`)}
			if err := p.Publish(b.Context(), e); err != nil {
				b.Fatal(err)
			}
			n++
		}
	}
	want := int64(b.N)*all + int64(b.N)*2 - measured.unheard(b.N, clients/2, all+stalledOnes)
	redistest.Eventually(b, patience, func() bool { return measured.n.Load() >= want }, "every client that reads has every event")
	b.StopTimer()
	runtime.ReadMemStats(&after)
	measured.mu.Lock()
	defer measured.mu.Unlock()
	b.ReportMetric(float64(measured.histogram.ValueAtQuantile(50))/1000, "p50-ms")
	b.ReportMetric(float64(measured.histogram.ValueAtQuantile(99))/1000, "p99-ms")
	b.ReportMetric(float64(measured.n.Load())/b.Elapsed().Seconds(), "messages/s")
	b.ReportMetric(float64(after.HeapInuse-min(before.HeapInuse, after.HeapInuse))/(1<<20), "heap-growth-MB")
	b.ReportMetric(float64(after.Sys)/(1<<20), "sys-MB")
	b.ReportMetric(float64(bareWrite(b))/1000, "bare-write-p99-ms")
}

// latencies measures messages by their timestamps.
type latencies struct {
	n         atomic.Int64
	mu        sync.Mutex
	histogram *hdrhistogram.Histogram
}

func (l *latencies) read(ctx context.Context, conn *ws.Conn) {
	for {
		_, data, err := conn.Read(ctx)
		if err != nil {
			return
		}
		l.take(data)
	}
}

func (l *latencies) take(data []byte) {
	const key = `"timestamp":"`
	at := indexAfter(data, key)
	sent, err := time.Parse(time.RFC3339Nano, string(data[at:at+indexAfter(data[at:], `"`)-1]))
	if err != nil {
		return
	}
	took := time.Since(sent).Microseconds()
	l.mu.Lock()
	_ = l.histogram.RecordValue(max(took, 1)) // a minute is more than any takes
	l.mu.Unlock()
	l.n.Add(1)
}

// unheard is how many messages those clients would have got that follow everything instead, or nothing.
func (l *latencies) unheard(events, workflows, others int) int64 {
	var n int64
	for i := range events {
		if i%workflows < others {
			n++
		}
	}
	return n
}

func indexAfter(data []byte, text string) int {
	for i := range len(data) - len(text) + 1 {
		if string(data[i:i+len(text)]) == text {
			return i + len(text)
		}
	}
	return 0
}

// bareWrite is the 99th percentile, in microseconds, of a message's way over one WebSocket at the same rate, with neither
// Redis nor a bus.
func bareWrite(b *testing.B) int64 {
	b.Helper()
	const messages = 1000
	measured := &latencies{histogram: hdrhistogram.New(1, int64(time.Minute/time.Microsecond), 3)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := ws.Accept(w, r, nil)
		if err != nil {
			return
		}
		ticker := time.NewTicker(time.Millisecond)
		defer ticker.Stop()
		for range messages {
			<-ticker.C
			line := fmt.Sprintf(`{"stream":"events:generation.progress","timestamp":%q,"data":{"step":"self-review","tokens":1655}}`, time.Now().Format(time.RFC3339Nano))
			if conn.Write(r.Context(), ws.MessageText, []byte(line)) != nil {
				return
			}
		}
		_ = conn.Close(ws.StatusNormalClosure, "")
	}))
	defer server.Close()
	conn, _, err := ws.Dial(b.Context(), server.URL, nil) //nolint:bodyclose // a WebSocket has none
	if err != nil {
		b.Fatal(err)
	}
	measured.read(b.Context(), conn)
	return measured.histogram.ValueAtQuantile(99)
}
