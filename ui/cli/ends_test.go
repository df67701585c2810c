//go:build unix

package cli

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

// started is the built program as a child process.
type started struct {
	*exec.Cmd
	out, err programtest.Screen
	ended    chan struct{}
}

// start starts it. It is killed when the test ends before it does.
func start(t *testing.T, cmd *exec.Cmd) *started {
	t.Helper()
	s := &started{Cmd: cmd, ended: make(chan struct{})}
	if cmd.Stdout == nil {
		cmd.Stdout = &s.out
	}
	if cmd.Stderr == nil {
		cmd.Stderr = &s.err
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(s.ended)
		_ = cmd.Wait() // how it ended is in its state
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it has ended, when all went well
		<-s.ended
	})
	return s
}

// says waits until stderr has some text.
func (s *started) says(t *testing.T, text string) {
	t.Helper()
	awaitText(t, &s.err, s.ended, text)
}

// endsBy sends a signal, and is the exit code that the program ends with, in order and long before it would be forced.
func (s *started) endsBy(t *testing.T, signal os.Signal) int {
	t.Helper()
	return s.endsWithin(t, signal, program.StuckAfter)
}

func (s *started) endsWithin(t *testing.T, signal os.Signal, limit time.Duration) int {
	t.Helper()
	began := time.Now()
	if err := s.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.ended:
	case <-time.After(patience):
		t.Fatalf("%v: it doesn't end; stderr: %s", signal, s.err.String())
	}
	took := time.Since(began)
	t.Logf("ended %v after %v", took.Round(time.Millisecond), signal)
	if took >= limit || strings.Contains(s.err.String(), "before it had stopped in order") {
		t.Errorf("%v: it took %v; stderr: %s", signal, took, s.err.String())
	}
	return s.ProcessState.ExitCode()
}

// silentServer takes connections and never answers.
func silentServer(t *testing.T) string {
	t.Helper()
	var c net.ListenConfig
	l, err := c.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

// asking are commands that ask a server, with arguments that are good as far as can be told without one.
var asking = []string{
	"streams", "groups", "consumers", "pending a.b g", "deadletters a.b", "workflow w", "delivery a.b 1-1", "tail", "doctor",
	"export a.b", "replay a.b --into c.d --yes", "bench --events 10",
	"publish a.b", "trim a.b --dry-run", "delete a.b 1-1 --yes",
	"ack a.b g 1-1 --yes", "claim a.b g 1-1 --for c --yes", "republish a.b 1-1 --yes", "deadletter a.b g 1-1 --reason r --yes", "requeue a.b 1-1 --yes",
	"group create a.b g --yes", "group destroy a.b g --yes", "pause g --yes", "resume g --yes", "limit g 5/s --yes", "group setid a.b g 0 --yes", "consumer delete a.b g c --yes",
}

// asProcess are those of them that are ended by a signal, as processes; what comes after the signal is the same without one.
var asProcess = []string{"streams", "tail", "publish a.b"}

// TestCtrlCEndsWhateverWaitsForAServerThatDoesNotAnswer is also the proof that each says what it waits for.
func TestCtrlCEndsWhateverWaitsForAServerThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	server := silentServer(t)
	for form, url := range map[string]string{
		"single": "redis://" + server + "/0", "cluster": "redis+cluster://" + server, "sentinel": "redis+sentinel://" + server + "/main/0",
	} {
		for i, line := range asking {
			if form != "single" && i%4 != 0 {
				continue // what differs is the client
			}
			t.Run(form+"/"+line, func(t *testing.T) {
				t.Parallel()
				args := append(strings.Fields(line), "--redis", url)
				fails := func(code int, told string) {
					if code != program.ExitFailed && !strings.HasPrefix(line, "tail") {
						t.Errorf("exit %d, stderr %s", code, told)
					}
				}
				if slices.Contains(asProcess, line) {
					s := start(t, programtest.Command(t, "", args...))
					s.says(t, "waiting for ")
					fails(s.endsBy(t, os.Interrupt), s.err.String())
					return
				}
				s := startInside(t, server, strings.NewReader(""), args...)
				s.says(t, "waiting for ")
				fails(s.endsInOrder(t), s.err.String())
			})
		}
	}
}

