package redistest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"unicode"

	"github.com/redis/go-redis/v9"
)

// launchAttempts is the max number of starts, each on another port, after a lost race for a port.
const launchAttempts = 5

// Server is one redis-server process. Its methods may be called from any goroutine. Those that change whether it runs (Kill,
// Stop, Pause, Resume, Restart) return when it does, and fail the test when they cannot; after Launch, without a test, they
// panic.
type Server struct {
	settings *settings
	report   func(error)
	dir      string
	port     int
	reserved *reservation // nil with WithPort
	tls      *tls.Config
	output   *Output
	asNew    map[string]string // how it was set when it was new; nil when it isn't shared, see Shared
	worn     atomic.Bool       // it is not to be shared

	mu      sync.Mutex
	process *process      // nil while the server is down
	clients []io.Closer   // closed by Close
	asking  *redis.Client // the package's own, see probe
}

func launch(st *settings) (*Server, error) {
	// A test's own temporary directory won't do: its path holds the test's name, and a unix socket's path must be short.
	dir, err := os.MkdirTemp("", "redistest-")
	if err != nil {
		return nil, fmt.Errorf("redistest: make the server's directory: %w", err)
	}
	s := &Server{settings: st, report: func(err error) { panic(err) }, dir: dir, port: st.port, output: &Output{}}
	if err := s.prepareAndStart(); err != nil {
		return nil, errors.Join(err, s.reserved.Close(), os.RemoveAll(dir))
	}
	return s, nil
}

func (s *Server) prepareAndStart() error {
	if s.settings.tls {
		var err error
		if s.tls, err = writeCertificates(s.dir); err != nil {
			return err
		}
	}
	for attempt := 1; ; attempt++ {
		if s.settings.port == 0 {
			reserved, err := reservePort()
			if err != nil {
				return err
			}
			s.reserved, s.port = reserved, reserved.port
		}
		if err := writeConfig(s.dir, s.port, s.settings); err != nil {
			return err
		}
		err := s.start()
		if err == nil {
			return nil
		}
		if !errors.Is(err, errPortTaken) || s.settings.port != 0 || attempt == launchAttempts {
			return err
		}
		if err := s.reserved.Close(); err != nil {
			return err
		}
	}
}

func (s *Server) start() error {
	args := []string{filepath.Join(s.dir, configFile)}
	if s.settings.sentinel {
		args = append(args, "--sentinel")
	}
	p, err := startProcess(args, filepath.Join(s.dir, socketFile), s.output)
	if err != nil {
		return fmt.Errorf("redistest: start redis-server on port %d: %w", s.port, err)
	}
	s.process = p
	return nil
}

// Addr returns the server's host:port, the same for its whole life. With WithTLS it is the TLS port.
func (s *Server) Addr() string { return loopback(s.port) }

// Port returns the port of Addr.
func (s *Server) Port() int { return s.port }

// Dir returns the server's working directory, where its AOF and RDB files are.
func (s *Server) Dir() string { return s.dir }

// Pid returns the process ID, or 0 while the server is down.
func (s *Server) Pid() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process == nil {
		return 0
	}
	return s.process.pid()
}

// Output returns what the server has written so far, over all its restarts.
func (s *Server) Output() string { return s.output.String() }

// TLSConfig returns a client configuration that trusts the server's certificate, or nil without WithTLS.
func (s *Server) TLSConfig() *tls.Config {
	if s.tls == nil {
		return nil
	}
	return s.tls.Clone()
}

// Options returns new go-redis options that reach the server; the caller may change them.
func (s *Server) Options() *redis.Options {
	return &redis.Options{Addr: s.Addr(), TLSConfig: s.TLSConfig()}
}

// Client returns a new client of the server; it is closed with the server.
func (s *Server) Client() *redis.Client {
	client := redis.NewClient(s.Options())
	s.closeWith(client)
	return client
}

// closeWith closes client when the server is closed.
func (s *Server) closeWith(client io.Closer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clients = append(s.clients, client)
}

// probe returns a client for the package's own commands, which does not retry.
func (s *Server) probe() *redis.Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asking == nil {
		opts := s.Options()
		opts.MaxRetries, opts.DialerRetries = -1, 1
		s.asking = redis.NewClient(opts)
		s.clients = append(s.clients, s.asking)
	}
	return s.asking
}

