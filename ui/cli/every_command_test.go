package cli

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/redis/go-redis/v9"
	"github.com/spf13/cobra"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
)

// walked is one command as it is run against a real server: in text, as JSON, as a dry run where it changes something, and
// once so that it fails.
type walked struct {
	// args are the command and its arguments; it acts on the bus that fill makes.
	args []string
	// before are Redis commands that come first.
	before []string
	stdin  string
	change bool
	// needs are what the server must be able to do for the output to be as it is; fails does without.
	needs []redistest.Ability
	// fails are arguments with which it fails.
	fails []string
}

// plans schedule two events.
var plans = []string{
	scheduledAt("events:workflow.retried", "e-2", "2100-01-02T03:04:05Z"), scheduledAt("events:audit.started", "e-1", "2099-02-03T04:05:06Z"),
}

// walk has every command but those that have tests of their own, which are named below.
var walk = []walked{
	{args: []string{"streams"}, needs: tellsLag, fails: []string{"streams", "events:a"}},
	{args: []string{"groups"}, needs: tellsLag, fails: []string{"groups", "no.such"}},
	{args: []string{"consumers"}, fails: []string{"consumers", "audit.failed", "nobody"}},
	{args: []string{"pending", "audit.failed", "db_writers", "--payloads"}, fails: []string{"pending", "audit.failed", "nobody"}},
	{args: []string{"tail", "audit.*", "--from", "0", "--count", "2"}, fails: []string{"tail", "--from", "soon"}},
	{args: []string{"scheduled"}, before: plans, fails: []string{"scheduled", "--count", "0"}},
	{
		args: []string{"scheduled", "cancel", "workflow.retried", "e-2"}, before: plans, change: true,
		fails: []string{"scheduled", "cancel", "workflow.retried", "e-9", "--yes"},
	},
	{args: []string{"publish", "workflow.retried", "--workflow", "wf-1", "--data", `{"n":1}`}, fails: []string{"publish", "not.a.stream"}},
	{
		args: []string{"ack", "audit.failed", "db_writers", "1762341120000-0", "1762341180000-3", "1762341300000-0"}, change: true,
		fails: []string{"ack", "audit.failed", "nobody", "1-1", "--yes"},
	},
	{
		args: []string{"ackdel", "audit.failed", "db_writers", "1762341180000-3", "1762341240000-0", "1762341300000-0"}, change: true,
		needs: []redistest.Ability{"XACKDEL"}, fails: []string{"ackdel", "audit.failed", "nobody", "1-1", "--yes"},
	},
	{
		args: []string{"claim", "audit.failed", "db_writers", "--for", "worker-9", "--all"}, change: true, needs: []redistest.Ability{redistest.ClaimForgets},
		fails: []string{"claim", "no.such", "db_writers", "1-1", "--for", "worker-9", "--yes"},
	},
	{
		args: []string{"republish", "workflow.started", "--group", "db_writers", "--all", "--ack"}, change: true,
		fails: []string{"republish", "workflow.started", "9-9", "--yes"},
	},
	{
		args: []string{"deadletter", "audit.failed", "db_writers", "--where", "broken", "--reason", "it is broken"}, change: true,
		fails: []string{"deadletter", "audit.failed", "db_writers", "1762341120000-0", "--yes"},
	},
	{args: []string{"deadletters", "audit.failed"}, before: letters, fails: []string{"deadletters", "audit.failed", "--count", "0"}},
	{args: []string{"requeue", "audit.failed", "--group", "db_writers"}, before: letters, change: true, fails: []string{"requeue", "a2a.message", "--all", "--yes"}},
	{
		args: []string{"delete", "audit.failed", "1762341120000-0", "1762341180000-3"}, change: true,
		fails: []string{"delete", "no.such", "1-0", "--yes"},
	},
	{args: []string{"trim", "workflow.started", "--max-len", "1", "--hard"}, change: true, fails: []string{"trim", "audit.failed", "--before", "1762341240000-0", "--yes"}},
	{args: []string{"group", "create", "a2a.message", "readers", "--after", "0"}, change: true, fails: []string{"group", "create", "no.such", "readers", "--yes"}},
	{args: []string{"group", "setid", "audit.failed", "websocket_workers", "0"}, change: true, needs: tellsLag, fails: []string{"group", "setid", "audit.failed", "nobody", "0", "--yes"}},
	{args: []string{"group", "destroy", "audit.failed", "db_writers"}, change: true, needs: tellsLag, fails: []string{"group", "destroy", "audit.failed", "nobody", "--yes"}},
	{args: []string{"pause", "db_writers", "--for", "30m", "--by", "ann", "--why", "a move"}, change: true, fails: []string{"pause", "nobody", "--yes"}},
	{args: []string{"resume", "db_writers"}, before: []string{`SET paused:events:db_writers '{"by":"ann","since":1762341300000}'`}, change: true, fails: []string{"resume", "nobody", "--yes"}},
	{args: []string{"limit", "db_writers", "200/s"}, change: true, fails: []string{"limit", "db_writers", "fast", "--yes"}},
	{
		args: []string{"consumer", "move", "audit.failed", "db_writers", "worker-2", "--to", "worker-9"}, change: true, needs: []redistest.Ability{redistest.ClaimForgets},
		fails: []string{"consumer", "move", "audit.failed", "db_writers", "nobody", "--to", "worker-9", "--yes"},
	},
	{
		args: []string{"consumer", "delete", "audit.failed", "db_writers", "worker-2", "--move-to", "worker-9"}, change: true, needs: []redistest.Ability{redistest.ClaimForgets},
		fails: []string{"consumer", "delete", "audit.failed", "db_writers", "worker-2", "--yes"},
	},
}

