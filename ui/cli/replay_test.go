package cli

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
)

// fillForReplay adds entries that came in a second apart, to two streams by turns.
func fillForReplay(t *testing.T, client *redis.Client, n int) {
	t.Helper()
	for i := range n {
		send(t, client, fmt.Sprintf(`XADD events:%s %d-0 data '{"n":%d}' x 1 x 2`, []string{"a.b", "c.d"}[i%2], 1_700_000_000_000+1000*i, i))
	}
}

// values are the field values of a stream's entries, the origin aside.
func values(t *testing.T, client *redis.Client, key string) string {
	t.Helper()
	reply, err := client.Do(t.Context(), "XRANGE", key, "-", "+").Slice()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, entry := range reply {
		fields := entry.([]any)[1].([]any)
		fmt.Fprintln(&b, fields...)
	}
	return b.String()
}

func TestAReplayKeepsOrderFieldsAndOrigin(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	fillForReplay(t, client, 4)
	h := newHost(t, client.Options().Addr)
	out := h.want(t, "replay", "a.b", "c.d", "--into", "events:all.again", "--speed", "max", "--yes")
	if !strings.HasPrefix(out, "4 entries replayed to events:all.again at ") {
		t.Errorf("it says %q", out)
	}
	var want strings.Builder
	for i := range 4 {
		fmt.Fprintf(&want, "data {\"n\":%d} x 1 x 2 origin events:%s/%d-0\n", i, []string{"a.b", "c.d"}[i%2], 1_700_000_000_000+1000*i)
	}
	if got := values(t, client, "events:all.again"); got != want.String() {
		t.Errorf("got\n%swant\n%s", got, want.String())
	}
	h.want(t, "replay", "*.b", "--into-prefix", "re:", "--speed", "0", "--plain", "--yes", "--output", "json")
	if got := values(t, client, "re:a.b"); got != "data {\"n\":0} x 1 x 2\ndata {\"n\":2} x 1 x 2\n" {
		t.Errorf("under another prefix: %s", got)
	}
	other := redistest.Start(t).Client()
	out = h.want(t, "replay", "a.b", "--into", "redis://"+other.Options().Addr+"/0", "--from", "1700000001000", "--speed", "max", "--yes")
	if got := values(t, other, "events:a.b"); got != "data {\"n\":2} x 1 x 2 origin events:a.b/1700000002000-0\n" {
		t.Errorf("on another server: %s, it says %q", got, out)
	}
}

func TestAReplayIntoTheStreamItReadsComesToAnEnd(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	fillForReplay(t, client, 6)
	h := newHost(t, client.Options().Addr)
	h.want(t, "replay", "a.b", "--into", "a.b", "--speed", "max", "--yes")
	if n := client.XLen(t.Context(), "events:a.b").Val(); n != 6 {
		t.Errorf("%d entries, want 3 and 3", n)
	}
}

func TestAnInterruptedReplayGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	fillForReplay(t, client, 6)
	h := newHost(t, client.Options().Addr)
	place := path(t, "place.json")
	args := []string{"replay", "a.b", "c.d", "--into", "events:again.x", "--yes", "--resume", place}
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan result)
	go func() { ended <- h.run(ctx, "", append(args, "--speed", "0.001")...) }() // a gap is a quarter of an hour
	redistest.Eventually(t, patience, func() bool { return client.XLen(t.Context(), "events:again.x").Val() == 1 }, "the first entry is sent")
	redistest.Eventually(t, patience, func() bool { _, err := os.Stat(place); return err == nil }, "the place is kept")
	interrupt()
	if r := <-ended; r.code != program.ExitFailed || !strings.Contains(r.err, "interrupted; 1 entry replayed: run it again with --resume "+place) {
		t.Errorf("%+v", r)
	}
	if written := auditOf(t, h); len(written) != 1 || *written[0].Count != 1 || !strings.HasPrefix(written[0].Error, "interrupted; 1 entry replayed") {
		t.Errorf("written down is %+v", written)
	}
	r := h.run(t.Context(), "", "replay", "a.b", "--into", "events:again.x", "--yes", "--resume", place)
	if r.code != program.ExitWrongUse || !strings.Contains(r.err, "it is the place of another replay") {
		t.Errorf("another replay: %+v", r)
	}
	h.want(t, append(args, "--speed", "max")...)
	if got := strings.Count(values(t, client, "events:again.x"), "\n"); got != 6 {
		t.Errorf("%d entries, want each of 6 once", got)
	}
	r = h.run(t.Context(), "", args...)
	if r.code != program.ExitDone || !strings.Contains(r.err, "it was replayed to its end: delete it to begin anew") {
		t.Errorf("once more: %+v", r)
	}
	h.want(t, "replay", "a.b", "c.d", "--into", "events:rest.x", "--yes", "--speed", "max", "--after", "events:c.d/1700000003000-0")
	if got := values(t, client, "events:rest.x"); strings.Count(got, "\n") != 2 || !strings.Contains(got, `{"n":4}`) {
		t.Errorf("after an entry: %s", got)
	}
}