// AwaitReplica waits until a replica has all data of the server. It compares the INFO of both. WAIT on another connection
// than that of the writes waits for nothing from Redis 7.2 on, and a master begins to stream to a replica up to a second
// after its sync, as if it had none until then.
func (s *Server) AwaitReplica(t testing.TB) {
	t.Helper()
	has := figureOf(t.Context(), s.probe(), "master_repl_offset")
	port := figureOf(t.Context(), s.probe(), "port") // of slave0:ip=…,port=…,state=…
	if has < 0 || port < 0 {
		t.Fatalf("redistest: %s has no replica", s.Addr())
	}
	opts := s.Options()
	opts.Addr = loopback(int(port))
	replica := redis.NewClient(opts)
	s.closeWith(replica)
	if !holdsWithin(formTimeout, func() bool { return figureOf(t.Context(), replica, "slave_repl_offset") >= has }) {
		t.Fatalf("redistest: the replica of %s did not catch up within %s", s.Addr(), formTimeout)
	}
}

// figureOf returns a figure of INFO replication, or -1 when it isn't there.
func figureOf(ctx context.Context, client *redis.Client, name string) int64 {
	_, rest, _ := strings.Cut(client.Info(ctx, "replication").Val(), name)
	rest = strings.TrimLeft(rest, ":=")
	end := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsDigit(r) })
	n, err := strconv.ParseInt(rest[:max(end, 0)], 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// Kill ends the server with SIGKILL, as a crash would: data not yet on disk is lost. It does nothing to a server that is
// down.
func (s *Server) Kill() { s.check(s.kill()) }

// Stop ends the server with SHUTDOWN NOSAVE and waits for it. The append-only file, when on, is flushed first.
func (s *Server) Stop() { s.check(s.stop()) }

// Pause suspends the process with SIGSTOP: connections stay open and nothing answers.
func (s *Server) Pause() { s.check(s.signal(suspend)) }

// Resume continues a paused process with SIGCONT.
func (s *Server) Resume() { s.check(s.signal(resume)) }

// Restart starts the server again on the same port and directory, so that its AOF or RDB file is loaded. A running
// server is killed first.
func (s *Server) Restart() { s.check(s.restart()) }

func (s *Server) check(err error) {
	if err != nil {
		s.report(err)
	}
}

func (s *Server) kill() error {
	s.wear()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process == nil {
		return nil
	}
	err := s.process.kill()
	s.process = nil
	return err
}

func (s *Server) stop() error {
	s.wear()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process == nil {
		return nil
	}
	if err := s.process.signal(resume); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	admin := s.admin()
	// A server that shuts down closes the connection instead of replying: only a refusal is an answer.
	refusal := admin.ShutdownNoSave(ctx).Err()
	if err := admin.Close(); err != nil {
		return fmt.Errorf("redistest: close the connection that stopped %s: %w", s.Addr(), err)
	}
	if _, refused := errors.AsType[redis.Error](refusal); refused {
		return fmt.Errorf("redistest: stop %s: %w", s.Addr(), refusal)
	}
	err := s.process.wait(ctx)
	s.process = nil
	return err
}

func (s *Server) signal(sig os.Signal) error {
	s.wear()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process == nil {
		return fmt.Errorf("redistest: %s is down", s.Addr())
	}
	return s.process.signal(sig)
}

func (s *Server) restart() error {
	if err := s.kill(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.start()
}

// Close closes the clients, kills the server, waits for it and removes its directory. Tests that used Start need not
// call it.
func (s *Server) Close() error {
	return errors.Join(s.closeClients(), s.kill(), s.reserved.Close(), os.RemoveAll(s.dir))
}

func (s *Server) closeClients() error {
	s.mu.Lock()
	clients := s.clients
	s.clients, s.asking = nil, nil
	s.mu.Unlock()
	var errs []error
	for _, client := range clients {
		if err := client.Close(); err != nil && !errors.Is(err, redis.ErrClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// dialSocket connects to the server's private socket, which belongs to no other server.
func dialSocket(path string) (net.Conn, error) {
	return net.DialTimeout("unix", path, startTimeout)
}
