package cli

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

// asked runs a command in front of a person who types.
func (h *host) asked(ctx context.Context, typed string, args ...string) result {
	var out, err programtest.Screen
	p := &program.Program{Commands: rootCommand, Streams: h.streams(strings.NewReader(typed), &out, &err), Asks: func() bool { return true }}
	code := p.Run(ctx, args)
	return result{code, out.String(), err.String()}
}

// pendingOf is how many entries a group has pending.
func pendingOf(t *testing.T, client *redis.Client, stream, group string) int64 {
	t.Helper()
	summary, err := client.XPending(t.Context(), stream, group).Result()
	if err != nil {
		t.Fatal(err)
	}
	return summary.Count
}

// filled is a host on a server with the small bus.
func filled(t *testing.T) (*host, *redis.Client) {
	t.Helper()
	clock := &handClock{now: atNoon}
	client := startEmbedded(t, clock.Now)
	fill(t, client, clock)
	return newHost(t, client.Options().Addr), client
}

func TestAPersonIsShownWhatWillHappenAndAsked(t *testing.T) {
	t.Parallel()
	h, client := filled(t)
	args := []string{"ack", "audit.failed", "db_writers", "--all"}
	for _, answer := range []string{"", "\n", "n\n", "no\n", "yellow\n"} {
		r := h.asked(t.Context(), answer, args...)
		if r.code != program.ExitFailed || r.out != "" || !strings.HasSuffix(r.err, "go ahead? [y/N] streamdesk ack: nothing is changed: it was not confirmed\n") {
			t.Errorf("%q: %+v", answer, r)
		}
	}
	if n := pendingOf(t, client, "events:audit.failed", "db_writers"); n != 3 {
		t.Fatalf("%d are pending", n)
	}
	r := h.asked(t.Context(), "y\n", args...)
	want := `Acknowledge 3 entries in group db_writers on events:audit.failed
ID CONSUMER IDLE DELIVERIES EVENT WORKFLOW
1762341120000-0 worker-2 AGE 1 gone -
1762341180000-3 worker-2 AGE 1 audit.failed -
1762341240000-0 worker-2 AGE 1 audit.failed wf-·[31m
db_writers will never see these 3 entries again unless they are republished.
go ahead? [y/N] `
	if got := timeless(r.err); r.code != program.ExitDone || got != want || !strings.HasPrefix(r.out, "acked 3 of 3 in group db_writers on events:audit.failed\n") {
		t.Errorf("exit %d, stdout %s\n%s\nwant\n%s", r.code, r.out, got, want)
	}
}

func TestWithoutATerminalAChangeNeedsYes(t *testing.T) {
	t.Parallel()
	h, client := filled(t)
	for _, args := range [][]string{
		{"ack", "audit.failed", "db_writers", "--all"}, {"trim", "audit.failed"}, {"group", "destroy", "audit.failed", "db_writers"},
	} {
		r := h.run(t.Context(), "y\n", args...)
		if r.code != program.ExitWrongUse || r.out != "" || !strings.Contains(r.err, "there is no terminal to ask on: add --yes, or --dry-run to see what would be sent") {
			t.Errorf("%v: %+v", args, r)
		}
	}
	r := h.asked(t.Context(), "1762341180000-3\n", "ack", "audit.failed", "db_writers", "-")
	if r.code != program.ExitWrongUse || !strings.Contains(r.err, "stdin holds the entries, so nobody can be asked: add --yes") {
		t.Errorf("with stdin taken: %+v", r)
	}
	if n := pendingOf(t, client, "events:audit.failed", "db_writers"); n != 3 {
		t.Errorf("%d are pending", n)
	}
}

func TestReadOnlyRefusesEveryChangeAndSaysWhy(t *testing.T) {
	t.Parallel()
	h, client := filled(t)
	for _, c := range walk {
		if !c.change {
			continue
		}
		r := h.run(t.Context(), "", append(append([]string{}, c.args...), "--yes", "--read-only")...)
		if r.code != program.ExitFailed || r.out != "" || !strings.Contains(r.err, "changes are off (read_only by --read-only)") {
			t.Errorf("%v: %+v", c.args, r)
		}
	}
	if n := pendingOf(t, client, "events:audit.failed", "db_writers"); n != 3 {
		t.Errorf("%d are pending", n)
	}
	if r := h.run(t.Context(), "", "ack", "audit.failed", "db_writers", "--all", "--read-only", "--dry-run"); r.code != program.ExitDone {
		t.Errorf("a dry run changes nothing, and is refused: %+v", r)
	}
}

