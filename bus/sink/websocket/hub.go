package websocket

import (
	"maps"
	"sync"

	"streamdesk/bus"
	"streamdesk/bus/sink"
	"streamdesk/model"
)

// hub broadcasts: it knows how far the broadcast is on each stream, and the clients that are live. All that it does under
// its lock is short and waits for nobody.
type hub struct {
	mu      sync.Mutex
	ended   bool
	at      map[string]model.Position // the last entry that was broadcast, or before which the broadcast began
	moved   chan struct{}             // closed when at changes, and replaced
	clients int                       // connected, live or not
	// live clients by the workflow they ask for; those under "" ask for any.
	live map[string]map[*client]struct{}
}

func newHub() *hub {
	return &hub{at: map[string]model.Position{}, moved: make(chan struct{}), live: map[string]map[*client]struct{}{}}
}

// begin says where the broadcast begins.
func (h *hub) begin(at map[string]model.Position) {
	h.mu.Lock()
	defer h.mu.Unlock()
	maps.Copy(h.at, at)
	h.ended = false
}

// end lets go of all clients; none joins until it begins again.
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

// enter counts a client that connects, up to most; leave takes it off again.
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

// part takes a client out of those that are live.
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

// positions are how far the broadcast is.
func (h *hub) positions() map[string]model.Position {
	h.mu.Lock()
	defer h.mu.Unlock()
	return maps.Clone(h.at)
}

// passed says whether the broadcast has passed an entry; moved is closed when that may have changed.
func (h *hub) passed(key model.Key) (passed bool, moved <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	at, known := h.at[key.Stream]
	return known && !at.Before(key.ID), h.moved
}

// broadcast hands entries to the live clients that want them. Each is written as JSON once, for all of them; what is no
// event is passed over, the group's dead letters have it.
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
			break // one and the same
		}
	}
}

// connected counts the clients.
func (h *hub) connected() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.clients
}
