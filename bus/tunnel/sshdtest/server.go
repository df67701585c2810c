// Package sshdtest starts private, real OpenSSH servers and agents for tests. Each listens on loopback or on a socket of its own,
// knows only keys that the test made, and is killed with all its children when the test ends.
package sshdtest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh/knownhosts"

	"streamdesk/bus/redistest"
)

// Server is one sshd.
type Server struct {
	t       testing.TB
	dir     string
	port    int
	host    Key
	process *exec.Cmd // nil while it is down
	exited  chan struct{}
	output  redistest.Output
}

// patience is the max time for a program to start on a busy machine.
const patience = 30 * time.Second

// Start starts an sshd that accepts the keys of [Server.Authorize] for the user who runs the test. Lines are added to its
// settings. The test is skipped where there is no sshd, and fails when redistest.RequireEnv is "1".
func Start(t testing.TB, lines ...string) *Server {
	t.Helper()
	binary := find(t, "sshd")
	dir, err := os.MkdirTemp("", "sshdtest-") //nolint:usetesting // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		_ = os.MkdirAll("/run/sshd", 0o755) // it says itself when the directory is missing
	}
	s := &Server{t: t, dir: dir, port: freePort(t), host: NewKey(t)}
	s.Rekey(s.host)
	write(t, s.path("authorized_keys"), "")
	write(t, s.path("config"), strings.Join(append(lines,
		"ListenAddress 127.0.0.1", "Port "+strconv.Itoa(s.port), "HostKey "+s.path("host"), "AuthorizedKeysFile "+s.path("authorized_keys"),
		"PidFile none", "StrictModes no", "UsePAM no", "PermitRootLogin prohibit-password", "PasswordAuthentication no",
		"KbdInteractiveAuthentication no", "LogLevel VERBOSE", "MaxStartups 1000", ""), "\n"))
	t.Cleanup(func() {
		s.Kill()
		if t.Failed() {
			t.Logf("sshd on port %d said:\n%s", s.port, s.output.String())
		}
		_ = os.RemoveAll(dir) // what is left there holds no secret of anybody
	})
	s.start(binary)
	return s
}

// find returns the path of a program of OpenSSH.
func find(t testing.TB, name string) string {
	t.Helper()
	for _, path := range []string{name, "/usr/sbin/" + name, "/usr/local/sbin/" + name} {
		if found, err := exec.LookPath(path); err == nil {
			return found
		}
	}
	if os.Getenv(redistest.RequireEnv) == "1" {
		t.Fatalf("there is no %s, and %s=1 forbids skipping: install openssh-server and openssh-client", name, redistest.RequireEnv)
	}
	t.Skipf("there is no %s", name)
	return ""
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // tcp
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (s *Server) path(name string) string { return filepath.Join(s.dir, name) }

// Port returns the port on 127.0.0.1.
func (s *Server) Port() int { return s.port }

// Addr returns 127.0.0.1 with the port.
func (s *Server) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// User returns the name that can log in: that of the user who runs the test.
func (s *Server) User() string {
	own, err := user.Current()
	if err != nil {
		s.t.Fatal(err)
	}
	return own.Username
}

// Output returns what it has logged.
func (s *Server) Output() string { return s.output.String() }

// Authorize makes the server accept a key.
func (s *Server) Authorize(k Key) {
	s.t.Helper()
	write(s.t, s.path("authorized_keys"), k.Authorized())
}

// Rekey gives the server another host key, from its next start on.
func (s *Server) Rekey(k Key) {
	s.t.Helper()
	s.host = k
	write(s.t, s.path("host"), k.Private(s.t, ""))
}

// HostLine returns the line of known_hosts for the server.
func (s *Server) HostLine() string {
	return knownhosts.Line([]string{s.Addr()}, s.host.Public())
}

// KnownHosts writes a known_hosts file with the server's key, and returns its path.
func (s *Server) KnownHosts() string {
	s.t.Helper()
	path := s.path("known_hosts")
	write(s.t, path, s.HostLine()+"\n")
	return path
}

// Restart starts the server again on the same port. A running one is killed first.
func (s *Server) Restart() {
	s.t.Helper()
	s.Kill()
	s.start(find(s.t, "sshd"))
}

func (s *Server) start(binary string) {
	s.t.Helper()
	cmd := exec.Command(binary, "-D", "-e", "-f", s.path("config"))
	cmd.Stdout, cmd.Stderr = &s.output, &s.output
	cmd.SysProcAttr = dieWithParent()
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.process, s.exited = cmd, make(chan struct{})
	exited := s.exited
	go func() {
		_ = cmd.Wait() // its output says why
		close(exited)
	}()
	redistest.Eventually(s.t, patience, func() bool {
		select {
		case <-exited:
			s.t.Fatalf("sshd ended at once and said:\n%s", s.output.String())
		default:
		}
		return greets(s.Addr())
	}, "sshd answers")
}

// greets reports whether a server says that it speaks SSH.
func greets(addr string) bool {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(patience))
	hello := make([]byte, len("SSH-"))
	_, err = io.ReadFull(conn, hello)
	return err == nil && string(hello) == "SSH-"
}

// Kill ends the server and every connection of it.
func (s *Server) Kill() {
	if s.process == nil {
		return
	}
	s.signal(syscall.SIGKILL)
	<-s.exited
	s.process = nil
}

// Pause stops the server and all its connections: they stay open, and nothing answers.
func (s *Server) Pause() { s.signal(syscall.SIGSTOP) }

// Resume makes them go on.
func (s *Server) Resume() { s.signal(syscall.SIGCONT) }

// signal sends a signal to the server and to what it has started, the server first, so that it starts nothing more.
func (s *Server) signal(sig syscall.Signal) {
	for _, pid := range family(s.process.Process.Pid) {
		if err := syscall.Kill(pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
			s.t.Errorf("signal %v to %d: %v", sig, pid, err)
		}
	}
}

// family returns a process and all that descend from it.
func family(pid int) []int {
	out, _ := exec.Command("ps", "-A", "-o", "pid=,ppid=").Output() // empty where there is no ps
	all := []int{pid}
	for i := 0; i < len(all); i++ {
		for line := range strings.Lines(string(out)) {
			var child, parent int
			if n, _ := fmt.Sscan(line, &child, &parent); n == 2 && parent == all[i] {
				all = append(all, child)
			}
		}
	}
	return all
}
