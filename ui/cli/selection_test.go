package cli

import (
	"fmt"
	"strings"
	"testing"

	"streamdesk/ui/cli/program"
)

func TestAWrongLineOnStdinIsNamedByItsNumber(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("1-1\n", 5000)
	for _, c := range []struct{ text, says string }{
		{"1-1\nfoo\n", `line 2: not an entry ID: "foo"`},
		{"ID  CONSUMER\n1-1  c\n", `line 1: not an entry ID: "ID  CONSUMER"`},
		{"1-1\n0-0\n", `line 2: not an entry ID: "0-0"`},
		{"1-1\n+\n", `line 2: not an entry ID: "+"`},
		{long + "\n1-1-1\n", `line 5002: not an entry ID: "1-1-1"`},
		{"\n\nfoo\n", `line 3: not an entry ID: "foo"`},
		{"[\n{\"id\":\"1-1\"},\n{\"id\":\"x\"}\n]", `line 3: not an entry ID: "x"`},
		{"[\n{\"id\":\"1-1\"},\n\n{\"stream\":\"events:a\"}\n]", `line 4: it has no "id"`},
		{"{\"id\":\"1-1\"}\n{\"id\":1}\n", "line 2: not a list of entries in JSON"},
		{"{\"id\":\"1-1\"}\n{\"id\":\"1-1\",}\n", "line 2: not a list of entries in JSON: invalid character '}'"},
		{"{\"id\":\"1-1\"}\n{\"id\":\"1-1\"", "line 2: not a list of entries in JSON: it ends in the middle"},
		{"[\n{\"id\":\"1-1\"}\n", "line 2: not a list of entries in JSON: it ends in the middle"},
		{"{\"id\":\"1-1\"}\n2-2\n", "line 2: not a list of entries in JSON"},
		{strings.Repeat("{\"id\":\"1-1\"}\n", 5000) + "{}", `line 5001: it has no "id"`},
		{"[[[[{}]]]]", "line 1: arrays in arrays"},
	} {
		h := newHost(t, startEmbedded(t, (&handClock{now: atNoon}).Now).Options().Addr)
		r := h.run(t.Context(), c.text, "ack", "audit.failed", "db_writers", "-", "--yes")
		if r.code != program.ExitWrongUse || r.out != "" || !strings.Contains(r.err, "stdin, "+c.says) {
			t.Errorf("%.60q: exit %d, stderr %q, want %q", c.text, r.code, r.err, c.says)
		}
	}
}

