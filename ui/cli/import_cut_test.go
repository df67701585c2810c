//go:build unix

package cli

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

const (
	// cutEntries is how many entries the stream has whose import is cut off; two of three are pending.
	cutEntries = 10_000
	cutStream  = "events:a.b"
	cutGroup   = "g"
)

// cutRounds is how often an import is cut off by each signal. For more: CUT_ROUNDS=20 go test ./ui/cli -run CutOff
func cutRounds(t *testing.T) int {
	t.Helper()
	rounds, err := strconv.Atoi(program.FirstOf(os.Getenv("CUT_ROUNDS"), "1"))
	if err != nil {
		t.Fatal(err)
	}
	return rounds
}

// fillPending makes a group that was given all but the last hundred entries and acknowledged every third.
func fillPending(t *testing.T, client *redis.Client) {
	t.Helper()
	pipe := client.Pipeline()
	var acked []string
	for n := range cutEntries {
		id := fmt.Sprintf("%d-1", n+1)
		pipe.XAdd(t.Context(), &redis.XAddArgs{Stream: cutStream, ID: id, Values: []any{"data", n}})
		if n%3 == 0 && n < cutEntries-100 {
			acked = append(acked, id)
		}
	}
	pipe.XGroupCreate(t.Context(), cutStream, cutGroup, "0")
	for consumer, count := range map[string]int64{"one": 100, "two": cutEntries - 200} {
		pipe.XReadGroup(t.Context(), &redis.XReadGroupArgs{Group: cutGroup, Consumer: consumer, Streams: []string{cutStream, ">"}, Count: count})
	}
	if _, err := pipe.Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	for some := range slices.Chunk(acked, 1000) {
		if err := client.XAck(t.Context(), cutStream, cutGroup, some...).Err(); err != nil {
			t.Fatal(err)
		}
	}
}

// pendingIDs are the IDs that are pending.
func pendingNow(t *testing.T, client *redis.Client) []string {
	t.Helper()
	rows, err := client.XPendingExt(t.Context(), &redis.XPendingExtArgs{Stream: cutStream, Group: cutGroup, Start: "-", End: "+", Count: cutEntries}).Result()
	if err != nil {
		t.Fatal(err)
	}
	all := make([]string, len(rows))
	for i, row := range rows {
		all[i] = fmt.Sprint(row.ID, " ", row.Consumer, " ", row.RetryCount)
	}
	return all
}

// lostOf are the entries of the original that were pending and that nobody would ever be given: they are not pending, and
// the group has come past them.
func lostOf(t *testing.T, client *redis.Client, original []string) int {
	t.Helper()
	groups, err := client.XInfoGroups(t.Context(), cutStream).Result()
	if err != nil || len(groups) == 0 {
		return 0 // nobody has come past anything
	}
	number := func(id string) int {
		n, err := strconv.Atoi(strings.SplitN(id, "-", 2)[0])
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	position := number(groups[0].LastDeliveredID)
	there := map[string]bool{}
	for _, row := range pendingNow(t, client) {
		there[row] = true
	}
	lost := 0
	for _, row := range original {
		if !there[row] && number(row) <= position {
			lost++
		}
	}
	return lost
}

var fromLine = regexp.MustCompile(`--from-line (\d+)`)

// TestAnImportThatIsCutOffAmongPendingEntriesLosesNone ends imports in every way, at random places among what was pending.
// Each is then done again: from the line that it named, or from the start when it could name none.
func TestAnImportThatIsCutOffAmongPendingEntriesLosesNone(t *testing.T) {
	t.Parallel()
	from, to := redistest.Start(t), redistest.Start(t)
	fillPending(t, from.Client())
	original, want := pendingNow(t, from.Client()), streamInfo(t, from.Client(), cutStream)
	file := path(t, "e.jsonl")
	newHost(t, from.Addr()).want(t, "export", "*", "--groups", "--file", file)
	client := to.Client()
	args := []string{"import", file, "--keep-ids", "--groups", "--yes"}
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGKILL} {
		for range cutRounds(t) {
			among := 0
			for range 20 { // a signal may come too late
				if err := client.FlushAll(t.Context()).Err(); err != nil {
					t.Fatal(err)
				}
				target := rand.Int64N(int64(len(original)) * 9 / 10)
				s := start(t, programtest.Command(t, to.Addr(), args...))
				waitFor(t, "pending entries", func() bool {
					p, err := client.XPending(t.Context(), cutStream, cutGroup).Result()
					return err == nil && p.Count >= max(target, 1)
				})
				_ = s.Process.Signal(signal) // it may have ended
				<-s.ended
				among = len(pendingNow(t, client))
				if among == len(original) && s.ProcessState.Success() {
					continue
				}
				if lost := lostOf(t, client, original); lost > 0 {
					t.Errorf("%v with %d of %d pending: %d are lost", signal, among, len(original), lost)
				}
				again := args
				if line := fromLine.FindStringSubmatch(s.err.String()); line != nil {
					again = append(slices.Clone(args), "--from-line", line[1])
				} else if signal != syscall.SIGKILL {
					t.Errorf("%v: it doesn't say where to go on: %s", signal, s.err.String())
				}
				r := newHost(t, to.Addr()).run(t.Context(), "", again...)
				if r.code != program.ExitDone || !strings.Contains(r.err, "were pending already") {
					t.Errorf("again after %v: %+v", signal, r)
				}
				if got := pendingNow(t, client); !slices.Equal(got, original) {
					t.Errorf("again after %v: %d are pending, want %d", signal, len(got), len(original))
				}
				if got := streamInfo(t, client, cutStream); got != want {
					t.Errorf("again after %v it is\n%.400s\nwant\n%.400s", signal, got, want)
				}
				break
			}
			t.Logf("%v with %d of %d pending", signal, among, len(original))
		}
	}
}

