package desk

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/fault"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// stuck is a harness on a real server where worker-3 of db_writers holds five entries that it never acknowledged.
func stuck(t *testing.T, change ...func(*Options)) *harness {
	t.Helper()
	b := newRealHarness(t, 120, 40, change...)
	for i := range 5 {
		b.publish(model.WorkflowFailed, fmt.Sprintf("wf-%d", i), `{ "reason" : "compiler: stack too deep",  "odd":1.50 }`)
	}
	b.deliver("events:workflow.failed", "db_writers", "worker-3", 5)
	b.deliver("events:workflow.failed", "websocket_workers", "worker-1", 1)
	b.look()
	b.press("3")
	b.untilRead()
	return b
}

// untilRead draws frames until the entry under the cursor has been read.
func (b *harness) untilRead() {
	b.t.Helper()
	redistest.Eventually(b.t, 10*time.Second, func() bool {
		b.frame()
		return b.desk.subject.record != nil
	}, "the entry under the cursor is read")
}

// others lets n more entries arrive, be delivered and be seen: what scrolls under an open dialog.
func (b *harness) others(n int) {
	b.t.Helper()
	pipe := b.client.Pipeline()
	for i := range n {
		pipe.XAdd(context.Background(), &redis.XAddArgs{
			Stream: "events:workflow.failed", Values: []string{"data", fmt.Sprintf(`{"id":"later-%d"}`, i)},
		})
	}
	if _, err := pipe.Exec(context.Background()); err != nil {
		b.t.Fatal(err)
	}
	b.deliver("events:workflow.failed", "db_writers", "worker-9", int64(n))
	b.look()
	b.look()
}

func TestAckLeavesThePendingList(t *testing.T) {
	b := stuck(t)
	before := b.pendingIDs("events:workflow.failed", "db_writers")
	b.press("j space space A")
	b.sees("db_writers will never see these 2 entries again")
	b.others(10_000)
	b.press("tab enter")
	b.sees("acked 2 of 2")
	want := slices.Concat(before[:1], before[3:])
	if after := b.pendingIDs("events:workflow.failed", "db_writers"); !slices.Equal(after[:3], want) || len(after) != 1000 {
		t.Errorf("pending begins with %v, want %v", after[:3], want)
	}
	b.press("esc @")
	b.sees("XACK events:workflow.failed db_writers " + before[1])
	b.sees(before[2] + " → (integer) 2")
}

func TestClaimChangesTheOwner(t *testing.T) {
	b := stuck(t)
	ids := b.pendingIDs("events:workflow.failed", "db_writers")
	b.press("C tab tab") // Cancel, Claim, Consumer
	b.press("ctrl+u")
	b.typing("worker-7")
	b.press("tab ctrl+u")
	b.typing("0s")
	b.others(1000)
	b.press("shift+tab shift+tab") // back over the consumer to the buttons
	b.press("enter")
	rows, err := b.client.XPendingExt(context.Background(), &redis.XPendingExtArgs{
		Stream: "events:workflow.failed", Group: "db_writers", Start: "-", End: "+", Count: 5,
	}).Result()
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		want := "worker-3"
		if i == 0 {
			want = "worker-7"
		}
		if row.Consumer != want || row.ID != ids[i] {
			t.Errorf("row %d is %+v, want %s of %s\n%s", i, row, ids[i], want, b.desk.View())
		}
	}
}

func TestRepublishAddsTheSameBytes(t *testing.T) {
	b := stuck(t)
	original := b.desk.subject.record.Entry
	b.press("R")
	b.sees("Both groups on events:workflow.failed will receive this again")
	b.others(1000)
	b.press("tab enter")
	entries, err := b.client.XRevRangeN(context.Background(), "events:workflow.failed", "+", "-", 1).Result()
	if err != nil {
		t.Fatal(err)
	}
	want, _ := original.Field("data")
	if got := entries[0].Values["data"]; got != want {
		t.Errorf("the new entry holds %q, want %q", got, want)
	}
	if got := entries[0].Values["origin"]; got != original.Key().String() {
		t.Errorf("the new entry's origin is %q, want %q", got, original.Key())
	}
}

