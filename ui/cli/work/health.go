package work

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"streamdesk/bus/sink"
	"streamdesk/ui/cli/program"
)

// state is the phase of a run of the work command.
type state struct{ phase atomic.Int32 }

// The phases, in order.
const (
	phaseStarting int32 = iota
	phaseRunning
	phaseStopping
)

func (s *state) started()  { s.phase.CompareAndSwap(phaseStarting, phaseRunning) }
func (s *state) stopping() { s.phase.Store(phaseStopping) }

// health is the answer of the health paths.
type health struct {
	// Status is ok, failing, starting or stopping.
	Status string `json:"status"`
	// Groups has "ok" or the problem of each group.
	Groups map[string]string `json:"groups"`
}

func (w *Run) health() health {
	h := health{Status: "ok", Groups: map[string]string{}}
	for _, s := range w.Services {
		h.Groups[s.Name()] = "ok"
		if err := s.Health(); err != nil {
			h.Status, h.Groups[s.Name()] = "failing", err.Error()
		}
	}
	return h
}

// readiness returns health with the phase as its status, unless the phase is running.
func (w *Run) readiness() health {
	h := w.health()
	switch w.state.phase.Load() {
	case phaseStarting:
		h.Status = "starting"
	case phaseStopping:
		h.Status = "stopping"
	}
	return h
}

// answer serves a health: 200 when the status is ok, 503 otherwise.
func answer(ask func() health) http.HandlerFunc {
	return func(to http.ResponseWriter, _ *http.Request) {
		h := ask()
		to.Header().Set("Content-Type", "application/json")
		if h.Status != "ok" {
			to.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(to).Encode(h) // a failure means that the client is gone
	}
}

// headerTimeout is the max time for a client to send its request, so that it can't hold a connection for nothing.
const headerTimeout = 10 * time.Second

// Server serves health and the services' own paths. The zero Server serves nothing.
type Server struct {
	server *http.Server
	ended  chan struct{}
}

// Serve begins to answer on l, until Stop is called.
func (w *Run) Serve(l net.Listener) *Server {
	if l == nil {
		return &Server{}
	}
	mux := http.NewServeMux()
	mux.Handle("GET /healthz", answer(w.health))
	mux.Handle("GET /readyz", answer(w.readiness))
	mux.Handle("GET /livez", answer(func() health { return health{Status: "ok"} }))
	for _, s := range w.Services {
		if web, ok := s.(sink.Web); ok {
			for pattern, handler := range web.Routes() {
				mux.Handle(pattern, handler)
			}
		}
	}
	hosts := slices.Concat(w.settings.Work.Hosts, w.settings.Work.WebsocketWorkers.Origins)
	s := &Server{server: &http.Server{Handler: sink.CheckHost(hosts, mux), ReadHeaderTimeout: headerTimeout}, ended: make(chan struct{})}
	go w.Crashed(w.settings, "the HTTP server").Guard(func() {
		defer close(s.ended)
		_ = s.server.Serve(l) // returns when it is shut down
	})()
	w.log.Info("listening", "address", l.Addr().String())
	return s
}

// Stop ends the server after the current requests are answered.
func (s *Server) Stop() error {
	if s.server == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), program.CloseTimeout)
	defer cancel()
	err := s.server.Shutdown(ctx)
	if err != nil {
		err = s.server.Close()
	}
	<-s.ended
	return err
}