// tellsLag is needed by what shows how far a group has come.
var tellsLag = []redistest.Ability{redistest.Lag}

// letters are three dead letters: of two groups, and one that doesn't say where it came from.
var letters = []string{
	`XADD dead:events:audit.failed 1762341300000-0 data '{"id":"e4"' origin events:audit.failed/1762341180000-3 group db_writers attempt 10 reason 'disk full'`,
	`XADD dead:events:audit.failed 1762341301000-0 data '{}' origin events:audit.failed/1762341240000-0 group websocket_workers attempt 3 reason poison`,
	`XADD dead:events:audit.failed 1762341302000-0 data '{}'`,
}

// walkedElsewhere have tests of their own.
var walkedElsewhere = []string{"demo", "bench", "doctor", "completion", "version", "workflow", "workflows", "delivery", "replay", "export", "import", "man", "work", "check", "exporter", "watch", "serve", "record", "history", "retention", "incident", "open", "help"}

var (
	newIDs   = regexp.MustCompile(`\b1\d{12}-\d+\b`)
	uuids    = regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b`)
	since    = regexp.MustCompile(`(since\\*":)\d{13}`)
	nowTimes = regexp.MustCompile(`\b20(2[6-9]|[3-9]\d)-\d\d-\d\dT[0-9:.]+Z`)
)

// steady takes out of an output what the server and the clock make up. Entries that the tests made keep their IDs.
func steady(out string) string {
	out = newIDs.ReplaceAllStringFunc(out, func(id string) string {
		if strings.HasPrefix(id, "17623") {
			return id
		}
		return "NEW-ID"
	})
	out = since.ReplaceAllString(out, "${1}NOW")
	out = strings.ReplaceAll(uuids.ReplaceAllString(out, "UUID"), `"inactive_seconds":null`, `"inactive_seconds":N`)
	return timeless(nowTimes.ReplaceAllString(out, "NOW"))
}

var inactive = regexp.MustCompile(`(?m)^(events:.* AGE) (AGE|\?)$`)

// sinceWhen makes the last column of consumers, since when one has been given nothing, the same of every server: it is told
// where the server tells it.
func sinceWhen(t *testing.T, out string) string {
	t.Helper()
	want := "?"
	if redistest.Has(t, redistest.Inactive) {
		want = "AGE"
	}
	for _, row := range inactive.FindAllStringSubmatch(out, -1) {
		if row[2] != want {
			t.Errorf("%q ends with %s, want %s", row[0], row[2], want)
		}
	}
	return inactive.ReplaceAllString(out, "$1 SINCE")
}

var deletes = regexp.MustCompile(`XDELEX(\W+)(events:[\w.]+)\W+DELREF\W+IDS\W+\d+(\W+)`)

// deletion makes what deletes entries the same of every server: XDELEX is sent where there is one.
func deletion(t *testing.T, out string) string {
	t.Helper()
	if strings.HasPrefix(out, "$ streamdesk delete ") && strings.Contains(out, "XDEL") && strings.Contains(out, "XDELEX") != redistest.Has(t, "XDELEX") {
		t.Errorf("XDELEX is known: %v, and sent is %s", redistest.Has(t, "XDELEX"), out)
	}
	return deletes.ReplaceAllString(out, "XDEL$1$2$3")
}

//nolint:tparallel // its parts share a server
func TestEveryCommand(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := server.Client()
	h := newHost(t, server.Addr())
	for _, c := range walk {
		words := c.args[:1]
		if map[string]bool{"group": true, "consumer": true, "scheduled": len(c.args) > 1}[c.args[0]] {
			words = c.args[:2]
		}
		runs := []struct {
			name string
			args []string
			code int
		}{
			{"text", slices.Clone(c.args), program.ExitDone},
			{"json", append(slices.Clone(c.args), "--output", "json"), program.ExitDone},
			{"failure", c.fails, -1},
		}
		if c.change {
			runs[0].args, runs[1].args = append(runs[0].args, "--yes"), append(runs[1].args, "--yes")
			runs = append(runs, runs[0], runs[1])
			runs[3].name, runs[3].args = "dry-run", append(slices.Clone(c.args), "--dry-run")
			runs[4].name, runs[4].args = "dry-run json", append(slices.Clone(c.args), "--dry-run", "--output", "json")
		}
		for _, run := range runs {
			t.Run(strings.Join(words, " ")+"/"+run.name, func(t *testing.T) {
				if run.code == program.ExitDone {
					redistest.Needs(t, c.needs...)
				}
				send(t, client, "FLUSHALL")
				fill(t, client, &handClock{now: atNoon})
				for _, line := range c.before {
					send(t, client, line)
				}
				before := dump(t, client)
				r := h.run(t.Context(), c.stdin, run.args...)
				if run.code == program.ExitDone && r.code != program.ExitDone || run.code < 0 && r.code == program.ExitDone {
					t.Errorf("exit %d, stderr %q", r.code, r.err)
				}
				if strings.HasPrefix(run.name, "dry") || !c.change && c.args[0] != "publish" {
					if after := dump(t, client); after != before {
						t.Errorf("it changed something:\n%s\nbefore:\n%s", after, before)
					}
				}
				out := steady(fmt.Sprintf("$ streamdesk %s\n%s--- stderr, exit %d\n%s", strings.Join(run.args, " "), r.out, r.code, r.err))
				golden.RequireEqual(t, deletion(t, sinceWhen(t, out)))
			})
		}
	}
}

// dump is all that the server holds.
func dump(t *testing.T, client *redis.Client) string {
	t.Helper()
	keys := client.Keys(t.Context(), "*").Val()
	slices.Sort(keys)
	all := client.Info(t.Context(), "keyspace").Val()
	for _, key := range keys {
		kind := client.Type(t.Context(), key).Val()
		all += key + " " + kind + "\n"
		if kind == "stream" {
			all += fmt.Sprintf("%+v\n", client.Do(t.Context(), "XINFO", "STREAM", key, "FULL", "COUNT", 0).Val())
		} else {
			all += client.Dump(t.Context(), key).Val()
		}
	}
	return all
}

// TestNoCommandIsLeftOut: a command that is walked nowhere could do anything.
func TestNoCommandIsLeftOut(t *testing.T) {
	t.Parallel()
	have := map[string]bool{}
	for _, c := range walk {
		have[c.args[0]] = true
		if len(c.args) > 1 {
			have[strings.Join(c.args[:2], " ")] = true
		}
	}
	var look func(cmd *cobra.Command, path string)
	look = func(cmd *cobra.Command, path string) {
		for _, sub := range cmd.Commands() {
			name := strings.TrimSpace(path + " " + sub.Name())
			switch {
			case sub.HasSubCommands():
				look(sub, name)
			case !have[name] && !slices.Contains(walkedElsewhere, sub.Name()):
				t.Errorf("%q is walked nowhere: give it a row in walk, or its name in walkedElsewhere and tests of its own", name)
			}
		}
	}
	look(rootCommand((&program.Program{})), "")
}
