package bus_test

import (
	"bytes"
	"context"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/bus/redistest"
)

// heldReads holds back the reads of a bus, once it is told to, until they are let go.
type heldReads struct {
	unblocks atomic.Int64 // sent so far

	mu      sync.Mutex
	letGo   chan struct{} // nil as long as none is held
	holding chan struct{} // closed when one is
}

// hold has the next reads wait, and returns what is closed when one does.
func (h *heldReads) hold() (holding <-chan struct{}, letGo func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.letGo, h.holding = make(chan struct{}), make(chan struct{})
	return h.holding, sync.OnceFunc(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		close(h.letGo)
		h.letGo = nil
	})
}

func (h *heldReads) wait(request []byte) {
	if !bytes.Contains(bytes.ToLower(request), []byte("xreadgroup")) {
		return
	}
	h.mu.Lock()
	letGo := h.letGo
	if letGo != nil && h.holding != nil {
		close(h.holding)
		h.holding = nil
	}
	h.mu.Unlock()
	if letGo != nil {
		<-letGo
	}
}

// heldConn is a connection whose reads may be held.
type heldConn struct {
	net.Conn
	held *heldReads
}

func (c heldConn) Write(request []byte) (int, error) {
	c.held.wait(request)
	n, err := c.Conn.Write(request)
	if bytes.Contains(bytes.ToLower(request), []byte("unblock")) {
		c.held.unblocks.Add(1)
	}
	return n, err
}

// A read that is on its way when a pause begins blocks only after it was tried to unblock it. It ends before the pause is told of.
func TestAReadThatIsOnItsWayWhenAPauseBeginsBringsNothing(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	held := &heldReads{}
	options := s.Options()
	options.Dialer = func(ctx context.Context, network, addr string) (net.Conn, error) {
		var d net.Dialer
		conn, err := d.DialContext(ctx, network, addr)
		return heldConn{conn, held}, err
	}
	client := redis.NewClient(options)
	t.Cleanup(func() { _ = client.Close() })
	var ears heard
	reading := must(bus.Open(t.Context(), client, ears.option()))(t)
	t.Cleanup(func() { _ = reading.Close(soon(t)) })
	writing := openBus(t, s)
	got := newSeen()
	consume(t, reading, "workers", got.handle, bus.WithBlock(time.Hour))
	must(writing.PublishSync(soon(t), event("a.b", "wf", 0)))(t)
	redistest.Eventually(t, patience, func() bool { return got.count() == 1 && blockedClients(t, s.Client()) == 1 }, "it reads")

	holding, letGo := held.hold()
	defer letGo()
	must(writing.PublishSync(soon(t), event("a.b", "wf", 1)))(t) // ends the read that is blocked
	<-holding
	redistest.Eventually(t, patience, func() bool { return got.count() == 2 }, "it has read")
	before := held.unblocks.Load()
	carry(t, writing, &change.PauseGroup, change.Values{"for": "10m", "by": "ann"})
	redistest.Eventually(t, patience, func() bool { return held.unblocks.Load() > before }, "the pause interrupts the read")
	letGo()
	redistest.Eventually(t, patience, func() bool { return ears.paused.Load() == 1 }, "the pause is told of")
	must(writing.PublishSync(soon(t), event("a.b", "wf", 2)))(t)
	reads, _ := callsOf(t, s.Client(), "get")
	redistest.Eventually(t, patience, func() bool { now, _ := callsOf(t, s.Client(), "get"); return now > reads }, "the settings are read again")
	if got.count() != 2 {
		t.Error("an event was read while the group was paused")
	}
	carry(t, writing, &change.ResumeGroup, nil)
	redistest.Eventually(t, patience, func() bool { return got.count() == 3 }, "it is read afterwards")
}
