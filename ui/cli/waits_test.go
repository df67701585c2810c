//go:build unix

package cli

import (
	"strings"
	"testing"
	"time"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
)

// TestAWaitForAServerHasABoundThatCanBeSet has servers that stop answering before and after a command has connected.
func TestAWaitForAServerHasABoundThatCanBeSet(t *testing.T) {
	t.Parallel()
	server := silentServer(t)
	for _, line := range asking {
		r := newHost(t, server).run(t.Context(), "", append(strings.Fields(line), "--wait", "100ms")...)
		if r.code != program.ExitFailed || !strings.Contains(r.err, "no answer in time") {
			t.Errorf("%s: %+v", line, r)
		}
	}
	for _, line := range []string{"publish --jsonl - --wait 600ms", "publish --jsonl - --read-only=false --wait 1s"} {
		server := redistest.Start(t)
		s, in := startWithPipe(t, server.Addr(), line)
		write := func() {
			if _, err := in.Write([]byte(`{"type":"a.b"}` + "\n")); err != nil {
				t.Fatal(err)
			}
		}
		write()
		waitFor(t, "first event", func() bool { return server.Client().XLen(t.Context(), "events:a.b").Val() == 1 })
		// The server answers what came in one turn in any order: after the next turn the first event's reply is out.
		if err := server.Client().Ping(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		server.Pause()
		write()
		s.says(t, "waiting for the server to take events")
		select {
		case <-s.ended:
		case <-time.After(patience):
			t.Error("it still waits")
		}
		server.Resume()
		if s.ProcessState.ExitCode() != program.ExitFailed || !strings.Contains(s.err.String(), "--from-line 2") {
			t.Errorf("%v: %s", s.ProcessState, s.err.String())
		}
	}
	if r := newHost(t, server).run(t.Context(), "", "streams", "--wait", "soon"); r.code != program.ExitWrongUse || !strings.Contains(r.err, "--wait") {
		t.Errorf("%+v", r)
	}
}
