package websocket_test

import (
	"context"
	"flag"
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

// BenchmarkClients broadcasts 1,000 events/s to 5,000 clients, ten of which read nothing, and reports how long an event takes
// from its publishing to a client that reads: each event goes to the two clients that follow its workflow and to ten that
// follow all. Beside it stand, in the same run, bare writes of as many messages to as many clients, with neither Redis nor a bus,
// and a bare write over one WebSocket.
//
//	go test ./bus/sink/websocket -run '^$' -bench Clients -benchtime 10000x
func BenchmarkClients(b *testing.B) {
	const stalledOnes, all, perSecond = 10, 10, 1000
	clients := *connected
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
	cancel()
	reading.Wait()
	p50, p99 := bareClients(b, b.N, perSecond, all+2)
	b.ReportMetric(float64(p50)/1000, "bare-p50-ms")
	b.ReportMetric(float64(p99)/1000, "bare-p99-ms")
	b.ReportMetric(float64(bareWrite(b))/1000, "bare-write-p99-ms")
}

// connected is how many clients are connected at a time, at least a hundred.
var connected = flag.Int("clients", 5000, "clients of BenchmarkClients")

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

// bareClients is how long messages take, in microseconds at the median and the 99th percentile, that a loop writes to some of as many
// clients, so many events per second, each to so many of them.
func bareClients(b *testing.B, events, perSecond, each int) (p50, p99 int64) {
	b.Helper()
	clients := *connected
	accepted := make(chan *ws.Conn, clients)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if conn, err := ws.Accept(w, r, nil); err == nil {
			accepted <- conn
			<-conn.CloseRead(context.Background()).Done()
		}
	}))
	defer server.Close()
	measured := &latencies{histogram: hdrhistogram.New(1, int64(time.Minute/time.Microsecond), 3)}
	ctx, cancel := context.WithCancel(context.Background())
	var reading sync.WaitGroup
	defer reading.Wait()
	defer cancel()
	conns := make([]*ws.Conn, clients)
	for i := range conns {
		conn, _, err := ws.Dial(b.Context(), server.URL, nil) //nolint:bodyclose // a WebSocket has none
		if err != nil {
			b.Fatal(err)
		}
		reading.Go(func() {
			measured.read(ctx, conn)
			_ = conn.CloseNow()
		})
		conns[i] = <-accepted
	}
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for n := 0; n < events; {
		<-ticker.C
		for range min(perSecond/100, events-n) {
			line := fmt.Appendf(nil, `{"stream":"events:generation.progress","timestamp":%q,"data":{"step":"self-review","tokens":1655}}`, time.Now().Format(time.RFC3339Nano))
			for i := range each {
				if err := conns[(n*each+i)%clients].Write(b.Context(), ws.MessageText, line); err != nil {
					b.Fatal(err)
				}
			}
			n++
		}
	}
	redistest.Eventually(b, patience, func() bool { return measured.n.Load() >= int64(events*each) }, "every client has every message")
	measured.mu.Lock()
	defer measured.mu.Unlock()
	return measured.histogram.ValueAtQuantile(50), measured.histogram.ValueAtQuantile(99)
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