func TestDeadLetterKeepsTheEntryAndAcknowledgesIt(t *testing.T) {
	b := stuck(t)
	ids := b.pendingIDs("events:workflow.failed", "db_writers")
	want, _ := b.desk.subject.record.Field("data")
	b.press("D")
	b.sees("db_writers gives this entry up")
	b.others(1000)
	b.press("tab enter")
	letters, err := b.client.XRange(context.Background(), "dead:events:workflow.failed", "-", "+").Result()
	if err != nil || len(letters) != 1 || letters[0].Values["data"] != want {
		t.Errorf("the dead letters are %v, %v", letters, err)
	}
	if after := b.pendingIDs("events:workflow.failed", "db_writers"); after[0] != ids[1] {
		t.Errorf("pending begins with %s, want %s", after[0], ids[1])
	}
}

func TestDeleteTakesTheEntriesFromTheStream(t *testing.T) {
	b := stuck(t)
	b.press("space space X")
	b.sees("These 2 entries leave events:workflow.failed for every group, for good.")
	b.others(1000)
	b.press("tab enter")
	b.sees("deleted 2 of 2")
	if n, err := b.client.XLen(context.Background(), "events:workflow.failed").Result(); err != nil || n != 1003 {
		t.Errorf("the stream has %d entries, %v", n, err)
	}
	b.look()
	b.press("esc g")
	b.sees("gone")
}

func TestAForeignClientReadsWhatWasInjected(t *testing.T) {
	if err := exec.Command("/usr/bin/python3", "-c", "import redis").Run(); err != nil {
		if os.Getenv("STREAMDESK_TEST_REAL") == "1" {
			t.Fatal("python3-redis is not installed: apt-get install python3-redis")
		}
		t.Skip("python3-redis is not installed")
	}
	b := stuck(t)
	b.press("i")
	b.typing("workflow.started")
	b.press("tab")
	b.typing("wf-by-hand")
	b.press("tab")
	b.typing("operator")
	b.press("tab tab ctrl+u")
	b.press("ctrl+k backspace delete backspace delete")
	b.typing(`{"why": "a test ✓"}`)
	b.sees("XADD events:workflow.started * data")
	b.press("tab tab tab enter")
	addr := b.client.Options().Addr
	out, err := exec.Command("/usr/bin/python3", filepath.Join("testdata", "consume.py"), addr[strings.LastIndex(addr, ":")+1:], "workflow.started").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, b.desk.View())
	}
	for _, want := range []string{`workflow_id=wf-by-hand`, `source_agent=operator`, `type=workflow.started`, `data={"why": "a test \u2713"}`} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the Python consumer read %s, without %s", out, want)
		}
	}
}

func TestOnProductionAChangeWantsTheName(t *testing.T) {
	b := stuck(t, func(o *Options) { o.Production, o.Profile, o.Environment = true, "prod-eu", "prod" })
	b.sees("[PROD]")
	before := b.pendingIDs("events:workflow.failed", "db_writers")
	b.press("A tab tab enter")
	b.typing("wrong")
	b.press("tab tab enter enter")
	if after := b.pendingIDs("events:workflow.failed", "db_writers"); !slices.Equal(before, after) {
		t.Errorf("a change went through without the name: %v, then %v", before, after)
	}
}

// watchFor lets the desk's own feed run on a real server until done says so.
func (b *harness) watchFor(done func() bool) {
	b.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	b.desk.line.feed.Refresh = 50 * time.Millisecond
	b.desk.line.feed.OnPanic = func(p *fault.PanicError) { b.t.Error(p) }
	b.desk.line.feed.Start(ctx)
	b.t.Cleanup(func() {
		if b.t.Failed() {
			b.t.Logf("%d came in, skipped %+v, trouble %v", b.desk.data.Log.Total(), b.desk.data.Skipped, b.desk.data.Trouble)
		}
	})
	redistest.Eventually(b.t, 5*time.Minute, func() bool {
		b.frame()
		return done()
	}, "the feed")
	cancel()
	b.desk.line.feed.Wait()
}

// added is how many entries were ever added to all streams, in the server's own words.
func (b *harness) added() int64 {
	b.t.Helper()
	var sum int64
	keys, err := b.client.Keys(context.Background(), "events:*").Result()
	if err != nil {
		b.t.Fatal(err)
	}
	for _, key := range keys {
		info, err := b.client.XInfoStream(context.Background(), key).Result()
		if err != nil {
			b.t.Fatal(err)
		}
		sum += info.EntriesAdded
	}
	return sum
}