func TestProductionWantsItsName(t *testing.T) {
	t.Parallel()
	h, client := filled(t)
	file := path(t, "config.toml")
	text := fmt.Sprintf("[profiles.shop-eu]\nredis = \"redis://%s/0\"\nproduction = true\n", client.Options().Addr)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	delete(h.env, "STREAMDESK_REDIS")
	args := []string{"--config", file, "--profile", "shop-eu", "ack", "audit.failed", "db_writers", "1762341120000-0"}
	with := func(more ...string) []string { return append(append([]string{}, args...), more...) }
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{with("--yes"), program.ExitWrongUse, `profile "shop-eu" is marked production: add --production shop-eu`},
		{with("--yes", "--production", "shop-us"), program.ExitWrongUse, `--production "shop-us": the profile is called "shop-eu"`},
		{with("--production", "shop-eu"), program.ExitWrongUse, "there is no terminal to ask on"},
	} {
		if r := h.run(t.Context(), "", c.args...); r.code != c.code || !strings.Contains(r.err, c.says) {
			t.Errorf("%v: %+v", c.args[4:], r)
		}
	}
	for _, typed := range []string{"y\n", "shop\n", ""} {
		if r := h.asked(t.Context(), typed, args...); r.code != program.ExitFailed || !strings.Contains(r.err, "type shop-eu to go ahead: ") {
			t.Errorf("typed %q: %+v", typed, r)
		}
		if r := h.asked(t.Context(), typed, with("--yes")...); r.code != program.ExitFailed {
			t.Errorf("typed %q with --yes: %+v", typed, r)
		}
	}
	if n := pendingOf(t, client, "events:audit.failed", "db_writers"); n != 3 {
		t.Fatalf("%d are pending", n)
	}
	if r := h.asked(t.Context(), "shop-eu\n", args...); r.code != program.ExitDone {
		t.Errorf("typed: %+v", r)
	}
	args[len(args)-1] = "1762341180000-3"
	if r := h.run(t.Context(), "", with("--yes", "--production", "shop-eu")...); r.code != program.ExitDone || r.err != "" {
		t.Errorf("with the flags: %+v", r)
	}
	if n := pendingOf(t, client, "events:audit.failed", "db_writers"); n != 1 {
		t.Errorf("%d are pending", n)
	}
}

func TestAGroupIsDestroyedOnlyWhenItsNameIsTyped(t *testing.T) {
	t.Parallel()
	h, client := filled(t)
	args := []string{"group", "destroy", "audit.failed", "db_writers"}
	if r := h.asked(t.Context(), "y\n", args...); r.code != program.ExitFailed || !strings.Contains(r.err, "type db_writers to go ahead: ") {
		t.Errorf("%+v", r)
	}
	if n := pendingOf(t, client, "events:audit.failed", "db_writers"); n != 3 {
		t.Errorf("%d are pending", n)
	}
	if r := h.asked(t.Context(), "db_writers\n", args...); r.code != program.ExitDone || !strings.HasPrefix(r.out, "destroyed group db_writers\n") {
		t.Errorf("%+v", r)
	}
}

// TestEntriesThatHaveMovedOnAreLeftAlone: what was listed is what is acted on, not what became of it since.
func TestEntriesThatHaveMovedOnAreLeftAlone(t *testing.T) {
	t.Parallel()
	h, client := filled(t)
	rows := h.want(t, "pending", "audit.failed", "db_writers", "--output", "json")
	send(t, client, "XCLAIM events:audit.failed db_writers worker-9 0 1762341180000-3")
	send(t, client, "XACK events:audit.failed db_writers 1762341120000-0")
	for _, args := range [][]string{{"ack"}, {"claim", "--for", "worker-1"}, {"deadletter"}} {
		if got := actsOn(t, h, rows, append(args, "-")...); strings.Contains(got, "1762341180000-3") || strings.Contains(got, "1762341120000-0") {
			t.Errorf("%v acts on %s", args, got)
		}
	}
	r := h.run(t.Context(), rows, "ack", "-", "--yes", "--output", "json")
	o := objects(t, r.out)
	if r.code != program.ExitDone || fmt.Sprint(o[0]["outcomes"]) != "map[acked:1 gone:1 moved:1]" || o[0]["changed"] != 1.0 {
		t.Errorf("%+v", r)
	}
	if r := h.run(t.Context(), rows, "ack", "-", "--yes"); r.code != program.ExitFailed ||
		!strings.Contains(r.err, "nothing was changed: 1 gone from the stream, 1 left alone: another consumer got it, or it was delivered again, 1 not pending") {
		t.Errorf("a second time: %+v", r)
	}
	if n := pendingOf(t, client, "events:audit.failed", "db_writers"); n != 1 {
		t.Errorf("%d are pending", n)
	}
}

func TestAClaimSaysWhatItMissedAndWhy(t *testing.T) {
	t.Parallel()
	h, client := filled(t)
	send(t, client, "XCLAIM events:audit.failed db_writers worker-2 0 1762341240000-0 IDLE 60000 JUSTID")
	r := h.run(t.Context(), "", "claim", "audit.failed", "db_writers", "--for", "w", "--min-idle", "50s", "--set-deliveries", "7", "--all", "--yes", "--output", "json")
	o := objects(t, r.out)
	if r.code != program.ExitDone || fmt.Sprint(o[0]["outcomes"]) != "map[claimed:1 gone:1 too_recent:1]" {
		t.Errorf("%+v", r)
	}
	rows := client.XPendingExt(t.Context(), &redis.XPendingExtArgs{Stream: "events:audit.failed", Group: "db_writers", Start: "-", End: "+", Count: 9}).Val()
	if len(rows) != 2 || rows[1].Consumer != "w" || rows[1].RetryCount != 7 || rows[0].Consumer != "worker-2" {
		t.Errorf("pending are %+v", rows)
	}
	if r := h.run(t.Context(), "", "claim", "workflow.started", "db_writers", "--for", "w", "1762341060000-0", "--force", "--yes"); r.code != program.ExitDone {
		t.Errorf("by force: %+v", r)
	}
}

