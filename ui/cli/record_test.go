package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

func TestAKilledRecordIsThereAfterwards(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	send(t, client, "XADD events:a.b 1762341120000-0 data {}")
	send(t, client, "XGROUP CREATE events:a.b g 0")
	send(t, client, "XREADGROUP GROUP g c COUNT 1 STREAMS events:a.b >")
	path := filepath.Join(t.TempDir(), "bus.db")
	cmd := programtest.Command(t, client.Options().Addr, "record", "--file", path)
	var told programtest.Screen
	cmd.Stderr = &told
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	redistest.Eventually(t, patience, func() bool { return strings.Contains(told.String(), "recorded 1 stream, 1 group, 1 consumer") }, "nothing is recorded")
	other := programtest.Command(t, client.Options().Addr, "record", "--file", path)
	var toldByOther programtest.Screen
	other.Stderr = &toldByOther
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	redistest.Eventually(t, patience, func() bool { return strings.Contains(toldByOther.String(), "this one takes over when that ends") }, "both record")
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	redistest.Eventually(t, patience, func() bool { return strings.Contains(toldByOther.String(), "recording now") }, "the other doesn't take over")
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = other.Wait() // it was killed
	if !strings.Contains(told.String(), "recording events:* once a second into "+path) {
		t.Errorf("it says %q", told.String())
	}
	h := newHost(t, "127.0.0.1:1")
	group := objects(t, strings.ReplaceAll(strings.Trim(h.want(t, "history", "g", "--file", path, "--output", "json"), "[]\n"), "},\n", "}\n"))
	if len(group) == 0 || group[0]["pending"] != 1.0 || group[0]["oldest_deliveries"] != 1.0 || group[0]["stream"] != "events:a.b" {
		t.Errorf("the group was %v", group)
	}
	if out := h.want(t, "history", "a.b", "--file", path); !strings.HasPrefix(out, "AT ") || !strings.Contains(out, "events:a.b") {
		t.Errorf("the stream was %s", out)
	}
}

func TestHistoryNamesTheMend(t *testing.T) {
	t.Parallel()
	h := newHost(t, "127.0.0.1:1")
	if r := h.run(t.Context(), "", "history", "g"); r.code != program.ExitFailed || !strings.Contains(r.err, "streamdesk record") {
		t.Errorf("%+v", r)
	}
	for _, args := range []string{"history", "history g --from soon", "record --max-size 0", "record here"} {
		if r := h.run(t.Context(), "", strings.Fields(args)...); r.code != program.ExitWrongUse {
			t.Errorf("%s: %+v", args, r)
		}
	}
}
