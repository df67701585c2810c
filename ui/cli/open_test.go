package cli

import (
	"strings"
	"testing"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/programtest"
)

// A foreign program writes what it has compressed and packed; every command reads it, and a republish keeps its bytes.
func TestPayloadsOfOtherFormsAreOpenedEverywhere(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	writer := programtest.Python(t, "testdata/packed.py", "redis://"+server.Addr())
	if err := writer.Run(); err != nil {
		t.Fatalf("%v: %s", err, writer.Stderr)
	}
	h := newHost(t, server.Addr())
	const payloads = 7
	for _, args := range [][]string{
		{"tail", "--from", "0", "--count", "7", "--output", "json"},
		{"tail", "--from", "0", "--count", "7", "--output", "json", "--where", "wf:wf-1 jq:'.contract == \"ERC20\"'"},
	} {
		out := h.want(t, args...)
		if n := strings.Count(out, `"contract":"ERC20"`); n != payloads {
			t.Errorf("%v: %d of %d payloads are opened: %s", args, n, payloads, out)
		}
	}
	if out := h.want(t, "workflow", "wf-1", "--output", "json"); strings.Count(out, `"event_id":"e1"`) != payloads {
		t.Errorf("workflow: %s", out)
	}
	client := server.Client()
	before := client.XRange(t.Context(), "events:workflow.started", "-", "+").Val()
	h.want(t, "republish", "events:workflow.started", before[1].ID, "--yes")
	after := client.XRange(t.Context(), "events:workflow.started", "-", "+").Val()
	if len(after) != payloads+1 || after[payloads].Values["data"] != before[1].Values["data"] {
		t.Errorf("%d entries; republished as %q", len(after), after[len(after)-1].Values["data"])
	}
}
