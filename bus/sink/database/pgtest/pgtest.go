// Package pgtest starts private, real PostgreSQL servers for tests, as package redistest does for Redis. Each listens on
// loopback only and keeps its cluster in a directory of its own. It is killed and waited for when its test ends. Start
// reading at [Start].
package pgtest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"streamdesk/bus/redistest"
)

// ErrNotInstalled means that there is no PostgreSQL server, neither on PATH nor where Debian puts its versions.
var ErrNotInstalled = errors.New("pgtest: no PostgreSQL server on PATH or in /usr/lib/postgresql")

// Start starts a server for t, ready to answer when it returns. The test is skipped when PostgreSQL is not installed, and
// failed instead when [redistest.RequireEnv] is "1". The server's output is logged when the test has failed.
func Start(t testing.TB, opts ...Option) *Server {
	t.Helper()
	Require(t)
	s, err := Launch(opts...)
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close PostgreSQL at %s: %v", s.addr(), err)
		}
		if t.Failed() {
			t.Logf("PostgreSQL at %s said:\n%s", s.addr(), s.Output())
		}
	})
	return s
}

// Require skips t when PostgreSQL is not installed, or fails it when [redistest.RequireEnv] is "1".
func Require(t testing.TB) {
	t.Helper()
	_, err := binaries()
	switch {
	case err == nil:
	case os.Getenv(redistest.RequireEnv) == "1":
		t.Fatalf("%v, and %s=1 forbids skipping: install postgresql", err, redistest.RequireEnv)
	default:
		t.Skipf("%v", err)
	}
}

// Launch starts a server outside a test, for a TestMain; the caller must call Close.
func Launch(opts ...Option) (*Server, error) {
	dir, err := binaries()
	if err != nil {
		return nil, err
	}
	return launch(dir, opts)
}

// binaries returns the directory of initdb and postgres: the one on PATH, or else that of Debian's newest version.
func binaries() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil && executable(filepath.Join(filepath.Dir(path), "postgres")) {
		return filepath.Dir(path), nil
	}
	dirs, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	version := func(dir string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(dir))) // a name that is no number comes last
		return n
	}
	slices.SortFunc(dirs, func(a, b string) int { return version(b) - version(a) })
	for _, dir := range dirs {
		if executable(filepath.Join(dir, "initdb")) && executable(filepath.Join(dir, "postgres")) {
			return dir, nil
		}
	}
	return "", ErrNotInstalled
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}
