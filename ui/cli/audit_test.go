package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamdesk/ui/trail"
)

// auditOf reads the audit file of a host.
func auditOf(t *testing.T, h *host) []trail.Line {
	t.Helper()
	file, err := os.Open(filepath.Join(h.env["HOME"], ".local", "state", "streamdesk", "audit.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var lines []trail.Line
	for d := json.NewDecoder(file); d.More(); {
		var line trail.Line
		if err := d.Decode(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestEachChangeIsWrittenDown(t *testing.T) {
	h, client := filled(t)
	for _, args := range []string{
		"ack audit.failed db_writers 1762341120000-0", "deadletter audit.failed db_writers 1762341180000-3", "requeue audit.failed --all",
		"group create a2a.message g", "trim a2a.message", "delete a2a.message --all",
	} {
		h.run(t.Context(), "", append(strings.Fields(args), "--yes")...)
	}
	h.want(t, "ack", "audit.failed", "db_writers", "--all", "--dry-run")
	var got []string
	for _, line := range auditOf(t, h) {
		if line.Address != client.Options().Addr+"/0" || line.Profile != "default" || line.Time.IsZero() || line.Reply == "" {
			t.Errorf("the line %+v", line)
		}
		got = append(got, line.Action+" "+line.Command[0])
	}
	if want := "[ack XACK dead-letter XADD dead-letter XACK requeue XADD requeue XDEL group create XGROUP trim XTRIM]"; fmt.Sprint(got) != want {
		t.Errorf("written down are %v, want %s", got, want)
	}
}

func TestAnAuditFileThatCannotBeWrittenIsToldAndStopsNothing(t *testing.T) {
	h, client := filled(t)
	h.env["STREAMDESK_DESK_AUDIT_FILE"] = filepath.Join(h.env["HOME"], "no.toml", "audit.jsonl")
	if err := os.WriteFile(filepath.Join(h.env["HOME"], "no.toml"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r := h.run(t.Context(), "", "ack", "audit.failed", "db_writers", "--all", "--yes")
	if r.code != exitDone || !strings.Contains(r.err, "misses changes") || pendingOf(t, client, "events:audit.failed", "db_writers") != 0 {
		t.Errorf("%+v", r)
	}
}
