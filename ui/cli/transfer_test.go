package cli

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/model/words"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

// fillForExport puts what an export has to keep on a server: repeated fields, bytes that are no text, entries that were
// deleted and trimmed, groups at different places, pending entries, and a stream that holds nothing.
func fillForExport(t *testing.T, client *redis.Client) {
	t.Helper()
	create := `XGROUP CREATE events:a.b half 1-1`
	if redistest.Has(t, redistest.Lag) {
		create += ` ENTRIESREAD 1`
	}
	for _, line := range []string{
		`XADD events:a.b 1-1 data '{"type":"a.b","workflow_id":"wf-1"}' x y x z`,
		"XADD events:a.b 2-1 '\xff\xfe' '\x00\x80' e '工 \u009b\x7f'",
		`XADD events:a.b 3-1 data '{"type":"a.b","workflow_id":"wf-2"}'`,
		`XADD events:a.b 4-1 data ''`,
		`XADD events:a.b 9-9 data late`,
		`XDEL events:a.b 3-1 9-9`,
		create,
		`XGROUP CREATE events:a.b readers 0`,
		`XREADGROUP GROUP readers worker-1 COUNT 2 STREAMS events:a.b >`,
		`XCLAIM events:a.b readers worker-2 0 1-1 IDLE 60000 RETRYCOUNT 7 JUSTID`,
		`XADD events:c.d MAXLEN 1 1-0 n 1`,
		`XADD events:c.d MAXLEN 1 2-0 n 2`,
		`XGROUP CREATE events:e.f none 0 MKSTREAM`,
	} {
		send(t, client, line)
	}
}

// streamInfo is all that XINFO STREAM says of a stream, but how it is stored and what depends on the clock.
func streamInfo(t *testing.T, client *redis.Client, key string) string {
	t.Helper()
	info, err := client.XInfoStream(t.Context(), key).Result()
	if err != nil {
		t.Fatal(err)
	}
	info.RadixTreeKeys, info.RadixTreeNodes = 0, 0
	var b strings.Builder
	fmt.Fprintf(&b, "%+v", *info)
	groups, err := client.XInfoGroups(t.Context(), key).Result()
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range groups {
		fmt.Fprintf(&b, "\n%s at %s read %d lag %d pending", g.Name, g.LastDeliveredID, g.EntriesRead, g.Lag)
		rows, err := client.XPendingExt(t.Context(), &redis.XPendingExtArgs{Stream: key, Group: g.Name, Start: "-", End: "+", Count: 100}).Result()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			fmt.Fprintf(&b, " %s %s %d", row.ID, row.Consumer, row.RetryCount)
		}
	}
	return b.String()
}