func TestAWrongSelectionIsWrongUse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"ack", "a.b", "g"}, "no entries are chosen: give their IDs, - for stdin, a filter such as --from or --where, or --all"},
		{[]string{"ack", "a.b"}, "1 arguments given, want: streamdesk ack STREAM GROUP [ID…]"},
		{[]string{"ack"}, "0 arguments given"},
		{[]string{"ack", "a.b", "g", "1-1", "x"}, `not an entry ID: "x"`},
		{[]string{"ack", "a.b", "g", "1-1", "-"}, "- takes the entries from stdin"},
		{[]string{"ack", "a.b", "g", "1-1", "--idle", "5m"}, "--idle: the entries are named already"},
		{[]string{"ack", "-", "--all"}, "--all: the entries are named already"},
		{[]string{"ack", "a.b", "g", "--all", "--idle", "5m"}, "--all and --idle: leave one of the two out"},
		{[]string{"ack", "a.b", "g", "--idle", "soon"}, `--idle "soon": not a length of time`},
		{[]string{"ack", "a.b", "g", "--deliveries", "-1"}, "--deliveries -1: want 1 or more"},
		{[]string{"ack", "a.b", "g", "--from", "x"}, `--from "x": want an entry ID`},
		{[]string{"ack", "a.b", "g", "--to", "x"}, `--to "x": want an entry ID`},
		{[]string{"ack", "a.b", "g", "--where", "foo:bar"}, `--where: filter, column 1: unknown term "foo:"`},
		{[]string{"ack", "a.b", "g", "--where", "state:pending"}, "--where: state: and group: need the desk"},
		{[]string{"delete", "a.b", "--idle", "5m"}, "--consumer, --idle and --deliveries are of pending entries: say of which group with --group"},
		{[]string{"republish", "a.b", "1-1", "--ack"}, "--ack: say with --group in which group"},
		{[]string{"claim", "a.b", "g", "1-1"}, "--for: name a consumer: the entries need an owner"},
		{[]string{"claim", "a.b", "g", "1-1", "--for", "c", "--min-idle", "x"}, `--min-idle "x": not a length of time`},
		{[]string{"claim", "a.b", "g", "1-1", "--for", "c", "--set-deliveries", "x"}, `--set-deliveries "x": want a number`},
		{[]string{"trim", "a.b", "--max-len", "5"}, "--max-len heeds no group: add --hard"},
		{[]string{"trim", "a.b", "--hard"}, "--max-len: say how many entries stay"},
		{[]string{"trim", "a.b", "--max-len", "5", "--hard", "--before", "1-1"}, "--before and --max-len: give one of the two"},
		{[]string{"trim", "a.b", "--max-len", "-5", "--hard"}, `--max-len "-5": want a number, 0 or more`},
		{[]string{"trim", "a.b", "--before", "x"}, `--before "x": want an entry ID`},
		{[]string{"group"}, "name what to do: create, destroy or setid"},
		{[]string{"group", "crate"}, `there is no command "crate"; did you mean create?`},
		{[]string{"group", "create", "a.b", "g", "--after", "x"}, `--after "x": want 0, $, an ID`},
		{[]string{"group", "setid", "a.b", "g", "x"}, `"x": want 0, $, an ID`},
		{[]string{"consumer"}, "name what to do: delete or move"},
		{[]string{"consumer", "move", "a.b", "g", "c"}, "--to: name a consumer"},
		{[]string{"consumer", "move", "a.b", "g", "c", "--to", "c"}, "--to c: it is the consumer that has them"},
		{[]string{"consumer", "delete", "a.b", "g", "c", "--move-to", "c"}, "--move-to c: it is the consumer that goes"},
		{[]string{"deadletters", "a.b", "--count", "0"}, "--count 0: want 1 or more"},
	} {
		r := newHost(t, "127.0.0.1:1").run(t.Context(), "", append(c.args, "--yes")...)
		if strings.HasPrefix(c.args[0], "deadletters") || len(c.args) == 1 && c.args[0] != "ack" || c.args[len(c.args)-1] == "crate" {
			r = newHost(t, "127.0.0.1:1").run(t.Context(), "", c.args...)
		}
		if r.code != program.ExitWrongUse || r.out != "" || !strings.Contains(r.err, c.says) {
			t.Errorf("%v: exit %d, stdout %q, stderr %q, want %q", c.args, r.code, r.out, r.err, c.says)
		}
	}
}

// ids are the IDs of the entries that a dry run acts on.
func actsOn(t *testing.T, h *host, stdin string, args ...string) string {
	t.Helper()
	r := h.run(t.Context(), stdin, append(args, "--dry-run")...)
	if r.code != program.ExitDone {
		t.Fatalf("%v: %+v", args, r)
	}
	return strings.Join(newIDs.FindAllString(r.out, -1), " ")
}

