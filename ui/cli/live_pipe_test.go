//go:build unix

package cli

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

// TestWhatComesThroughALivePipeIsSentAtOnce writes line by line, and each is in its stream before the next is written.
func TestWhatComesThroughALivePipeIsSentAtOnce(t *testing.T) {
	t.Parallel()
	for line, text := range map[string]string{
		"publish --jsonl -":           `{"type":"a.b","data":{"n":%d}}`,
		"import - --new-ids --yes":    `{"stream":"events:a.b","fields":[{"name":"n","value":"%d"}]}`,
		"import FIFO --new-ids --yes": `{"stream":"events:a.b","fields":[{"name":"n","value":"%d"}]}`,
		"publish --jsonl FIFO":        `{"type":"a.b","data":{"n":%d}}`,
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			server := redistest.Start(t)
			client := server.Client()
			s, in := startWithPipe(t, server.Addr(), line)
			for n := range int64(5) {
				if _, err := fmt.Fprintf(in, text+"\n", n); err != nil {
					t.Fatal(err)
				}
				waitFor(t, "entry of line "+strconv.FormatInt(n+1, 10), func() bool { return client.XLen(t.Context(), "events:a.b").Val() == n+1 })
			}
			if _, err := io.WriteString(in, text[:10]); err != nil { // a line that is only begun
				t.Fatal(err)
			}
			if code := s.endsBy(t, os.Interrupt); code != program.ExitFailed || !strings.Contains(s.err.String(), "--from-line 6") {
				t.Errorf("exit %d, stderr %s", code, s.err.String())
			}
			if n := client.XLen(t.Context(), "events:a.b").Val(); n != 5 {
				t.Errorf("%d entries", n)
			}
		})
	}
}

// startWithPipe starts a command that reads from stdin, or from a named pipe where its line says FIFO.
func startWithPipe(t *testing.T, server, line string) (s *started, in io.Writer) {
	t.Helper()
	if !strings.Contains(line, "FIFO") {
		cmd := programtest.Command(t, server, strings.Fields(line)...)
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		return start(t, cmd), in
	}
	fifo := path(t, "pipe")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	s = start(t, programtest.Command(t, server, strings.Fields(strings.ReplaceAll(line, "FIFO", fifo))...))
	file, err := os.OpenFile(fifo, os.O_WRONLY, 0) // waits for the command
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, file
}

// TestNothingThatWasReadIsLostWhenACommandIsEnded ends a command while a fast program writes to it. What that program got rid
// of is in the stream, or still in the pipe; the line that is named is the first that isn't there.
func TestNothingThatWasReadIsLostWhenACommandIsEnded(t *testing.T) {
	t.Parallel()
	for line, text := range map[string]string{
		"publish --jsonl -":        `{"type":"a.b","data":{"n":%d}}`,
		"import - --new-ids --yes": `{"stream":"events:a.b","fields":[{"name":"n","value":"%d"}]}`,
	} {
		for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
			t.Run(line+"/"+signal.String(), func(t *testing.T) {
				t.Parallel()
				server := redistest.Start(t)
				client := server.Client()
				reader, writer, err := os.Pipe()
				if err != nil {
					t.Fatal(err)
				}
				cmd := programtest.Command(t, server.Addr(), strings.Fields(line)...)
				cmd.Stdin = reader
				s := start(t, cmd)
				written := make(chan struct{})
				go func() {
					defer close(written)
					for n := 0; ; n++ {
						if _, err := fmt.Fprintf(writer, text+"\n", n); err != nil {
							return // it is closed
						}
					}
				}()
				waitFor(t, "2,000 entries", func() bool { return client.XLen(t.Context(), "events:a.b").Val() > 2000 })
				s.endsBy(t, signal)
				_ = writer.Close() // ends the writer
				_ = reader.Close()
				<-written
				_, after, found := strings.Cut(s.err.String(), "--from-line ")
				next, err := strconv.ParseInt(strings.TrimSpace(unhurried(after)), 10, 64)
				if !found || err != nil {
					t.Fatalf("stderr %s", s.err.String())
				}
				// On a machine that is too busy for an answer in time, the last lines may be there or not, and it says so.
				n := client.XLen(t.Context(), "events:a.b").Val()
				if unsure := strings.Contains(s.err.String(), "may be there or not"); n < next-1 || n >= next && !unsure {
					t.Errorf("%d entries, and it says --from-line %d", n, next)
				}
			})
		}
	}
}

// TestPublishGoesOnFromALine publishes the second half of a file.
func TestPublishGoesOnFromALine(t *testing.T) {
	t.Parallel()
	client := startEmbedded(t, (&handClock{now: atNoon}).Now)
	h := newHost(t, client.Options().Addr)
	r := h.run(t.Context(), "{\"type\":\"a.b\"}\nbroken\n\n{\"type\":\"a.c\"}\n", "publish", "--jsonl", "-", "--from-line", "3")
	if r.out != "1 events published to 1 streams\n" || r.code != program.ExitDone {
		t.Errorf("%+v", r)
	}
	if r := h.run(t.Context(), "", "publish", "--jsonl", "-", "--from-line", "0"); r.code != program.ExitWrongUse {
		t.Errorf("%+v", r)
	}
}

// TestDevicesAreNotReadToTheirEnd has devices without an end where small files are wanted.
func TestDevicesAreNotReadToTheirEnd(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/dev/zero"); err != nil {
		t.Skip(err)
	}
	settings := func(text string) string {
		file := path(t, "config.toml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	server := silentServer(t)
	for _, args := range [][]string{
		{"streams", "--config", "/dev/zero"},
		{"publish", "a.b", "--data", "@/dev/zero"},
		{"streams", "--config", settings("profiles.default.password_file = '/dev/zero'")},
		{"streams", "--config", settings("profiles.default.tls.ca_file = '/dev/zero'")},
		{"streams", "--config", settings("profiles.default.tls.cert_file = '/dev/zero'\nprofiles.default.tls.key_file = '/dev/zero'")},
		{"publish", "--jsonl", "/dev/zero"},
	} {
		if args[0] == "publish" && args[1] == "--jsonl" {
			server = redistest.Start(t).Addr()
		}
		cmd := programtest.Command(t, server, args...)
		out, err := cmd.CombinedOutput()
		if _, is := err.(*exec.ExitError); !is || !strings.Contains(string(out), "longer than 4 MiB") { //nolint:errorlint // it comes as it is
			t.Errorf("%v: %v, %s", args, err, out)
		}
		usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
		if !ok || usage.Maxrss > 200<<10 && usage.Maxrss > idleMemory(t) {
			t.Errorf("%v: took %d kB", args, usage.Maxrss)
		}
	}
}