func TestAReplayWantsToKnow(t *testing.T) {
	t.Parallel()
	client := startEmbedded(t, (&handClock{now: atNoon}).Now)
	fillForReplay(t, client, 4)
	h := newHost(t, client.Options().Addr)
	for _, c := range []struct {
		args string
		says string
	}{
		{"a.b", "where to? give --into STREAM"},
		{"a.b --into x.y", "there is no terminal to ask on: add --yes"},
		{"a.b --into x.y --speed -1", `--speed "-1": want a number such as 1 or 0.5, or max`},
		{"a.b --into x.y --speed fast", `--speed "fast"`},
		{"a.b --into x.y --into-prefix re:", "leave out --into-prefix"},
		{"a.b --into-profile nobody", "there is no such profile; there are default"},
		{"a.b --into x.y --from 9-0 --to 8-0", "swap --from and --to"},
		{"a.b --into x.y --after nowhere", `"nowhere" is no STREAM/ID`},
		{"a.b --into x.y --where foo:bar", "--where: filter, column 1"},
	} {
		if r := h.run(t.Context(), "", append([]string{"replay"}, strings.Fields(c.args)...)...); r.code != program.ExitWrongUse || !strings.Contains(r.err, c.says) {
			t.Errorf("%s: %+v, want %q", c.args, r, c.says)
		}
	}
	r := h.run(t.Context(), "", "replay", "no.such", "--into", "x.y", "--yes")
	if r.code != program.ExitFailed || !strings.Contains(r.err, "events:no.such: no such stream") {
		t.Errorf("%+v", r)
	}
	r = h.run(t.Context(), "", "replay", "a.b", "--into", "x.y", "--dry-run", "--output", "json")
	if o := objects(t, r.out); r.code != program.ExitDone || len(o) != 2 || o[0]["command"].([]any)[1] != "events:x.y" {
		t.Errorf("dry run: %+v", r)
	}
	file := path(t, "config.toml")
	address := client.Options().Addr
	if err := os.WriteFile(file, []byte("[profiles.live]\nproduction = true\nredis = \"redis://"+address+"/0\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, target := range [][]string{{"--into", "redis://" + address + "/0"}, {"--into-profile", "live"}} {
		args := append([]string{"replay", "a.b", "--yes", "--speed", "max", "--config", file, "--into-prefix", "re:"}, target...)
		if target[0] == "--into-profile" {
			args = append([]string{"replay", "a.b", "--yes", "--speed", "max", "--config", file}, target...)
		}
		if r := h.run(t.Context(), "", args...); r.code != program.ExitWrongUse || !strings.Contains(r.err, `profile "live" is marked production: add --production live`) {
			t.Errorf("%v: %+v", target, r)
		}
	}
	if n := client.Exists(t.Context(), "events:x.y", "re:a.b").Val(); n != 0 {
		t.Error("something was sent")
	}
}
