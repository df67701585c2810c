package websocket_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	ws "github.com/coder/websocket"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/bus/sink"
	"streamdesk/bus/sink/websocket"
	"streamdesk/model"
)

// large is data that fills the network's buffers soon.
var large = append(append([]byte(`{"text":"`), bytes.Repeat([]byte("x"), 16<<10)...), `"}`...)

func (p *publisher) publishLarge(t testing.TB, n int) {
	t.Helper()
	for range n {
		p.n++
		e := model.Event{ID: fmt.Sprintf("e%06d", p.n), Type: "generation.progress", WorkflowID: "wf-1", Data: large}
		if err := p.Publish(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	p.flush(t)
}

func TestAClientThatReadsNothingIsCutOffAndHoldsUpNobody(t *testing.T) {
	server := redistest.Start(t)
	w := start(t, server.Addr(), "a", websocket.Options{Buffer: 64})
	stalled := w.dial(t, "", nil)
	defer func() { _ = stalled.CloseNow() }()
	well := w.listen(t, "")
	p := newPublisher(t, server.Client())
	const events = 2000 // 32 MB, more than sockets hold
	p.publishLarge(t, events)
	unique(t, well.await(t, events))
	redistest.Eventually(t, patience, func() bool { return pending(t, p) == 0 }, "everything is acknowledged")
	// What it can still read is what the sockets held; then the connection is over.
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	redistest.Eventually(t, patience, func() bool { return w.service.Connected() == 1 }, "the stalled client is gone")
	stalled.SetReadLimit(-1)
	n := 0
	for {
		if _, _, err := stalled.Read(ctx); err != nil {
			break
		}
		n++
	}
	if ctx.Err() != nil || n >= events {
		t.Errorf("the stalled client got %d of %d events (%v)", n, events, ctx.Err())
	}
}

func TestAClientThatReadsTooSlowlyIsClosedWithACode(t *testing.T) {
	server := redistest.Start(t)
	w := start(t, server.Addr(), "a", websocket.Options{Buffer: 16, MaxBehind: 100 * time.Millisecond})
	slow := w.dial(t, "", nil)
	defer func() { _ = slow.CloseNow() }()
	slow.SetReadLimit(-1)
	p := newPublisher(t, server.Client())
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		p.publishLarge(t, 50)
		for range 5 {
			if _, _, err := slow.Read(t.Context()); err != nil {
				if ws.CloseStatus(err) != websocket.StatusTooSlow {
					t.Errorf("closed with %v, want %d", err, websocket.StatusTooSlow)
				}
				return
			}
			<-ticker.C
		}
	}
	t.Error("a client that reads a tenth of what comes was never closed")
}

func TestABurstLargerThanTheBufferReachesAClientThatReads(t *testing.T) {
	server := redistest.Start(t)
	w := start(t, server.Addr(), "a", websocket.Options{Buffer: 8})
	c := w.listen(t, "workflow_id=wf-1")
	p := newPublisher(t, server.Client())
	for range 3000 {
		p.publish(t, "generation.progress", "wf-1")
		p.publish(t, "workflow.progress", "wf-2")
	}
	p.flush(t)
	got := c.await(t, 3000)
	unique(t, got)
	for i := range got {
		if want := fmt.Sprintf("e%06d", 2*i+1); got[i].EventID != want {
			t.Fatalf("message %d is %s, want %s", i, got[i].EventID, want)
		}
	}
}

func TestAServiceThatStopsTellsItsClientsToComeBack(t *testing.T) {
	server := redistest.Start(t)
	w := start(t, server.Addr(), "a", websocket.Options{})
	c := w.listen(t, "")
	p := newPublisher(t, server.Client())
	p.publish(t, "workflow.started", "wf-1")
	p.flush(t)
	c.await(t, 1)
	w.stop()
	<-c.ended
	if code := ws.CloseStatus(c.err); code != ws.StatusServiceRestart {
		t.Errorf("closed with %v, want %v", c.err, ws.StatusServiceRestart)
	}
}

func TestAServiceThatIsStoppedBeforeItBeganEndsInGoodOrder(t *testing.T) {
	client := redistest.Start(t).Client()
	b, err := bus.Open(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := errors.Join(websocket.New(sink.Setup{}, websocket.Options{}).Run(ctx, b), b.Close(t.Context())); err != nil {
		t.Error(err)
	}
}
