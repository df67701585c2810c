// Package redistest starts private, real redis-server processes for tests: single servers, a cluster, a sentinel
// set, and a proxy that injects faults between a client and a server. It asserts nothing about Redis itself; a test
// that needs no real server uses package embedded instead.
//
// Start reading at Start. Every server listens on loopback only, keeps its files in a directory of its own, and is
// killed and waited for when its test ends.
package redistest

import (
	"errors"
	"os"
	"os/exec"
	"testing"
)

// RequireEnv names the environment variable that turns "redis-server is not installed" from a skip into a failure.
const RequireEnv = "STREAMDESK_TEST_REAL"

// ErrNotInstalled reports that no redis-server was found on PATH.
var ErrNotInstalled = errors.New("redistest: no redis-server on PATH")

// Start starts a redis-server for t, ready to answer when it returns, without persistence unless an option asks for
// it, and emptied if an earlier test had it ([Shared]). The test is skipped when redis-server is not installed, and failed instead when RequireEnv is "1". The server's
// output is logged when the test has failed.
func Start(t testing.TB, opts ...Option) *Server {
	t.Helper()
	requireInstalled(t)
	if len(opts) == 0 {
		return startShared(t)
	}
	s, err := Launch(opts...)
	if err != nil {
		t.Fatalf("%v", err)
	}
	bind(t, s)
	return s
}

// startShared starts a server without options, or takes one that an earlier test had; see Shared.
func startShared(t testing.TB) *Server {
	t.Helper()
	s, err := spare.take()
	if err != nil {
		t.Fatalf("%v", err)
	}
	s.report = func(err error) { t.Errorf("%v", err) }
	t.Cleanup(func() {
		if t.Failed() || !spare.put(s) {
			end(t, s)
		}
	})
	return s
}

// Launch starts a redis-server outside a test, for a TestMain or an example; the caller must call Close. It returns
// ErrNotInstalled when there is no redis-server on PATH.
func Launch(opts ...Option) (*Server, error) {
	if _, err := exec.LookPath(binary); err != nil {
		return nil, ErrNotInstalled
	}
	return launch(newSettings(opts))
}

func requireInstalled(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath(binary); err == nil {
		return
	}
	if os.Getenv(RequireEnv) == "1" {
		t.Fatalf("%v, and %s=1 forbids skipping: install redis-server", ErrNotInstalled, RequireEnv)
	}
	t.Skipf("%v", ErrNotInstalled)
}

// bind makes t fail when an operation of s fails, closes s when t ends, and logs the output of s when t has failed.
func bind(t testing.TB, s *Server) {
	t.Helper()
	s.report = func(err error) { t.Errorf("%v", err) }
	t.Cleanup(func() { end(t, s) })
}

func end(t testing.TB, s *Server) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Errorf("close redis-server at %s: %v", s.Addr(), err)
	}
	if t.Failed() {
		t.Logf("redis-server at %s said:\n%s", s.Addr(), s.Output())
	}
}