func TestEveryWayOfChoosingEntries(t *testing.T) {
	t.Parallel()
	for kind, start := range servers {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			clock := &handClock{now: atNoon}
			client := start(t, clock)
			fill(t, client, clock)
			h := newHost(t, client.Options().Addr)
			const gone, broken, last = "1762341120000-0", "1762341180000-3", "1762341240000-0"
			send(t, client, "XCLAIM events:audit.failed db_writers worker-7 0 "+last+" IDLE 500000 RETRYCOUNT 9 JUSTID")
			of := func(ids ...string) string { return strings.Join(ids, " ") }
			for _, c := range []struct {
				filters []string
				want    string
			}{
				{[]string{"--all"}, of(gone, broken, last)},
				{[]string{"--from", broken}, of(broken, last)},
				{[]string{"--from", "1762341180000-4"}, last},
				{[]string{"--to", "1762341180000"}, of(gone, broken)},
				{[]string{"--to", "1762341180000-2"}, gone},
				{[]string{"--from", "2025-11-05T11:13:00Z", "--to", "2025-11-05T11:13:00Z"}, broken},
				{[]string{"--from", "1762341190000-0", "--to", "1762341200000-0"}, ""},
				{[]string{"--where", "broken"}, broken},
				{[]string{"--where", "type:audit.* -broken"}, of(gone, last)},
				{[]string{"--where", `jq:.text|test("ok")`}, last},
				{[]string{"--idle", "5m"}, last},
				{[]string{"--deliveries", "2"}, last},
				{[]string{"--consumer", "worker-2"}, of(gone, broken)},
				{[]string{"--consumer", "nobody"}, ""},
				{[]string{"--consumer", "worker-2", "--where", "broken"}, broken},
				{[]string{last, broken, last}, of(last, broken)},
			} {
				if got := actsOn(t, h, "", append([]string{"ack", "audit.failed", "db_writers"}, c.filters...)...); got != c.want {
					t.Errorf("%v: %q, want %q", c.filters, got, c.want)
				}
			}
			for _, c := range []struct {
				filters []string
				want    string
			}{
				{[]string{"--all"}, of(broken, last)},
				{[]string{"--from", last}, last},
				{[]string{"--where", "工作"}, last},
				{[]string{"--group", "db_writers", "--consumer", "worker-7"}, last},
			} {
				if got := actsOn(t, h, "", append([]string{"delete", "audit.failed"}, c.filters...)...); got != c.want {
					t.Errorf("delete %v: %q, want %q", c.filters, got, c.want)
				}
			}
			rows := h.want(t, "pending", "audit.failed", "db_writers", "--output", "json")
			for _, args := range [][]string{{"-"}, {"audit.failed", "db_writers", "-"}, {"events:audit.failed", "db_writers", "-"}} {
				if got := actsOn(t, h, rows, append([]string{"ack"}, args...)...); got != of(gone, broken, last) {
					t.Errorf("ack %v: %q", args, got)
				}
			}
			for _, c := range []struct{ stdin, args, says string }{
				{rows, "audit.failed websocket_workers -", "stdin, line 2: entry " + gone + " is pending in db_writers, not in websocket_workers"},
				{rows, "workflow.started db_writers -", "stdin, line 2: entry " + gone + " is of events:audit.failed, not of events:workflow.started"},
				{"1-1", "-", "stdin, line 1: it doesn't say which stream it is of"},
				{`{"stream":"events:audit.failed","id":"1-1"}`, "-", "stdin, line 1: it doesn't say in which group it is pending"},
				{"1-1", "audit.failed db_writers --from 5-5 --to 4-4", "the range ends at 4-4, before it begins at 5-5: swap --from and --to"},
			} {
				r := h.run(t.Context(), c.stdin, append(append([]string{"ack"}, strings.Fields(c.args)...), "--yes")...)
				if r.code != program.ExitWrongUse || r.out != "" || !strings.Contains(r.err, c.says) {
					t.Errorf("%s: %+v, want %q", c.args, r, c.says)
				}
			}
			both := rows[:len(rows)-3] + "," + h.want(t, "pending", "workflow.started", "db_writers", "--output", "json")[1:]
			r := h.run(t.Context(), both, "ack", "-", "--yes", "--output", "json")
			if o := objects(t, r.out); r.code != program.ExitDone || len(o) != 2 || o[0]["changed"] != 3.0 || o[1]["stream"] != "events:workflow.started" || o[1]["changed"] != 1.0 {
				t.Errorf("of two streams: %+v", r)
			}
		})
	}
}

func TestAnEmptySelectionIsSaid(t *testing.T) {
	t.Parallel()
	clock := &handClock{now: atNoon}
	client := startEmbedded(t, clock.Now)
	fill(t, client, clock)
	h := newHost(t, client.Options().Addr)
	for _, args := range [][]string{{"ack", "audit.failed", "db_writers", "--idle", "9h"}, {"ack", "-"}, {"ack", "audit.failed", "db_writers", "-"}} {
		r := h.run(t.Context(), "[]", append(args, "--yes")...)
		if r.code != program.ExitDone || r.out != "" || r.err != "no entry is chosen: nothing was changed\n" {
			t.Errorf("%v: %+v", args, r)
		}
	}
	r := h.run(t.Context(), "", "ack", "audit.failed", "db_writers", "--idle", "9h", "--yes", "--output", "json")
	if o := objects(t, r.out); r.code != program.ExitDone || len(o) != 1 || o[0]["selected"] != 0.0 || o[0]["changed"] != 0.0 || fmt.Sprint(o[0]["entries"]) != "[]" {
		t.Errorf("as JSON: %+v", r)
	}
}