// TestAnInterruptStopsBetweenBatchesAndSaysWhatWasDone: the audit file is a pipe that is read by hand, so that the command
// can't run away.
func TestAnInterruptStopsBetweenBatchesAndSaysWhatWasDone(t *testing.T) {
	t.Parallel()
	const many = 20 * idsAtOnce
	client := redistest.Start(t).Client()
	pipe := client.Pipeline()
	for i := range many {
		pipe.XAdd(t.Context(), &redis.XAddArgs{Stream: "events:a.b", ID: fmt.Sprintf("1762341000000-%d", i), Values: []string{"data", "{}"}})
	}
	if _, err := pipe.Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	send(t, client, "XGROUP CREATE events:a.b g 0")
	send(t, client, fmt.Sprintf("XREADGROUP GROUP g c COUNT %d STREAMS events:a.b >", many))
	h := newHost(t, client.Options().Addr)
	fifo := path(t, "audit.jsonl")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Skip(err)
	}
	h.env["STREAMDESK_DESK_AUDIT_FILE"] = fifo
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan result, 1)
	go func() { ended <- h.run(ctx, "", "ack", "a.b", "g", "--all", "--yes", "--output", "json") }()
	audit, err := os.Open(fifo)
	if err != nil {
		t.Fatal(err)
	}
	defer audit.Close()
	lines := bufio.NewScanner(audit)
	lines.Buffer(nil, 1<<20)
	lines.Scan()
	cancel()
	written := 1
	for lines.Scan() {
		written++
	}
	r := <-ended
	o := objects(t, r.out)
	if r.code != program.ExitFailed || r.err != "streamdesk ack: interrupted: what was done is above, the rest is as it was\n" || len(o) != 1 {
		t.Fatalf("exit %d, stderr %q", r.code, r.err)
	}
	done := int64(o[0]["changed"].(float64))
	if left := pendingOf(t, client, "events:a.b", "g"); done == 0 || done == many || left != many-done || int64(written*idsAtOnce) != done {
		t.Errorf("it says that %d of %d were acked in %d batches, and %d are pending", done, many, written, left)
	}
}

// TestNobodyIsAskedAboutEntriesThatWouldBeLeftAlone: one that is gone, or isn't pending, is told of instead.
func TestNobodyIsAskedAboutEntriesThatWouldBeLeftAlone(t *testing.T) {
	t.Parallel()
	h, client := filled(t)
	const gone, acked = "1762341120000-0", "1-1"
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"republish", "audit.failed", gone}, program.ExitFailed, "nothing was changed: 1 gone from the stream"},
		{[]string{"republish", "audit.failed", gone, acked}, program.ExitFailed, "nothing was changed: 2 gone from the stream"},
		{[]string{"republish", "audit.failed", gone, "--group", "db_writers", "--ack"}, program.ExitFailed, "nothing was changed: 1 gone from the stream"},
		{[]string{"deadletter", "audit.failed", "db_writers", gone}, program.ExitFailed, "nothing was changed: 1 gone from the stream"},
		{[]string{"delete", "audit.failed", gone}, program.ExitDone, "deleted 0 of 1 on events:audit.failed: 1 gone from the stream"},
		{[]string{"ack", "audit.failed", "db_writers", acked}, program.ExitDone, "acked 0 of 1 in group db_writers on events:audit.failed: 1 gone from the stream"},
		{[]string{"claim", "audit.failed", "db_writers", acked, "--for", "worker-9"}, program.ExitDone, "claimed 0 of 1 in group db_writers on events:audit.failed: 1 gone from the stream"},
		{[]string{"ackdel", "audit.failed", "db_writers", acked}, program.ExitDone, "acked and deleted 0 of 1"},
	} {
		r := h.asked(t.Context(), "y\n", c.args...)
		if r.code != c.code || strings.Contains(r.err, "go ahead?") || !strings.Contains(r.out+r.err, c.says) {
			t.Errorf("%v: %+v", c.args, r)
		}
	}
	if n := pendingOf(t, client, "events:audit.failed", "db_writers"); n != 3 {
		t.Errorf("%d are pending", n)
	}
	// What does have an effect is asked about: one that is gone and pending still can be acknowledged.
	if r := h.asked(t.Context(), "y\n", "ack", "audit.failed", "db_writers", gone, acked); r.code != program.ExitDone || !strings.Contains(r.err, "go ahead?") ||
		!strings.HasPrefix(r.out, "acked 1 of 2") {
		t.Errorf("%+v", r)
	}
}
