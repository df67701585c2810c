// Package programtest runs the program in tests: in an environment of its own, or built and as its own process for what
// a test in the same process can't show, such as a signal, a kill or a terminal. Start reading at [Command].
package programtest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"streamdesk/bus/redistest"
)

// built is the built program, once it was needed.
var built struct {
	once sync.Once
	dir  string
	err  error
}

// Build builds the program once, and returns its path. The caller's TestMain must call [Remove].
func Build() (string, error) {
	built.once.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "streamdesk-"); built.err != nil {
			return
		}
		// Unlike go build, go run keeps the linked program in Go's cache, for the next package and the next time.
		out, err := exec.Command("go", "run", "-ldflags=-s -w", "-exec", "cp", "streamdesk", filepath.Join(built.dir, "streamdesk")).CombinedOutput()
		if err != nil {
			built.err = fmt.Errorf("%w: %s", err, out)
		}
	})
	return filepath.Join(built.dir, "streamdesk"), built.err
}

// Remove removes the program that Build built, if any, after the tests of a package. It returns the exit code: code, or
// 1 when the program can't be removed.
func Remove(code int) int {
	if built.dir != "" && os.RemoveAll(built.dir) != nil {
		return 1
	}
	return code
}

// Command returns a command of the built program with only a server and a locale in its environment, and with few garbage
// collections: they are a fifth of what a start costs.
func Command(t *testing.T, redis string, args ...string) *exec.Cmd {
	t.Helper()
	binary, err := Build()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, args...)
	cmd.Env = []string{"HOME=" + t.TempDir(), "STREAMDESK_REDIS=redis://" + redis + "/0", "TERM=xterm", "LC_ALL=C.UTF-8", "GOGC=400"}
	return cmd
}

// Python runs a script with the system's Python, which has the redis package; stderr is kept in a [bytes.Buffer].
func Python(t *testing.T, script string, args ...string) *exec.Cmd {
	t.Helper()
	if err := exec.Command("/usr/bin/python3", "-c", "import redis.asyncio").Run(); err != nil {
		if os.Getenv(redistest.RequireEnv) == "1" {
			t.Fatal("python3-redis is not installed: apt-get install python3-redis")
		}
		t.Skip("python3-redis is not installed")
	}
	cmd := exec.Command("/usr/bin/python3", append([]string{script}, args...)...)
	cmd.Stderr = &bytes.Buffer{}
	return cmd
}
