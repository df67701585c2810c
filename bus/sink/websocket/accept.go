package websocket

import (
	"context"
	"crypto/subtle"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	ws "github.com/coder/websocket"

	"streamdesk/bus"
	"streamdesk/bus/sink"
	"streamdesk/model"
)

const (
	// Protocol is the subprotocol of the server; a browser that sends its token as a second one has to name it.
	Protocol = "streamdesk.v1"
	// bearerProtocol is the prefix of a subprotocol that is a token.
	bearerProtocol = "bearer."
)

// accept answers a request for /ws. It reports errors before the connection becomes a WebSocket, and reads nothing from the
// bus before that.
func (s *Service) accept(w http.ResponseWriter, r *http.Request) {
	if !s.authorized(r) {
		w.Header().Set("WWW-Authenticate", "Bearer")
		http.Error(w, "wrong or missing token: send \"Authorization: Bearer TOKEN\", or the subprotocols \""+Protocol+
			"\" and \"bearer.TOKEN\", with the token of work.websocket_workers.token_env or token_file", http.StatusUnauthorized)
		return
	}
	if !s.allowedOrigin(r) {
		http.Error(w, "origin "+r.Header.Get("Origin")+" is not allowed: add it to work.websocket_workers.origins", http.StatusForbidden)
		return
	}
	f, err := parseFilter(r.URL.Query())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	b, serving, crew, done := s.running()
	if b == nil {
		http.Error(w, "not broadcasting yet, or any more: try again", http.StatusServiceUnavailable)
		return
	}
	defer done()
	if !s.hub.enter(s.options.MaxClients) {
		http.Error(w, "as many clients as work.websocket_workers.max_clients allows are connected", http.StatusServiceUnavailable)
		return
	}
	defer s.hub.leave()
	conn, err := ws.Accept(w, r, &ws.AcceptOptions{
		Subprotocols: []string{Protocol}, InsecureSkipVerify: true, // the origin was checked above, by the settings' own rules
	})
	if err != nil {
		return // it has answered
	}
	defer func() { _ = conn.CloseNow() }() // when it isn't closed yet
	crew.Guard(func() { s.serve(serving, b, crew, newClient(f, conn, s.options.Buffer), r.RemoteAddr) })()
}

// running returns what a connection needs, and counts it until done is called. The bus is nil before and after Run.
func (s *Service) running() (b *bus.Bus, serving context.Context, crew *sink.Crew, done func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bus != nil {
		s.clients.Add(1)
	}
	return s.bus, s.serving, s.crew, s.clients.Done
}

// serve sends to one client until its connection ends.
func (s *Service) serve(serving context.Context, b *bus.Bus, crew *sink.Crew, c *client, remote string) {
	ctx, cancel := context.WithCancel(serving)
	var pinging sync.WaitGroup
	defer pinging.Wait()
	defer cancel()
	reading := c.conn.CloseRead(ctx) // clients send nothing; it ends with the connection
	pinging.Go(crew.Guard(func() { c.ping(reading, s.options.Ping) }))
	defer s.hub.part(c)
	var err error
	if c.filter.resumes {
		err = s.catchUp(reading, b, c, map[string]model.Position{}, true)
	} else if _, ok := s.hub.join(c); !ok {
		c.end()
	}
	if err == nil {
		err = c.stream(reading, func(behind map[string]model.Position) error {
			return s.catchUp(reading, b, c, behind, false)
		})
	}
	if err != nil && reading.Err() == nil {
		c.refuse(err)
		s.log.Info("client closed", "client", remote, "why", err)
	}
}

// authorized reports whether a request has the required token.
func (s *Service) authorized(r *http.Request) bool {
	if s.options.Token == "" {
		return true
	}
	shown := func(token string) bool {
		return subtle.ConstantTimeCompare([]byte(token), []byte(s.options.Token)) == 1
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "bearer") && shown(strings.TrimSpace(token)) {
		return true
	}
	for _, list := range r.Header.Values("Sec-WebSocket-Protocol") {
		for protocol := range strings.SplitSeq(list, ",") {
			if token, ok := strings.CutPrefix(strings.TrimSpace(protocol), bearerProtocol); ok && shown(token) {
				return true
			}
		}
	}
	return false
}

// allowedOrigin reports whether a browser may connect from the page in its Origin header.
func (s *Service) allowedOrigin(r *http.Request) bool {
	header := r.Header.Get("Origin")
	if header == "" {
		return true
	}
	origin, err := url.Parse(header)
	if err != nil || origin.Host == "" {
		return slices.Contains(s.options.Origins, header) // "null", when it is listed
	}
	if strings.EqualFold(origin.Host, r.Host) {
		return true
	}
	return slices.ContainsFunc(s.options.Origins, func(pattern string) bool {
		given := origin.Host
		if strings.Contains(pattern, "://") {
			given = origin.Scheme + "://" + origin.Host
		}
		return model.MatchGlob(strings.ToLower(pattern), strings.ToLower(given))
	})
}