func TestExportAndImportMakeTheSameStreamsAgain(t *testing.T) {
	t.Parallel()
	for _, packed := range []bool{false, true} {
		t.Run(fmt.Sprintf("gzip %t", packed), func(t *testing.T) {
			t.Parallel()
			from, to := redistest.Start(t).Client(), redistest.Start(t).Client()
			fillForExport(t, from)
			here, there := newHost(t, from.Options().Addr), newHost(t, to.Options().Addr)
			file, again := path(t, "e.jsonl"), path(t, "again.jsonl")
			args := []string{"export", "*", "--groups", "--file", file}
			if packed {
				args = append(args, "--gzip")
			}
			if out := here.want(t, args...); !strings.HasPrefix(out, "4 entries of 3 streams exported to "+file) {
				t.Errorf("export says %q", out)
			}
			if out := there.want(t, "import", file, "--keep-ids", "--groups", "--yes"); !strings.HasPrefix(out, "4 entries added to 3 streams, 3 groups restored with 2 pending") {
				t.Errorf("import says %q", out)
			}
			for _, key := range []string{"events:a.b", "events:c.d", "events:e.f"} {
				if got, want := streamInfo(t, to, key), streamInfo(t, from, key); got != want {
					t.Errorf("%s is\n%s\nwant\n%s", key, got, want)
				}
			}
			there.want(t, "export", "*", "--groups", "--file", again)
			if got, want := timeless(lines(t, again, false)), timeless(lines(t, file, packed)); got != want {
				t.Errorf("exported again it is\n%s\nwant\n%s", got, want)
			}
			r := there.run(t.Context(), "", "import", file, "--keep-ids", "--yes", "--output", "json")
			if o := objects(t, r.out); r.code != program.ExitDone || o[0]["added"] != 0.0 || o[0]["already_there"] != 4.0 {
				t.Errorf("a second time: %+v", r)
			}
			if got, want := streamInfo(t, to, "events:a.b"), streamInfo(t, from, "events:a.b"); got != want {
				t.Errorf("after a second time it is\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// lines is what a file holds.
func lines(t *testing.T, name string, packed bool) string {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }() // only read
	var from io.Reader = file
	if packed {
		if from, err = gzip.NewReader(file); err != nil {
			t.Fatal(err)
		}
	}
	text, err := io.ReadAll(from)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheLinesOfAnExport(t *testing.T) {
	t.Parallel()
	clock := &handClock{now: atNoon}
	client := startEmbedded(t, clock.Now)
	fill(t, client, clock)
	r := newHost(t, client.Options().Addr).run(t.Context(), "", "export", "workflow.*", "audit.failed", "--groups")
	if r.code != program.ExitDone || !strings.HasPrefix(r.err, "4 entries of 2 streams exported to stdout") {
		t.Errorf("%+v", r)
	}
	golden.RequireEqual(t, r.out)
}

func TestAnExportHasTheRangeAndTheFilterThatWereAskedFor(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	fillForExport(t, client)
	h := newHost(t, client.Options().Addr)
	for _, c := range []struct {
		args []string
		ids  string
	}{
		{[]string{"a.b", "--from", "2-0", "--to", "4-1"}, "2-1 4-1"},
		{[]string{"events:a.b", "--to", "1-1"}, "1-1"},
		{[]string{"a.b", "--from", "5-0"}, ""},
		{[]string{"a.b", "--where", "wf:wf-1"}, "1-1"},
		{[]string{"a.*", "events:c.d"}, "1-1 2-1 4-1 2-0"},
	} {
		r := h.run(t.Context(), "", append([]string{"export"}, c.args...)...)
		var ids []string
		for _, o := range objects(t, r.out) {
			if o["fields"] != nil {
				ids = append(ids, o["id"].(string))
			} else if o["whole"] != (len(c.args) == 2) {
				t.Errorf("%v: %v", c.args, o)
			}
		}
		if got := strings.Join(ids, " "); r.code != program.ExitDone || got != c.ids {
			t.Errorf("%v: %s, want %s; %+v", c.args, got, c.ids, r)
		}
	}
}

func TestAFullDiskEndsAnExportWithAnAccount(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	pipe := client.Pipeline()
	for i := range 5000 {
		pipe.XAdd(t.Context(), &redis.XAddArgs{Stream: "events:a.b", ID: fmt.Sprintf("%d-0", i+1), Values: []any{"data", strings.Repeat("x", 200)}})
	}
	if _, err := pipe.Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	h := newHost(t, client.Options().Addr)
	if _, err := os.Stat("/dev/full"); err == nil {
		r := h.run(t.Context(), "", "export", "a.b", "--file", "/dev/full")
		if r.code != program.ExitFailed || !strings.Contains(r.err, "/dev/full: no space left on device; no entry made it into /dev/full") {
			t.Errorf("%+v", r)
		}
	}
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=400k", "none", dir).CombinedOutput(); err != nil {
		t.Skipf("a small disk can't be made here: %v, %s", err, out)
	}
	defer func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	}()
	file := filepath.Join(dir, "e.jsonl")
	r := h.run(t.Context(), "", "export", "a.b", "--file", file)
	text := lines(t, file, false)
	n := strings.Count(text, "\n")
	last := fmt.Sprintf("events:a.b/%d-0", n)
	if r.code != program.ExitFailed || n == 0 || n == 5000 || !strings.HasSuffix(text, "}\n") {
		t.Errorf("%d lines, %+v", n, r)
	}
	if want := "e.jsonl: no space left on device; " + words.Plural(n, "entry") + " made it into " + file + ", up to " + last; !strings.Contains(r.err, want) {
		t.Errorf("it says %q, want %q", r.err, want)
	}
}

// asLine is the line of an entry.
func asLine(id, value string) string {
	return `{"stream":"events:a.b","id":"` + id + `","fields":[{"name":"data","value":"` + value + `"}]}` + "\n"
}

func ids(t *testing.T, client *redis.Client, key string) string {
	t.Helper()
	entries, err := client.XRange(t.Context(), key, "-", "+").Result()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.ID)
	}
	return strings.Join(all, " ")
}

func TestABrokenLineEndsAnImportAndIsNamed(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	h := newHost(t, client.Options().Addr)
	text := asLine("1-1", "a") + "\n" + `{"stream":"events:a.b","id":"2-1"` + "\n" + asLine("3-1", "c")
	r := h.run(t.Context(), text, "import", "-", "--keep-ids", "--yes")
	if r.code != program.ExitFailed || r.out != "" || !strings.Contains(r.err, "stdin, line 3: not an entry: broken JSON") ||
		!strings.Contains(r.err, "1 entry of stdin added: mend the line and go on with --from-line 3, or leave such lines out with --continue") {
		t.Errorf("%+v", r)
	}
	if got := ids(t, client, "events:a.b"); got != "1-1" {
		t.Errorf("sent: %s", got)
	}
	r = h.run(t.Context(), text, "import", "-", "--keep-ids", "--yes", "--continue", "--output", "json")
	if o := objects(t, r.out); r.code != program.ExitFailed || o[0]["added"] != 1.0 || o[0]["already_there"] != 1.0 || o[0]["left_out"] != 1.0 ||
		!strings.Contains(r.err, "left out: stdin, line 3: ") || !strings.Contains(r.err, "1 line left out") {
		t.Errorf("%+v", r)
	}
	if got := ids(t, client, "events:a.b"); got != "1-1 3-1" {
		t.Errorf("sent: %s", got)
	}
}

func TestAnImportNeverOverwrites(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	h := newHost(t, client.Options().Addr)
	send(t, client, `XADD events:a.b 2-1 data other`)
	r := h.run(t.Context(), asLine("2-1", "b")+asLine("3-1", "c"), "import", "-", "--keep-ids", "--yes")
	if r.code != program.ExitFailed || !strings.Contains(r.err, "stdin, line 1: events:a.b/2-1: the stream has come past that ID, and has no such entry") ||
		!strings.Contains(r.err, "1 of the lines after it, up to line 2, were on their way and were added") {
		t.Errorf("%+v", r)
	}
	if got := ids(t, client, "events:a.b"); got != "2-1 3-1" {
		t.Errorf("sent: %s", got)
	}
	r = h.run(t.Context(), asLine("2-1", "b"), "import", "-", "--new-ids", "--yes")
	if got := strings.Fields(ids(t, client, "events:a.b")); r.code != program.ExitDone || len(got) != 3 {
		t.Errorf("%+v: %s", r, got)
	}
}

func TestAnInterruptedImportSaysWhereToGoOn(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	h := newHost(t, client.Options().Addr)
	ctx, interrupt := context.WithCancel(t.Context())
	in, typed := io.Pipe()
	var out, stderr programtest.Screen
	ended := make(chan int)
	go func() {
		ended <- Main(ctx, []string{"import", "-", "--keep-ids", "--yes"}, h.streams(in, &out, &stderr))
	}()
	const batch = 1000
	var text strings.Builder
	for i := range batch {
		text.WriteString(asLine(fmt.Sprintf("%d-1", i+1), "x"))
	}
	if _, err := io.WriteString(typed, text.String()); err != nil {
		t.Fatal(err)
	}
	redistest.Eventually(t, patience, func() bool { return client.XLen(t.Context(), "events:a.b").Val() == batch }, "the first batch is there")
	interrupt()
	if code := <-ended; code != program.ExitFailed || out.String() != "" {
		t.Errorf("exit %d, stdout %q", code, out.String())
	}
	if err := typed.Close(); err != nil {
		t.Error(err)
	}
	if want := "interrupted; 1,000 entries of stdin added: go on with --from-line 1001"; !strings.Contains(stderr.String(), want) {
		t.Errorf("it says %q, want %q", stderr.String(), want)
	}
}

func TestAnImportWantsToKnow(t *testing.T) {
	t.Parallel()
	client := startEmbedded(t, (&handClock{now: atNoon}).Now)
	h := newHost(t, client.Options().Addr)
	line := asLine("1-1", "a")
	noID := strings.Replace(line, `"id":"1-1",`, "", 1)
	for _, c := range []struct {
		in   string
		args []string
		says string
	}{
		{line, []string{"-", "--yes"}, "say --keep-ids to add them under these, or --new-ids for IDs of now"},
		{line, []string{"-", "--keep-ids"}, "--yes"},
		{line, []string{"-", "--keep-ids", "--new-ids"}, "leave one of the two out"},
		{line, []string{"-", "--new-ids", "--groups"}, "they need --keep-ids"},
		{line, []string{"-", "--keep-ids", "--from-line", "0"}, "--from-line 0"},
		{noID, []string{"-"}, "--yes"},
	} {
		if r := h.run(t.Context(), c.in, append([]string{"import"}, c.args...)...); r.code != program.ExitWrongUse || !strings.Contains(r.err, c.says) {
			t.Errorf("%v: %+v, want %q", c.args, r, c.says)
		}
	}
	for args, says := range map[string]string{"- --new-ids --yes": "stdin is empty", "/no/such/file --new-ids --yes": "no such file"} {
		if r := h.run(t.Context(), "", append([]string{"import"}, strings.Fields(args)...)...); r.code != program.ExitFailed || !strings.Contains(r.err, says) {
			t.Errorf("%s: %+v", args, r)
		}
	}
	r := h.run(t.Context(), line, "import", "-", "--keep-ids", "--yes", "--read-only")
	if r.code != program.ExitFailed || !strings.Contains(r.err, "changes are off") {
		t.Errorf("read-only: %+v", r)
	}
	r = h.run(t.Context(), line, "import", "-", "--keep-ids", "--dry-run")
	if r.code != program.ExitDone || r.out != "XADD events:a.b 1-1 data a\n" || !strings.Contains(r.err, "1 entry would be added to 1 stream; nothing was sent") {
		t.Errorf("dry run: %+v", r)
	}
	if n := client.Exists(t.Context(), "events:a.b").Val(); n != 0 {
		t.Error("something was sent")
	}
	if r := h.run(t.Context(), noID, "import", "-", "--yes"); r.code != program.ExitDone {
		t.Errorf("without an ID: %+v", r)
	}
}
