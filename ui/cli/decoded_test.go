package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"streamdesk/bus/redistest"
	"streamdesk/model/words"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

// TestADecodedExportIsToBeRead exports the entries of other producers opened, with what stands beside their payloads; an import
// refuses the file.
func TestADecodedExportIsToBeRead(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	writer := programtest.Python(t, "testdata/producers.py", "redis://"+server.Addr())
	if err := writer.Run(); err != nil {
		t.Fatalf("%v: %s", err, writer.Stderr)
	}
	client := server.Client()
	send(t, client, "XADD p:broken 1-1 data \x08\x96\x01\x12\x07testing\x1a\x02\x08\x01 origin 'p:own/1-1' h \xff h 2")
	h := readsProducers(t, server.Addr())
	file := filepath.Join(t.TempDir(), "decoded.jsonl")
	if out := h.want(t, "export", "*", "--decoded", "--file", file); !strings.Contains(out, words.Plural(len(producers)+1, "entry")) {
		t.Errorf("exported: %s", out)
	}
	lines, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(objects(t, string(lines))); n != len(producers)+1 {
		t.Errorf("there are %d lines", n)
	}
	stable := regexp.MustCompile(`"id":"\d{5,}-\d+","added_at":"[^"]*"`).ReplaceAll(lines, []byte(`"id":"ID","added_at":"NOW"`))
	golden.RequireEqual(t, stable)

	before := client.XLen(t.Context(), "p:flat").Val()
	r := h.run(t.Context(), "", "import", file, "--new-ids", "--yes")
	if r.code != program.ExitFailed || !strings.Contains(r.err, "line 1: not an entry: it was exported with --decoded") || client.XLen(t.Context(), "p:flat").Val() != before {
		t.Errorf("import: exit %d, %q", r.code, r.err)
	}
	if r := h.run(t.Context(), "", "export", "*", "--decoded", "--groups"); r.code != program.ExitWrongUse || !strings.Contains(r.err, "leave one of the two out") {
		t.Errorf("with groups: %+v", r)
	}
	if only := h.want(t, "tail", "flat", "--last", "1", "--output", "json"); !strings.Contains(string(lines), only) {
		t.Errorf("tail says %s", only)
	}
}
