package websocket_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	ws "github.com/coder/websocket"
	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/bus/sink"
	"streamdesk/bus/sink/websocket"
	"streamdesk/model"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a condition may take on a busy machine.
const patience = 30 * time.Second

// worker is one service with its HTTP server.
type worker struct {
	service *websocket.Service
	url     string
	stop    func()
}

// start starts a service as a consumer of the group on a server.
func start(t testing.TB, address, consumer string, o websocket.Options) *worker {
	t.Helper()
	client := redis.NewClient(&redis.Options{Addr: address})
	b, err := bus.Open(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	service := websocket.New(sink.Setup{Group: sink.WebsocketWorkers, Consumer: consumer}, o)
	mux := http.NewServeMux()
	for pattern, handler := range service.Routes() {
		mux.Handle(pattern, handler)
	}
	server := httptest.NewServer(mux)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- service.Run(ctx, b) }()
	w := &worker{service: service, url: server.URL}
	w.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
		server.Close()
		if err := b.Close(context.Background()); err != nil {
			t.Errorf("close: %v", err)
		}
		_ = client.Close()
	})
	t.Cleanup(w.stop)
	redistest.Eventually(t, patience, func() bool { return service.Health() == nil }, "the service consumes")
	return w
}

// message is what a client gets.
type message struct {
	Stream   string `json:"stream"`
	ID       string `json:"id"`
	EventID  string `json:"event_id"`
	Type     string `json:"type"`
	Workflow string `json:"workflow_id"`
}

// listener is a client that keeps what it gets.
type listener struct {
	conn  *ws.Conn
	mu    sync.Mutex
	got   []message
	err   error
	ended chan struct{}
}

// listen connects a client, and reads from it until the test ends.
func (w *worker) listen(t testing.TB, query string) *listener {
	t.Helper()
	l := &listener{conn: w.dial(t, query, nil), ended: make(chan struct{})}
	go func() {
		defer close(l.ended)
		for {
			_, data, err := l.conn.Read(context.Background())
			var m message
			if err == nil {
				err = json.Unmarshal(data, &m)
			}
			l.mu.Lock()
			if err != nil {
				l.err = err
				l.mu.Unlock()
				return
			}
			l.got = append(l.got, m)
			l.mu.Unlock()
		}
	}()
	t.Cleanup(func() { _ = l.conn.CloseNow(); <-l.ended })
	return l
}

func (w *worker) dial(t testing.TB, query string, o *ws.DialOptions) *ws.Conn {
	t.Helper()
	conn, response, err := ws.Dial(t.Context(), w.url+"/ws?"+query, o) //nolint:bodyclose // a WebSocket has none
	if err != nil {
		t.Fatalf("dial %s: %v (%v)", query, err, response)
	}
	return conn
}

func (l *listener) messages() []message {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]message{}, l.got...)
}

func (l *listener) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.got)
}

// await waits for so many messages.
func (l *listener) await(t testing.TB, n int) []message {
	t.Helper()
	redistest.Eventually(t, patience, func() bool { return l.count() >= n || l.over() },
		fmt.Sprintf("a client to get %d messages", n))
	got := l.messages()
	if len(got) != n {
		t.Fatalf("a client got %d messages, want %d (%v)", len(got), n, l.err)
	}
	return got
}

func (l *listener) over() bool {
	select {
	case <-l.ended:
		return true
	default:
		return false
	}
}

// publisher publishes events whose IDs are numbers.
type publisher struct {
	*bus.Bus
	n int
}

func newPublisher(t testing.TB, client *redis.Client) *publisher {
	t.Helper()
	b, err := bus.Open(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return &publisher{Bus: b}
}

// publish publishes one event, and returns its ID.
func (p *publisher) publish(t testing.TB, kind model.Type, workflow string) string {
	t.Helper()
	p.n++
	id := fmt.Sprintf("e%06d", p.n)
	if err := p.Publish(t.Context(), model.Event{ID: id, Type: kind, WorkflowID: workflow, Data: []byte(`{"n":1}`)}); err != nil {
		t.Fatal(err)
	}
	return id
}

func (p *publisher) flush(t testing.TB) {
	t.Helper()
	if err := p.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// ids are the event IDs of messages.
func ids(messages []message) []string {
	list := make([]string, len(messages))
	for i, m := range messages {
		list[i] = m.EventID
	}
	return list
}

// unique fails when a message came twice.
func unique(t testing.TB, messages []message) {
	t.Helper()
	seen := map[string]bool{}
	for _, m := range messages {
		if seen[m.Stream+"/"+m.ID] {
			t.Errorf("%s/%s came twice", m.Stream, m.ID)
		}
		seen[m.Stream+"/"+m.ID] = true
	}
}

// refusal is the answer to a request that is refused.
func (w *worker) refusal(t *testing.T, query string, header http.Header, protocols ...string) (code int, text string) {
	t.Helper()
	conn, response, err := ws.Dial(t.Context(), w.url+"/ws?"+query, &ws.DialOptions{HTTPHeader: header, Subprotocols: protocols}) //nolint:bodyclose // read in full already
	if err == nil {
		_ = conn.CloseNow()
		return http.StatusSwitchingProtocols, ""
	}
	if response == nil {
		t.Fatal(err)
	}
	var b strings.Builder
	part := make([]byte, 1024)
	n, _ := response.Body.Read(part)
	b.Write(part[:n])
	return response.StatusCode, b.String()
}
