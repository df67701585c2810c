package cli

import (
	"strings"
	"testing"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
)

// TestR31_AReaderLooksAtEverythingThatItsRightsAllow, with each command that only looks.
//
//nolint:tparallel // its parts share a server
func TestR31_AReaderLooksAtEverythingThatItsRightsAllow(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t, redistest.WithACL("reader on >pw ~events:* +@read"))
	fill(t, server.Client(), &handClock{now: atNoon})
	h := newHost(t, server.Addr())
	url := "redis://reader:pw@" + server.Addr() + "/0"
	for _, c := range []struct {
		args []string
		part string
	}{
		{[]string{"streams"}, "events:audit.failed"},
		{[]string{"groups"}, "websocket_workers"},
		{[]string{"consumers"}, "worker-2"},
		{[]string{"pending", "audit.failed", "db_writers"}, "worker-2"},
		{[]string{"delivery", "audit.failed", "1762341180000-3"}, "db_writers"},
		{[]string{"workflow", "wf-8f31"}, "workflow.started"},
		{[]string{"tail", "--from", "0", "--count", "1"}, "workflow.started"},
		{[]string{"export", "audit.failed"}, "1762341180000-3"},
		{[]string{"doctor", "--interval", "0s"}, "the server doesn't say what it is"},
	} {
		t.Run(c.args[0], func(t *testing.T) {
			r := h.run(t.Context(), "", append(c.args, "--redis", url)...)
			if r.code != program.ExitDone || !strings.Contains(r.out, c.part) {
				t.Errorf("exit %d, stderr %q\n%s", r.code, r.err, r.out)
			}
		})
	}
}
