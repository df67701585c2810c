package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/trail"
)

// auditFile is where a host keeps its audit file.
func auditFile(h *host) string {
	return filepath.Join(h.env["HOME"], ".local", "state", "streamdesk", "audit.jsonl")
}

// auditOf reads the audit file of a host.
func auditOf(t *testing.T, h *host) []trail.Line {
	t.Helper()
	file, err := os.Open(auditFile(h))
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
	t.Parallel()
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
		if line.Address != client.Options().Addr+"/0" || line.Profile != "default" || time.Time(line.Time).IsZero() || line.Reply == "" {
			t.Errorf("the line %+v", line)
		}
		got = append(got, line.Action+" "+line.Command[0])
	}
	if want := "[ack XACK dead-letter XADD dead-letter XACK requeue XADD requeue XDEL group create XGROUP trim XTRIM]"; fmt.Sprint(got) != want {
		t.Errorf("written down are %v, want %s", got, want)
	}
}

func TestAnAuditFileThatCannotBeWrittenIsToldAndStopsNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		stdin string
		args  []string
		done  string
	}{
		{"", []string{"ack", "audit.failed", "db_writers", "--all", "--yes"}, "acked 3 of 3 in group db_writers on events:audit.failed"},
		{"", []string{"publish", "a.b"}, "events:a.b "},
		{`{"type":"a.b"}`, []string{"publish", "--jsonl", "-"}, "1 events published to 1 streams"},
		{`{"stream":"events:a.b","fields":[{"name":"n","value":"1"}]}`, []string{"import", "-", "--yes"}, "1 entry added to 1 stream"},
		{"", []string{"replay", "a2a.message", "--into", "a.b", "--yes"}, "1 entry replayed to events:a.b"},
	} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			t.Parallel()
			h, _ := filled(t)
			h.env["STREAMDESK_DESK_AUDIT_FILE"] = filepath.Join(h.env["HOME"], "no.toml", "audit.jsonl")
			if err := os.WriteFile(filepath.Join(h.env["HOME"], "no.toml"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			r := h.run(t.Context(), c.stdin, c.args...)
			if r.code != program.ExitDone || !strings.HasPrefix(r.out, c.done) || strings.Count(r.err, "misses changes") != 1 {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestAPublishedEventIsWrittenDownWithItsCommandAndID(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	h := newHost(t, client.Options().Addr)
	_, id, _ := strings.Cut(strings.TrimSpace(h.want(t, "publish", "a.b", "--workflow", "wf-1")), " ")
	h.want(t, "publish", "a.b", "--dry-run")
	send(t, client, "SET events:c.d x")
	if r := h.run(t.Context(), "", "publish", "c.d"); r.code != program.ExitFailed {
		t.Errorf("%+v", r)
	}
	lines := auditOf(t, h)
	if len(lines) != 2 {
		t.Fatalf("%d lines: %+v", len(lines), lines)
	}
	if one := lines[0]; one.Action != "publish" || one.Stream != "events:a.b" || one.Reply != id || one.Error != "" || time.Time(one.Time).IsZero() ||
		!strings.HasPrefix(strings.Join(one.Command, " "), `XADD events:a.b * data {"id":"`) || one.Address != client.Options().Addr+"/0" {
		t.Errorf("the event's line is %+v", one)
	}
	if one := lines[1]; one.Stream != "events:c.d" || !strings.Contains(one.Error, "WRONGTYPE") || one.Command != nil {
		t.Errorf("the refused event's line is %+v", one)
	}
}

// bulk is what a line of the audit file says of a bulk, but for the server and the time.
func bulk(line *trail.Line) string {
	count := "no count"
	if line.Count != nil {
		count = fmt.Sprint(*line.Count)
	}
	return fmt.Sprintf("%s %s%v %v %s: %s", line.Action, line.Stream, line.Streams, line.IDs, count, line.Reply)
}

func TestABulkIsOneLineWithItsStreamsItsFirstAndLastEntryAndItsCount(t *testing.T) {
	t.Parallel()
	client, other := redistest.Start(t).Client(), redistest.Start(t).Client()
	fillForReplay(t, client, 6)
	h := newHost(t, client.Options().Addr)
	entry := `{"stream":"events:%s","id":"%d-0","fields":[{"name":"n","value":"1"}]}` + "\n"
	first, last := "1700000000000-0", "1700000005000-0"
	for _, c := range []struct {
		stdin string
		args  []string
		to    string // the server that is changed
		says  string // N stands for IDs of now
	}{
		{
			strings.Repeat(`{"type":"e.f"}`+"\n", batchSize+1) + `{"type":"g.h"}`,
			[]string{"publish", "--jsonl", "-"},
			client.Options().Addr,
			"publish [events:e.f events:g.h] [N N] 502: 502 events published to 2 streams",
		},
		{
			fmt.Sprintf(entry+entry+entry, "i.j", 1, "i.j", 2, "i.j", 3),
			[]string{"import", "-", "--keep-ids", "--yes"},
			client.Options().Addr,
			"import events:i.j[] [1-0 3-0] 3: 3 entries added to 1 stream",
		},
		{
			fmt.Sprintf(entry+entry, "i.j", 3, "k.l", 4),
			[]string{"import", "-", "--keep-ids", "--yes"},
			client.Options().Addr,
			"import events:k.l[] [4-0] 1: 1 entry added to 2 streams, 1 already there",
		},
		{
			"",
			[]string{"replay", "a.b", "c.d", "--into", "redis://" + other.Options().Addr + "/0", "--speed", "max", "--yes"},
			other.Options().Addr,
			"replay [events:a.b events:c.d] [N N] 6: 6 entries replayed from 2 streams to 2 streams",
		},
		{
			"",
			[]string{"replay", "a.b", "--into-prefix", "again:", "--from", first, "--to", last, "--speed", "max", "--yes"},
			client.Options().Addr,
			"replay again:a.b[] [N N] 3: 3 entries replayed from 1 stream to 1 stream",
		},
	} {
		before := 0
		if _, err := os.Stat(auditFile(h)); err == nil {
			before = len(auditOf(t, h))
		}
		if r := h.run(t.Context(), c.stdin, c.args...); r.code != program.ExitDone || r.err != "" {
			t.Fatalf("%v: %+v", c.args, r)
		}
		lines := auditOf(t, h)[before:]
		if len(lines) != 1 {
			t.Fatalf("%v: %d lines", c.args, len(lines))
		}
		line := &lines[0]
		if got := ofNow.ReplaceAllString(bulk(line), "N"); got != c.says || line.Error != "" || line.Address != c.to+"/0" || time.Time(line.Time).IsZero() {
			t.Errorf("%v: %s\nwant %s\nin %+v", c.args, got, c.says, line)
		}
	}
}

// ofNow are IDs that a server has made, or that came in: those of an import are shorter here.
var ofNow = regexp.MustCompile(`\d{13}-\d+`)

func TestABulkThatFailsHalfWayIsWrittenDownWithItsError(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		stdin string
		args  []string
		says  string
		why   string
	}{
		{
			`{"type":"e.f"}` + "\n{",
			[]string{"publish", "--jsonl", "-"},
			"publish events:e.f[] [N] 1: 1 event published to 1 stream", "stdin, line 2: not an event",
		},
		{
			`{"stream":"events:e.f","id":"1-0","fields":[{"name":"n","value":"1"}]}` + "\n{",
			[]string{"import", "-", "--keep-ids", "--yes"},
			"import events:e.f[] [1-0] 1: 1 entry added to 1 stream", "go on with --from-line 2",
		},
		{
			"",
			[]string{"replay", "a.b", "c.d", "--into-prefix", "again:", "--speed", "max", "--yes"},
			"replay again:a.b[] [N N] 2: 2 entries replayed from 2 streams to 1 stream", "WRONGTYPE",
		},
	} {
		t.Run(c.args[0], func(t *testing.T) {
			t.Parallel()
			client := redistest.Start(t).Client()
			fillForReplay(t, client, 4)
			send(t, client, "SET again:c.d x")
			h := newHost(t, client.Options().Addr)
			if r := h.run(t.Context(), c.stdin, c.args...); r.code != program.ExitFailed {
				t.Errorf("%+v", r)
			}
			lines := auditOf(t, h)
			if got := ofNow.ReplaceAllString(bulk(&lines[0]), "N"); len(lines) != 1 || got != c.says || !strings.Contains(lines[0].Error, c.why) {
				t.Errorf("%s\nwant %s\nin %+v", got, c.says, lines)
			}
		})
	}
}

func TestABulkThatSendsNothingIsNotWrittenDown(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	fillForReplay(t, client, 2)
	h := newHost(t, client.Options().Addr)
	for _, c := range []struct {
		stdin string
		args  []string
	}{
		{`{"type":"e.f"}`, []string{"publish", "--jsonl", "-", "--dry-run"}},
		{"{", []string{"publish", "--jsonl", "-"}},
		{`{"stream":"events:a.b","fields":[{"name":"n","value":"1"}]}`, []string{"import", "-", "--dry-run"}},
		{"{", []string{"import", "-", "--yes"}},
		{"", []string{"replay", "a.b", "--into", "x.y", "--dry-run"}},
		{"", []string{"replay", "a.b", "--into", "x.y", "--to", "1-0", "--yes"}},
	} {
		h.run(t.Context(), c.stdin, c.args...)
		if _, err := os.Stat(auditFile(h)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%v: there is an audit file, %v", c.args, err)
		}
	}
}
