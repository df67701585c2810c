package websocket_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	ws "github.com/coder/websocket"

	"streamdesk/bus/redistest"
	"streamdesk/bus/sink/websocket"
	"streamdesk/model"
)

// BenchmarkThroughput broadcasts events as fast as they go to 20 clients that get all of them, and reports messages/s beside
// those of bare writes of the same messages to as many clients, without Redis and a bus, in the same run.
//
//	go test ./bus/sink/websocket -run '^$' -bench Throughput -benchtime 20000x
func BenchmarkThroughput(b *testing.B) {
	const clients = 20
	server := redistest.Start(b)
	w := start(b, server.Addr(), "a", websocket.Options{Buffer: b.N, MaxBehind: time.Hour})
	p := newPublisher(b, server.Client())
	conns := make([]*ws.Conn, clients)
	for i := range conns {
		conns[i] = w.dial(b, "", nil)
	}
	redistest.Eventually(b, patience, func() bool { return w.service.Connected() == clients }, "all clients are connected")
	b.ResetTimer()
	for range b.N {
		e := model.Event{Type: "generation.progress", WorkflowID: "wf-1", Timestamp: time.Now(), Data: []byte(`{"step":"self-review","tokens":1655}`)}
		if err := p.Publish(b.Context(), e); err != nil {
			b.Fatal(err)
		}
	}
	line := takeAll(b, conns, b.N)
	b.StopTimer()
	took := b.Elapsed()
	bare := bareBroadcast(b, clients, b.N, line)
	b.ReportMetric(float64(clients*b.N)/took.Seconds(), "messages/s")
	b.ReportMetric(float64(clients*b.N)/bare.Seconds(), "bare-messages/s")
	b.ReportMetric(float64(bare)/float64(took), "of-bare-write")
}

// takeAll has each client read so many messages, and returns the last of one.
func takeAll(b *testing.B, conns []*ws.Conn, messages int) (last []byte) {
	b.Helper()
	var reading sync.WaitGroup
	errs := make([]error, len(conns))
	lines := make([][]byte, len(conns))
	for i, conn := range conns {
		reading.Go(func() {
			for range messages {
				if _, lines[i], errs[i] = conn.Read(context.Background()); errs[i] != nil {
					return
				}
			}
			_ = conn.CloseNow() // it has all it came for
		})
	}
	reading.Wait()
	for _, err := range errs {
		if err != nil {
			b.Fatal(err)
		}
	}
	return lines[0]
}

// bareBroadcast is how long it takes to write a line so many times to each of the clients.
func bareBroadcast(b *testing.B, clients, messages int, line []byte) time.Duration {
	b.Helper()
	begin := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := ws.Accept(w, r, nil)
		if err != nil {
			return
		}
		<-begin
		for range messages {
			if conn.Write(r.Context(), ws.MessageText, line) != nil {
				return
			}
		}
		_ = conn.Close(ws.StatusNormalClosure, "")
	}))
	defer server.Close()
	conns := make([]*ws.Conn, clients)
	for i := range conns {
		var err error
		if conns[i], _, err = ws.Dial(b.Context(), server.URL, nil); err != nil { //nolint:bodyclose // a WebSocket has none
			b.Fatal(err)
		}
	}
	began := time.Now()
	close(begin)
	takeAll(b, conns, messages)
	return time.Since(began)
}
