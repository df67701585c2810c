package websocket

import (
	"maps"
	"sync"

	"streamdesk/bus"
	"streamdesk/bus/sink"
	"streamdesk/model"
)

// hub broadcasts. It keeps the broadcast's position on each stream and the live clients. All work under its lock is short and
// never waits.
type hub struct {
	mu      sync.Mutex
	ended   bool
	at      map[string]model.Position // the last broadcast entry, or the start of the broadcast
	moved   chan struct{}             // closed when at changes, and replaced
	clients int                       // connected, live or not
	// live clients by the workflow they ask for; those under "" ask for all.
	live map[string]map[*client]struct{}
}

func newHub() *hub {
	return &hub{at: map[string]model.Position{}, moved: make(chan struct{}), live: map[string]map[*client]struct{}{}}
}

// begin sets where the broadcast begins.
func (h *hub) begin(at map[string]model.Position) {
	h.mu.Lock()
	defer h.mu.Unlock()
	maps.Copy(h.at, at)
	h.ended = false
}

// end ends all clients; none joins until begin is called again.
func (h *hub) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ended = true
	for _, clients := range h.live {
		for c := range clients {
			c.end()
		}
	}
}

// enter counts a connecting client, up to most, and returns false beyond; leave uncounts it.
func (h *hub) enter(most int) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.clients >= most {
		return false
	}
	h.clients++
	return true
}

func (h *hub) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clients--
}

// join makes a client live: it gets every event from the returned positions on.
func (h *hub) join(c *client) (at map[string]model.Position, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ended {
		return nil, false
	}
	for _, workflow := range c.filter.joined() {
		if h.live[workflow] == nil {
			h.live[workflow] = map[*client]struct{}{}
		}
		h.live[workflow][c] = struct{}{}
	}
	return maps.Clone(h.at), true
}

// part removes a client from the live ones.
func (h *hub) part(c *client) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.partLocked(c)
}

func (h *hub) partLocked(c *client) {
	for _, workflow := range c.filter.joined() {
		delete(h.live[workflow], c)
		if len(h.live[workflow]) == 0 {
			delete(h.live, workflow)
		}
	}
}

// positions returns the broadcast's position on each stream.
func (h *hub) positions() map[string]model.Position {
	h.mu.Lock()
	defer h.mu.Unlock()
	return maps.Clone(h.at)
}

// passed reports whether the broadcast has passed an entry; moved is closed when that may have changed.
func (h *hub) passed(key model.Key) (passed bool, moved <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	at, known := h.at[key.Stream]
	return known && !at.Before(key.ID), h.moved
}

// broadcast hands entries to the live clients that want them. It encodes each as JSON once for all of them. It skips entries
// that are no events; the group's dead letters have those.
func (h *hub) broadcast(b *bus.Bus, entries []model.Entry) {
	if len(entries) == 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range entries {
		if len(h.live) > 0 {
			h.send(b, &entries[i])
		}
		h.at[entries[i].Stream] = entries[i].ID
	}
	close(h.moved)
	h.moved = make(chan struct{})
}

func (h *hub) send(b *bus.Bus, e *model.Entry) {
	r := b.Reader().Decode(*e)
	if r.Err != nil {
		return
	}
	var message []byte
	kind := string(model.TypeOf(r.Stream, b.Reader().Prefix()))
	for _, workflow := range [...]string{r.Event.WorkflowID, ""} {
		for c := range h.live[workflow] {
			if !c.filter.wantsEntry(kind, r.ID) {
				continue
			}
			if message == nil {
				message = sink.AppendLine(nil, &r)
			}
			if !c.push(message) {
				h.partLocked(c)
				c.fallBehind(maps.Clone(h.at))
			}
		}
		if r.Event.WorkflowID == "" {
			break // both keys are the same
		}
	}
}

// connected returns the number of clients.
func (h *hub) connected() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.clients
}