// TestCtrlCEndsWhateverWaitsForAServerThatStalls has the server stop between two commands of one program.
func TestCtrlCEndsWhateverWaitsForAServerThatStalls(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args string
		code int
		says string
	}{
		{"tail", program.ExitDone, ""},
		{"publish --jsonl -", program.ExitFailed, "--from-line 2"},
		{"import - --new-ids --yes", program.ExitFailed, "--from-line 2"},
		{"work log_aggregators --listen 127.0.0.1:0", program.ExitFailed, ""},
	} {
		t.Run(c.args, func(t *testing.T) {
			t.Parallel()
			server := redistest.Start(t)
			send(t, server.Client(), "XADD events:workflow.started 1-1 data {}")
			cmd := programtest.Command(t, server.Addr(), strings.Fields(c.args)...)
			cmd.Dir = t.TempDir()
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = in.Close() }() // the program's end is closed
			s := start(t, cmd)
			line := `{"type":"a.b"}` + "\n"
			if strings.HasPrefix(c.args, "import") {
				line = `{"stream":"events:a.b","fields":[{"name":"x","value":"y"}]}` + "\n"
			}
			if strings.HasSuffix(c.args, "-") || strings.HasSuffix(c.args, "--yes") {
				if _, err := in.Write([]byte(line)); err != nil {
					t.Fatal(err)
				}
				waitFor(t, "the first event", func() bool {
					return server.Client().XLen(t.Context(), "events:a.b").Val() == 1
				})
				// A server writes its replies before it reads again: the program's is on its way when this one is here.
				send(t, server.Client(), "PING")
			} else {
				waitFor(t, "its reader", func() bool {
					list := server.Client().ClientList(t.Context()).Val()
					return strings.Contains(list, "cmd=xread")
				})
			}
			server.Pause()
			defer server.Resume()
			_, _ = in.Write([]byte(line)) // a program that reads nothing may have closed it
			if c.says != "" {
				s.says(t, "waiting for ")
			}
			if strings.HasPrefix(c.args, "work") {
				s.endsWithin(t, os.Interrupt, 10*time.Second) // it gives the server a second
				return
			}
			if code := s.endsBy(t, os.Interrupt); code != c.code || !strings.Contains(s.err.String(), c.says) {
				t.Errorf("exit %d, stderr %s", code, s.err.String())
			}
		})
	}
}

// waitFor waits for a condition.
func waitFor(t *testing.T, what string, is func() bool) {
	t.Helper()
	redistest.Eventually(t, patience, is, what)
}

// TestCtrlCEndsWhateverWaitsForAPipe has named pipes that nobody opens at the other end, and pipes that stay silent.
func TestCtrlCEndsWhateverWaitsForAPipe(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	pipe := server.Client().Pipeline()
	for range 3000 {
		pipe.XAdd(t.Context(), &redis.XAddArgs{Stream: "events:big.one", Values: []string{"data", strings.Repeat("x", 200)}})
	}
	if _, err := pipe.Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"import FIFO --new-ids --yes", "publish --jsonl FIFO", "publish a.b --data @FIFO", "streams --config FIFO", "export big.one --file FIFO",
		"import - --new-ids --yes", "publish --jsonl -", "publish a.b --data -", "ack a.b g - --yes",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			args, in := withSilentPipe(t, line)
			s := startInside(t, server.Addr(), in, args...)
			s.says(t, "waiting for ")
			if code := s.endsInOrder(t); code != program.ExitFailed || !strings.Contains(s.err.String(), "interrupted") {
				t.Errorf("exit %d, stderr %s", code, s.err.String())
			}
		})
		if !strings.HasPrefix(line, "import") {
			continue
		}
		for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
			t.Run(line+"/"+signal.String(), func(t *testing.T) {
				t.Parallel()
				args, in := withSilentPipe(t, line)
				cmd := programtest.Command(t, server.Addr(), args...)
				cmd.Stdin = in
				s := start(t, cmd)
				s.says(t, "waiting for ")
				if code := s.endsBy(t, signal); code != program.ExitFailed || !strings.Contains(s.err.String(), "interrupted") {
					t.Errorf("exit %d, stderr %s", code, s.err.String())
				}
			})
		}
	}
	t.Run("a reader that doesn't read", func(t *testing.T) {
		reader, writer, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = reader.Close() }() // nothing was read
		cmd := programtest.Command(t, server.Addr(), "export", "big.one")
		cmd.Stdout = writer
		s := start(t, cmd)
		if err := writer.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := reader.Read(make([]byte, 1)); err != nil { // it has begun, and the pipe takes a tenth of it
			t.Fatal(err)
		}
		if code := s.endsBy(t, os.Interrupt); code != program.ExitFailed || !strings.Contains(s.err.String(), "go on with --from") {
			t.Errorf("exit %d, stderr %s", code, s.err.String())
		}
	})
}

// withSilentPipe returns the arguments of a line, with a named pipe that nobody opens at its other end for FIFO, and an
// input that stays silent. Both end with the test, and so does what still waits for them.
func withSilentPipe(t *testing.T, line string) (args []string, in *os.File) {
	t.Helper()
	fifo := path(t, "pipe")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	in, other, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		both, err := os.OpenFile(fifo, os.O_RDWR, 0)
		if err := errors.Join(err, other.Close(), in.Close(), both.Close()); err != nil {
			t.Error(err)
		}
	})
	return strings.Fields(strings.ReplaceAll(line, "FIFO", fifo)), in
}
