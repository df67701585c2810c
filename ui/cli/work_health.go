package cli

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

// workState is how far a run of the work command is.
type workState struct{ phase atomic.Int32 }

// The phases, in their order.
const (
	phaseStarting int32 = iota
	phaseRunning
	phaseStopping
)

func (s *workState) started()  { s.phase.CompareAndSwap(phaseStarting, phaseRunning) }
func (s *workState) stopping() { s.phase.Store(phaseStopping) }

// workHealth is what the health paths answer.
type workHealth struct {
	// Status is ok, failing, starting or stopping.
	Status string `json:"status"`
	// Groups tells of each group "ok" or what is wrong.
	Groups map[string]string `json:"groups"`
}

func (w *working) health() workHealth {
	h := workHealth{Status: "ok", Groups: map[string]string{}}
	for _, s := range w.services {
		h.Groups[s.Name()] = "ok"
		if err := s.Health(); err != nil {
			h.Status, h.Groups[s.Name()] = "failing", err.Error()
		}
	}
	return h
}

// readiness is health, and the phase while it isn't the running one.
func (w *working) readiness() workHealth {
	h := w.health()
	switch w.state.phase.Load() {
	case phaseStarting:
		h.Status = "starting"
	case phaseStopping:
		h.Status = "stopping"
	}
	return h
}

// answer serves a health: 200 when all is well, 503 when it isn't.
func answer(ask func() workHealth) http.HandlerFunc {
	return func(to http.ResponseWriter, _ *http.Request) {
		h := ask()
		to.Header().Set("Content-Type", "application/json")
		if h.Status != "ok" {
			to.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(to).Encode(h) // whoever asked is gone
	}
}

// headerTimeout is how long a client may take to send its request, so that it can't hold a connection for nothing.
const headerTimeout = 10 * time.Second

// workServer serves health and the services' own paths. The zero workServer serves nothing.
type workServer struct {
	server *http.Server
	ended  chan struct{}
}

// serve begins to answer on l, until stop.
func (w *working) serve(l net.Listener) *workServer {
	if l == nil {
		return &workServer{}
	}
	mux := http.NewServeMux()
	mux.Handle("GET /healthz", answer(w.health))
	mux.Handle("GET /readyz", answer(w.readiness))
	mux.Handle("GET /livez", answer(func() workHealth { return workHealth{Status: "ok"} }))
	for _, s := range w.services {
		if web, ok := s.(sink.Web); ok {
			for pattern, handler := range web.Routes() {
				mux.Handle(pattern, handler)
			}
		}
	}
	hosts := slices.Concat(w.settings.Work.Hosts, w.settings.Work.WebsocketWorkers.Origins)
	s := &workServer{server: &http.Server{Handler: sink.CheckHost(hosts, mux), ReadHeaderTimeout: headerTimeout}, ended: make(chan struct{})}
	go w.Crashed(w.settings, "the HTTP server").Guard(func() {
		defer close(s.ended)
		_ = s.server.Serve(l) // until it is shut down
	})()
	w.log.Info("listening", "address", l.Addr().String())
	return s
}

// stop ends the server once the requests that are being answered are.
func (s *workServer) stop() error {
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