func TestAGroupThatIsThereStaysAndWhatItLacksIsSaid(t *testing.T) {
	t.Parallel()
	from, to := redistest.Start(t).Client(), redistest.Start(t).Client()
	fillForExport(t, from)
	file := path(t, "e.jsonl")
	newHost(t, from.Options().Addr).want(t, "export", "a.b", "--groups", "--file", file)
	there := newHost(t, to.Options().Addr)
	there.want(t, "import", file, "--keep-ids", "--groups", "--yes")
	send(t, to, "XACK events:a.b readers 2-1")
	before := streamInfo(t, to, "events:a.b")
	r := there.run(t.Context(), "", "import", file, "--keep-ids", "--groups", "--yes")
	if r.code != program.ExitDone || !strings.Contains(r.err, "group half on events:a.b is there already and stays as it is\n") ||
		!strings.Contains(r.err, "group readers on events:a.b is there already and stays as it is; 1 of the 2 entries that the file has pending in it are not pending") {
		t.Errorf("%+v", r)
	}
	if got := streamInfo(t, to, "events:a.b"); got != before {
		t.Errorf("it is\n%s\nwant\n%s", got, before)
	}
}

func TestWhatIsPendingIsNotRestoredWithoutItsGroup(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	h := newHost(t, client.Options().Addr)
	group := `{"stream":"events:a.b","group":"g","last_delivered_id":"3-1","entries_read":3,"pending":2,"consumers":["c"]}` + "\n"
	pending := func(id string) string {
		return `{"stream":"events:a.b","group":"g","consumer":"c","id":"` + id + `","idle_seconds":1,"deliveries":1}` + "\n"
	}
	entries := asLine("1-1", "a") + asLine("2-1", "b") + asLine("3-1", "c")
	for _, c := range []struct{ in, says, where string }{
		{entries + pending("1-1"), "line 4: the line of group g on events:a.b doesn't stand before what is pending in it", "--from-line 4"},
		{entries + group + pending("2-1") + pending("1-1"), "line 6: 1-1 is pending before 2-1, which stands before it: sort", "--from-line 4"},
	} {
		client.FlushAll(t.Context())
		r := h.run(t.Context(), c.in, "import", "-", "--keep-ids", "--groups", "--yes")
		if r.code != program.ExitFailed || !strings.Contains(r.err, c.says) || !strings.Contains(r.err, c.where) {
			t.Errorf("%+v, want %q", r, c.says)
		}
	}
	client.FlushAll(t.Context())
	r := h.run(t.Context(), entries+group+pending("2-1"), "import", "-", "--keep-ids", "--groups", "--yes")
	if r.code != program.ExitDone || !strings.Contains(r.err, "group g on events:a.b: the file has 1 of the 2 entries that were pending") {
		t.Errorf("a line is missing: %+v", r)
	}
}
