package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
)

func TestRetentionSaysWhatGoesAndWhatHoldsItBack(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := server.Client()
	for i := range 10 {
		send(t, client, fmt.Sprintf("XADD events:order.paid %d-0 data {}", 1762341000000+i))
	}
	send(t, client, "XADD events:other.kept 1762341000000-0 data {}")
	send(t, client, "XGROUP CREATE events:order.paid behind 1762341000002-0")
	h := newHost(t, server.Addr())
	if r := h.run(t.Context(), "", "retention"); r.code != program.ExitWrongUse || !strings.Contains(r.err, "[[retention]]") {
		t.Errorf("without a rule: exit %d: %s", r.code, r.err)
	}
	file := path(t, "config.toml")
	if err := os.WriteFile(file, []byte("[[retention]]\npattern = \"events:order.*\"\nmax_length = 4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := h.run(t.Context(), "", "retention", "--config", file, "--output", "json")
	var list []map[string]any
	if err := json.Unmarshal([]byte(r.out), &list); err != nil || len(list) != 1 {
		t.Fatalf("exit %d: %s%s %v", r.code, r.out, r.err, err)
	}
	for key, want := range map[string]any{"stream": "events:order.paid", "length": 10., "removable": 3., "held": 3., "held_by": "behind", "min_id": "1762341000002-1", "max_age_seconds": nil} {
		if got := list[0][key]; got != want {
			t.Errorf("%s is %v, want %v", key, got, want)
		}
	}
	if r = h.run(t.Context(), "", "retention", "--config", file); !strings.Contains(r.out, "4 entries") || !strings.Contains(r.out, "behind") {
		t.Errorf("%s%s", r.out, r.err)
	}
	if r = h.run(t.Context(), "", "retention", "other.kept", "--config", file); r.code != program.ExitFailed || !strings.Contains(r.err, "no [[retention]] in the settings fits it") {
		t.Errorf("exit %d: %s", r.code, r.err)
	}
	if n := client.XLen(t.Context(), "events:order.paid").Val(); n != 10 {
		t.Errorf("%d are left of 10: looking removed some", n)
	}
	if r = h.run(t.Context(), "", "doctor", "--config", file, "--interval", "0s"); !strings.Contains(r.out, "3 entries over its retention (4 entries) stay") {
		t.Errorf("the doctor says %s%s", r.out, r.err)
	}
}
