package work_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	ws "github.com/coder/websocket"

	"streamdesk/model"
)

// listener is a WebSocket client as one would write it: it comes back to another process when its own is gone, from the
// last entry on that it has, and drops what it has already.
type listener struct {
	query  string
	urls   []string
	cancel context.CancelFunc
	ended  chan struct{}

	mu       sync.Mutex
	events   map[string]bool // event IDs
	last     model.Position
	order    map[string]uint64 // the last millisecond, by workflow
	problems []string
	dials    int
}

// listenTo starts a client of processes, which begins with the first of them.
func listenTo(t *testing.T, query string, processes ...*process) *listener {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	l := &listener{
		query: query, cancel: cancel, ended: make(chan struct{}),
		events: map[string]bool{}, order: map[string]uint64{},
	}
	for _, p := range processes {
		l.urls = append(l.urls, strings.Replace(p.url, "http", "ws", 1)+"/ws?")
	}
	go func() {
		defer close(l.ended)
		for n := 0; ctx.Err() == nil; n++ {
			l.stay(ctx, l.urls[n%len(l.urls)])
		}
	}()
	t.Cleanup(func() { cancel(); <-l.ended })
	return l
}

// stay is one connection, until it ends.
func (l *listener) stay(ctx context.Context, url string) {
	l.mu.Lock()
	query := fmt.Sprintf("%s&from=%d", l.query, l.last.Ms)
	l.mu.Unlock()
	conn, _, err := ws.Dial(ctx, url+strings.TrimPrefix(query, "&"), nil) //nolint:bodyclose // a WebSocket has none
	if err != nil {
		return // the next process
	}
	defer func() { _ = conn.CloseNow() }()
	l.mu.Lock()
	l.dials++
	l.order = map[string]uint64{}
	l.mu.Unlock()
	connection := map[string]bool{}
	for {
		_, data, err := conn.Read(ctx)
		if err != nil {
			return
		}
		l.take(data, connection)
	}
}

func (l *listener) take(data []byte, connection map[string]bool) {
	var m struct {
		Stream   string `json:"stream"`
		ID       string `json:"id"`
		EventID  string `json:"event_id"`
		Workflow string `json:"workflow_id"`
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	err := json.Unmarshal(data, &m)
	var at model.Position
	if err == nil {
		at, err = model.ParsePosition(m.ID)
	}
	if err != nil {
		l.problems = append(l.problems, err.Error())
		return
	}
	key := m.Stream + "/" + m.ID
	if connection[key] {
		l.problems = append(l.problems, key+" came twice over one connection")
	}
	if at.Ms < l.order[m.Workflow] {
		l.problems = append(l.problems, key+" came late in "+m.Workflow)
	}
	connection[key], l.events[m.EventID] = true, true
	l.order[m.Workflow] = at.Ms
	if at.After(l.last) {
		l.last = at
	}
}

// got is how many events it has, each counted once.
func (l *listener) got() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.events)
}

// trouble is what was wrong, nil when nothing was.
func (l *listener) trouble() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.problems
}
