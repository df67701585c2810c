package redistest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// Shared returns m with servers that are used again: each that [Start] gives without an option goes to a later test, emptied
// and without clients, once its test has passed. One that a test has killed, stopped, paused, set otherwise or made a replica is closed
// instead. When m's tests are over, so are the servers. A TestMain calls it: goleak.VerifyTestMain(redistest.Shared(m)).
func Shared(m *testing.M) Tests { return Tests{m} }

// Tests are the tests of a package, whose servers are shared while they run.
type Tests struct{ tests interface{ Run() int } }

// Run runs the tests, and returns the exit code: theirs, or 1 when a server can't be closed.
func (m Tests) Run() int {
	spare.open()
	code := m.tests.Run()
	if err := spare.close(); err != nil {
		fmt.Fprintln(os.Stderr, "redistest: close the shared servers:", err)
		return max(code, 1)
	}
	return code
}

// spare holds the servers of this process that no test uses just now.
var spare shelf

// shelf keeps servers for the next test. The zero shelf keeps none.
type shelf struct {
	mu      sync.Mutex
	opened  bool
	servers []*Server
}

func (h *shelf) open() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.opened = true
}

// take returns a server without options: one that is kept, or a new one.
func (h *shelf) take() (*Server, error) {
	h.mu.Lock()
	if last := len(h.servers) - 1; last >= 0 {
		s := h.servers[last]
		h.servers = h.servers[:last]
		h.mu.Unlock()
		return s, nil
	}
	opened := h.opened
	h.mu.Unlock()
	s, err := launch(&settings{})
	if err != nil || !opened {
		return s, err
	}
	if s.asNew, err = s.nature(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// put takes a server back, and reports whether it keeps it. A caller closes one that it doesn't keep. The server that was given isn't
// to be used any more: the next test gets the same process as another Server.
func (h *shelf) put(s *Server) bool {
	if s.asNew == nil || s.clean() != nil {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.opened {
		return false
	}
	h.servers = append(h.servers, s.handOn())
	return true
}

func (h *shelf) close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	var errs []error
	for _, s := range h.servers {
		errs = append(errs, s.Close())
	}
	h.servers, h.opened = nil, false
	return errors.Join(errs...)
}

// handOn returns another Server with the process of s, which is down from then on.
func (s *Server) handOn() *Server {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := &Server{
		settings: s.settings, report: func(err error) { panic(err) }, dir: s.dir, port: s.port, reserved: s.reserved,
		output: s.output, asNew: s.asNew, process: s.process,
	}
	s.process = nil
	return next
}

// wear keeps a server from being shared, for what was done to it can't be undone.
func (s *Server) wear() { s.worn.Store(true) }

// cleanTimeout is the max time of cleaning a server: one that is busy for longer isn't worth it.
const cleanTimeout = 2 * time.Second

var errWorn = errors.New("redistest: the server isn't as it was when it was new")

// clean empties the server, and ends its clients, the test's own included. It fails when something else than data was changed.
func (s *Server) clean() error {
	if s.worn.Load() {
		return errWorn
	}
	if err := s.closeClients(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), cleanTimeout)
	defer cancel()
	admin := s.admin()
	defer func() { _ = admin.Close() }() // it has its replies
	_, err := admin.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for _, command := range [][]any{
			{"CLIENT", "KILL", "TYPE", "normal"},
			{"CLIENT", "KILL", "TYPE", "pubsub"},
			{"FLUSHALL"},
			{"SCRIPT", "FLUSH"},
			{"CONFIG", "RESETSTAT"},
			{"SLOWLOG", "RESET"},
			{"LATENCY", "RESET"},
		} {
			pipe.Do(ctx, command...)
		}
		return nil
	})
	if err != nil {
		return err
	}
	is, err := natureOf(ctx, admin, s.dir)
	if err == nil && !maps.Equal(is, s.asNew) {
		err = errWorn
	}
	return err
}

// nature returns all of the server that makes it another than a new one, except its data.
func (s *Server) nature() (map[string]string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	admin := s.admin()
	defer func() { _ = admin.Close() }() // it has its replies
	return natureOf(ctx, admin, s.dir)
}

func natureOf(ctx context.Context, admin *redis.Client, dir string) (map[string]string, error) {
	var config *redis.MapStringStringCmd
	var users *redis.StringSliceCmd
	var info *redis.StringCmd
	if _, err := admin.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		config, users, info = pipe.ConfigGet(ctx, "*"), pipe.ACLList(ctx), pipe.Info(ctx, "replication")
		return nil
	}); err != nil {
		return nil, fmt.Errorf("redistest: how the server is set: %w", err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("redistest: the server's directory: %w", err)
	}
	is := config.Val()
	is["its users"] = strings.Join(users.Val(), "\n")
	for line := range strings.FieldsSeq(info.Val()) {
		if name, value, _ := strings.Cut(line, ":"); slices.Contains([]string{"role", "connected_slaves"}, name) {
			is["its "+name] = value
		}
	}
	for _, file := range files {
		is["its file "+file.Name()] = ""
	}
	return is, nil
}

// admin returns a client on the server's private socket, which the caller closes.
func (s *Server) admin() *redis.Client {
	return redis.NewClient(&redis.Options{
		Network: "unix", Addr: filepath.Join(s.dir, socketFile), Protocol: 2, DisableIdentity: true, MaxRetries: -1, PoolSize: 1,
	})
}