func TestEveryEntryIsShownOrCounted(t *testing.T) {
	b := newRealHarness(t, 120, 40)
	const rounds, perRound = 100, 1000
	published := make(chan error, 1)
	if _, err := b.bus.PublishSync(context.Background(), model.Event{Type: model.WorkflowStarted}); err != nil {
		t.Fatal(err)
	}
	publish := sync.OnceFunc(func() {
		for round := range rounds {
			pipe := b.client.Pipeline()
			for i := range perRound {
				pipe.XAdd(context.Background(), &redis.XAddArgs{
					Stream: fmt.Sprintf("events:load.t%02d", i%26), Values: []string{"data", fmt.Sprintf(`{"id":"%d-%d"}`, round, i)},
				})
			}
			if _, err := pipe.Exec(context.Background()); err != nil {
				published <- err
				return
			}
		}
		published <- nil
	})
	b.watchFor(func() bool {
		d := b.desk.data
		if d.Log.Total() > 0 { // the tail has begun: what comes from now on is its to show or to count
			go publish()
		}
		return len(published) == 1 && d.Skipped.Known && int64(d.Log.Total())+d.Skipped.N > rounds*perRound
	})
	if err := <-published; err != nil {
		t.Fatal(err)
	}
	d := b.desk.data
	if got := int64(d.Log.Total()) + d.Skipped.N; got != b.added() {
		t.Errorf("%d shown and %d skipped make %d, the server counts %d", d.Log.Total(), d.Skipped.N, got, b.added())
	}
	var shown int64
	for i := range d.Snapshot.Streams {
		shown += d.Snapshot.Streams[i].EntriesAdded.N
	}
	b.look()
	if shown = 0; d.Snapshot != nil {
		for i := range d.Snapshot.Streams {
			shown += d.Snapshot.Streams[i].EntriesAdded.N
		}
	}
	if shown != b.added() {
		t.Errorf("the screen's counters make %d, the server's %d", shown, b.added())
	}
}

// writes are the commands that change something. XREADGROUP is one: it moves a group on.
var writes = regexp.MustCompile(`cmdstat_(x(add|ack|del|trim|claim|autoclaim|group[^:]*|readgroup|setid)|set|del|unlink|expire|flush[^:]*|eval[^:]*):`)

func TestLookingChangesNothing(t *testing.T) {
	b := stuck(t)
	ctx := context.Background()
	if err := b.client.Set(ctx, "events:no.stream", "x", 0).Err(); err != nil {
		t.Fatal(err)
	}
	before := b.state()
	if err := b.client.ConfigResetStat(ctx).Err(); err != nil {
		t.Fatal(err)
	}
	frames := 0
	keys := []string{"1", "j", "2", "j", "3", "j", "k", "4", "+", "5", "k", "k", "f", "6", "V", "V", "V", "enter", "z", "z", "w", "w", "v", "k", "esc", "p", "p", "A", "esc", "C", "esc", "R", "esc", "i", "esc", "?", "esc", "@", "esc", "s", "s", "s"}
	b.watchFor(func() bool {
		b.press(keys[frames%len(keys)])
		frames++
		return frames == 20*len(keys)
	})
	stats, err := b.client.Info(ctx, "commandstats").Result()
	if err != nil {
		t.Fatal(err)
	}
	if wrote := writes.FindAllString(stats, -1); wrote != nil {
		t.Errorf("looking sent %v", wrote)
	}
	if after := b.state(); after != before {
		t.Errorf("looking changed\n%s\nto\n%s", before, after)
	}
}

// state is every key, group, consumer and pending list of the server, in its own words without the clocks.
func (b *harness) state() string {
	b.t.Helper()
	ctx := context.Background()
	keys, err := b.client.Keys(ctx, "*").Result()
	if err != nil {
		b.t.Fatal(err)
	}
	slices.Sort(keys)
	var s strings.Builder
	for _, key := range keys {
		fmt.Fprintln(&s, key)
		for _, args := range [][]any{{"XINFO", "STREAM", key}, {"XINFO", "GROUPS", key}} {
			reply, err := b.client.Do(ctx, args...).Result()
			fmt.Fprintln(&s, reply, err)
		}
		groups, err := b.client.XInfoGroups(ctx, key).Result()
		if err != nil {
			continue // no stream
		}
		for _, g := range groups {
			pending, err := b.client.XPending(ctx, key, g.Name).Result()
			fmt.Fprintln(&s, g.Name, pending, err)
			consumers, err := b.client.XInfoConsumers(ctx, key, g.Name).Result()
			for _, c := range consumers {
				fmt.Fprintln(&s, c.Name, c.Pending)
			}
			if err != nil {
				b.t.Fatal(err)
			}
		}
	}
	return s.String()
}
