package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"streamdesk/bus/redistest"
)

const (
	superuser = "postgres"
	// startTimeout is far above the usual second of a start, for a machine busy with other tests or a recovery.
	startTimeout = 60 * time.Second
	// readyPoll is short compared with a start, and leaves the processor to it.
	readyPoll = 10 * time.Millisecond
	// launchAttempts bounds how often a start is tried again after a lost race for its port.
	launchAttempts = 5
)

// Option configures a server before it starts.
type Option func(*Server)

// WithSetting sets one parameter of postgresql.conf. It overrides this package's defaults, such as fsync off.
func WithSetting(name, value string) Option {
	return func(s *Server) { s.settings = append(s.settings, "-c", name+"="+value) }
}

// Server is one PostgreSQL server. Its methods may be called from any goroutine.
type Server struct {
	bin, dir string
	settings []string
	who      *syscall.Credential // nil for the current user
	port     int
	output   redistest.Output
	names    atomic.Int64 // counts the databases created so far

	mu     sync.Mutex
	cmd    *exec.Cmd // nil while it is down
	exited chan struct{}
}

func launch(bin string, opts []Option) (*Server, error) {
	dir, err := os.MkdirTemp("", "pgtest-")
	if err != nil {
		return nil, fmt.Errorf("pgtest: make the server's directory: %w", err)
	}
	s := &Server{bin: bin, dir: dir}
	for _, opt := range opts {
		opt(s)
	}
	if err := s.prepareAndStart(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, nil
}

func (s *Server) prepareAndStart() error {
	who, err := unprivileged()
	if err != nil {
		return err
	}
	if s.who = who; who != nil {
		if err := os.Chown(s.dir, int(who.Uid), int(who.Gid)); err != nil {
			return fmt.Errorf("pgtest: hand the directory to %s: %w", superuser, err)
		}
	}
	initdb := s.command("initdb", "--pgdata", s.data(), "--username", superuser, "--auth", "trust",
		"--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions")
	if err := initdb.Run(); err != nil {
		return fmt.Errorf("pgtest: initdb: %w\n%s", err, s.Output())
	}
	for attempt := 1; ; attempt++ {
		if s.port, err = freePort(); err != nil {
			return err
		}
		err := s.Start()
		if err == nil || attempt == launchAttempts || !strings.Contains(err.Error(), "Address already in use") {
			return err
		}
	}
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func (s *Server) addr() string { return "127.0.0.1:" + strconv.Itoa(s.port) }

// command returns a command that runs a PostgreSQL program as a user who isn't root. The kernel kills it when the test binary
// dies.
func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(context.Background(), filepath.Join(s.bin, name), args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, &s.output, &s.output
	cmd.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC")
	cmd.SysProcAttr = attributes(s.who)
	return cmd
}

// Start starts a server that is down, on the same port and cluster, and returns when it answers.
func (s *Server) Start() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	deadline := time.Now().Add(startTimeout)
	for {
		err := s.start(deadline)
		// Some processes of a killed server live on for a moment and keep the next one from starting.
		if err == nil || !strings.Contains(err.Error(), "still in use") || time.Now().After(deadline) {
			return err
		}
	}
}

func (s *Server) start(deadline time.Time) error {
	args := append([]string{
		"-D", s.data(), "-p", strconv.Itoa(s.port), "-c", "listen_addresses=127.0.0.1", "-k", s.dir, "-c", "fsync=off",
		"-c", "max_connections=50", "-c", "log_min_messages=warning",
	}, s.settings...)
	mark := s.output.Len()
	cmd, exited := s.command("postgres", args...), make(chan struct{})
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("pgtest: start PostgreSQL: %w", err)
	}
	go func() {
		defer close(exited)
		_ = cmd.Wait() // it was ended on purpose, or its output has the reason
	}()
	for !s.answers() {
		select {
		case <-exited:
			return fmt.Errorf("pgtest: PostgreSQL on port %d ended at once and said:\n%s", s.port, s.output.Since(mark))
		case <-time.After(readyPoll):
		}
		if time.Now().After(deadline) {
			_ = cmd.Process.Kill() // the error says that it doesn't answer
			<-exited
			return fmt.Errorf("pgtest: PostgreSQL on port %d doesn't answer within %s", s.port, startTimeout)
		}
	}
	s.cmd, s.exited = cmd, exited
	return nil
}

func (s *Server) answers() bool {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.DSN(superuser))
	if err != nil {
		return false
	}
	return conn.Close(ctx) == nil
}

// DSN returns the address of one of the server's databases; "postgres" always exists.
func (s *Server) DSN(database string) string {
	return fmt.Sprintf("postgres://%s@%s/%s?sslmode=disable", superuser, s.addr(), database)
}

// Database creates a new database and returns its address.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := "test_" + strconv.FormatInt(s.names.Add(1), 10)
	conn, err := pgx.Connect(t.Context(), s.DSN(superuser))
	if err == nil {
		_, err = conn.Exec(t.Context(), "CREATE DATABASE "+name)
		err = errors.Join(err, conn.Close(t.Context()))
	}
	if err != nil {
		t.Fatalf("pgtest: create a database: %v", err)
	}
	return s.DSN(name)
}

// Output returns what the server has written so far, over all its starts.
func (s *Server) Output() string { return s.output.String() }

// Kill ends the server with SIGKILL, as a crash would. It does nothing to a server that is down.
func (s *Server) Kill() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd == nil {
		return nil
	}
	if err := s.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("pgtest: kill PostgreSQL: %w", err)
	}
	<-s.exited
	s.cmd = nil
	return nil
}

// Pause suspends every process of the server with SIGSTOP: connections stay open, and nothing answers.
func (s *Server) Pause() error { return s.signal(syscall.SIGSTOP) }

// Resume continues a paused server.
func (s *Server) Resume() error { return s.signal(syscall.SIGCONT) }

func (s *Server) signal(sig syscall.Signal) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd == nil {
		return errors.New("pgtest: PostgreSQL is down")
	}
	pids, err := family(s.cmd.Process.Pid)
	if err != nil {
		return err
	}
	for _, pid := range pids {
		// A process that has ended since needs no signal.
		if err := syscall.Kill(pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("pgtest: send %s to process %d: %w", sig, pid, err)
		}
	}
	return nil
}

// family returns the IDs of a process and its children.
func family(pid int) ([]int, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return nil, fmt.Errorf("pgtest: the server's processes: %w", err)
	}
	pids := []int{pid}
	for word := range strings.FieldsSeq(string(text)) {
		child, err := strconv.Atoi(word)
		if err != nil {
			return nil, fmt.Errorf("pgtest: the server's processes: %w", err)
		}
		pids = append(pids, child)
	}
	return pids, nil
}

// Close kills the server and removes its directory.
func (s *Server) Close() error { return errors.Join(s.Kill(), removeAll(s.dir)) }

// removeAll removes a directory. It retries while processes that are about to end still write there.
func removeAll(dir string) error {
	deadline := time.Now().Add(startTimeout)
	for {
		err := os.RemoveAll(dir)
		if err == nil || time.Now().After(deadline) {
			return err
		}
	}
}
