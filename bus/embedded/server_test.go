package embedded_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/embedded"
)

func TestMaxLenBoundsEveryStreamExactly(t *testing.T) {
	const bound = 50
	_, client := start(t, embedded.WithMaxLen(bound))
	for i := range 3 * bound {
		for _, stream := range []string{"a", "b"} {
			add(t, client, stream, "*")
			want := min(i+1, bound)
			if n := client.XLen(t.Context(), stream).Val(); n != int64(want) {
				t.Fatalf("after %d entries %s holds %d, want %d", i+1, stream, n, want)
			}
		}
	}
	info := client.XInfoStream(t.Context(), "a").Val()
	if info.EntriesAdded != 3*bound || info.FirstEntry.ID != info.RecordedFirstEntryID {
		t.Errorf("entries-added %d, first %s, recorded first %s", info.EntriesAdded, info.FirstEntry.ID, info.RecordedFirstEntryID)
	}
}

func TestApproximateTrimNeverRemovesTooMuch(t *testing.T) {
	_, client := start(t)
	for i := range 300 {
		args := &redis.XAddArgs{Stream: "s", MaxLen: 100, Approx: true, Values: []string{"n", strconv.Itoa(i)}}
		if err := client.XAdd(t.Context(), args).Err(); err != nil {
			t.Fatal(err)
		}
	}
	if n := client.XLen(t.Context(), "s").Val(); n != 100 {
		t.Errorf("MAXLEN ~ 100 left %d entries, want exactly 100 as the package promises", n)
	}
}

func TestClockGivesIDsAndTime(t *testing.T) {
	now := time.UnixMilli(1_700_000_000_123)
	_, client := start(t, embedded.WithClock(func() time.Time { return now }))
	for _, want := range []string{"1700000000123-0", "1700000000123-1"} {
		id, err := client.XAdd(t.Context(), &redis.XAddArgs{Stream: "s", Values: []string{"a", "b"}}).Result()
		if err != nil || id != want {
			t.Errorf("XADD * gave %s, %v; want %s", id, err, want)
		}
	}
	if got := client.Time(t.Context()).Val(); !got.Equal(now) {
		t.Errorf("TIME says %v, want %v", got, now)
	}
}

func TestScanWalksEveryKeyOnce(t *testing.T) {
	_, client := start(t)
	want := []string{}
	for i := range 95 {
		key := fmt.Sprintf("events:%d", i)
		add(t, client, key, "1-1")
		want = append(want, key)
	}
	if err := client.Set(t.Context(), "events:text", "x", 0).Err(); err != nil {
		t.Fatal(err)
	}
	var got []string
	var cursor uint64
	for steps := 0; ; steps++ {
		keys, next, err := client.ScanType(t.Context(), cursor, "events:*", 7, "stream").Result()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, keys...)
		if steps == 3 { // a key that comes and one that goes in between disturb no other
			add(t, client, "events:late", "1-1")
			client.Del(t.Context(), "events:late")
		}
		if cursor = next; cursor == 0 {
			break
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("SCAN found %d keys, want %d, each once", len(got), len(want))
	}
}

func TestScriptsSeeStreams(t *testing.T) {
	_, client := start(t)
	add(t, client, "s", "1-1")
	if err := client.XGroupCreate(t.Context(), "s", "g", "0").Err(); err != nil {
		t.Fatal(err)
	}
	// The shape of a safe consumer deletion: look, then change, with nothing in between.
	script := redis.NewScript(`
		redis.call('XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'STREAMS', KEYS[1], '>')
		local rows = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', '10', ARGV[2])
		redis.call('SET', 'seen', #rows)
		if #rows > 0 then return {redis.call('TYPE', KEYS[1]).ok, rows[1][1], rows[1][4]} end
		return redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])`)
	got, err := script.Run(t.Context(), client, []string{"s"}, "g", "c").Slice()
	if err != nil || fmt.Sprint(got) != "[stream 1-1 1]" {
		t.Errorf("the script returned %v, %v", got, err)
	}
	err = client.Eval(t.Context(), "return redis.call('XREADGROUP','GROUP','none','c','STREAMS','s','>')", nil).Err()
	if err == nil || !strings.Contains(err.Error(), "NOGROUP") {
		t.Errorf("a failing command in a script gave %v, want NOGROUP", err)
	}
	// A stream deleted and made again inside one script is a new stream.
	again := "redis.call('DEL','s') redis.call('XADD','s','9-9','a','b') return redis.call('XLEN','s')"
	if n, err := client.Eval(t.Context(), again, nil).Int(); err != nil || n != 1 {
		t.Errorf("made again, the stream has %d entries, %v", n, err)
	}
	if groups := client.XInfoGroups(t.Context(), "s").Val(); len(groups) != 0 {
		t.Errorf("the new stream has the old groups %v", groups)
	}
}

func TestExpiredStreamIsGone(t *testing.T) {
	var mu sync.Mutex
	now := time.Now()
	_, client := start(t, embedded.WithClock(func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	}))
	add(t, client, "s", "1-1")
	if err := client.Expire(t.Context(), "s", time.Minute).Err(); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	now = now.Add(2 * time.Minute)
	mu.Unlock()
	if n := client.Exists(t.Context(), "s").Val(); n != 0 {
		t.Error("the stream outlived its time")
	}
	add(t, client, "s", "1-1") // an old last ID would refuse it
	if n := client.XLen(t.Context(), "s").Val(); n != 1 {
		t.Errorf("made again, the stream has %d entries", n)
	}
}

func TestInfoSaysWhatTheDeskReads(t *testing.T) {
	s, client := start(t)
	add(t, client, "s", "1-1")
	admin := dial(t, s.Addr())
	for field, want := range map[string]string{
		"redis_version": "7.0.15", "redis_mode": "standalone", "role": "master", "aof_enabled": "0",
		"rdb_last_bgsave_status": "ok", "maxmemory": "0", "maxmemory_policy": "noeviction", "connected_clients": "2",
		"db0": "keys=1,expires=0,avg_ttl=0", "cluster_enabled": "0", "loading": "0",
	} {
		if got := infoField(t, admin, field); got != want {
			t.Errorf("INFO %s = %q, want %q", field, got, want)
		}
	}
	before, _ := strconv.Atoi(infoField(t, admin, "used_memory"))
	for range 100 {
		add(t, client, "s", "*")
	}
	if after, _ := strconv.Atoi(infoField(t, admin, "used_memory")); after <= before {
		t.Errorf("used_memory went from %d to %d over 100 entries", before, after)
	}
	if n := client.MemoryUsage(t.Context(), "s").Val(); n <= 100*int64(len("data{}")) {
		t.Errorf("MEMORY USAGE of 101 entries is %d", n)
	}
	sections := client.Info(t.Context(), "server", "stats").Val()
	if !strings.Contains(sections, "# Server") || !strings.Contains(sections, "# Stats") || strings.Contains(sections, "# Memory") {
		t.Errorf("INFO server stats has the wrong sections:\n%s", sections)
	}
}

func TestClientListNamesEveryClient(t *testing.T) {
	s, _ := start(t)
	a, b := dial(t, s.Addr()), dial(t, s.Addr())
	a.do(t, "CLIENT SETNAME first")
	b.do(t, "CLIENT SETNAME second")
	list, ok := a.do(t, "CLIENT LIST").(string)
	if !ok || strings.Count(list, "\n") != 2 || !strings.Contains(list, "name=first") || !strings.Contains(list, "name=second") {
		t.Errorf("CLIENT LIST says %q", list)
	}
}

func TestCapabilityProbes(t *testing.T) {
	s, _ := start(t)
	c := dial(t, s.Addr())
	got, ok := c.do(t, "COMMAND INFO xautoclaim waitaof xackdel get subscribe").([]any)
	if !ok || len(got) != 5 {
		t.Fatalf("COMMAND INFO said %v", got)
	}
	for i, exists := range []bool{true, false, false, true, false} {
		if (got[i] != nil) != exists {
			t.Errorf("COMMAND INFO, entry %d: %v; want it known: %t", i, got[i], exists)
		}
	}
}

func TestCommandDocsTellTheServersAge(t *testing.T) {
	s, _ := start(t)
	c := dial(t, s.Addr())
	if docs := show(c.do(t, "COMMAND DOCS xgroup")); !strings.Contains(docs, "ENTRIESREAD") {
		t.Errorf("COMMAND DOCS xgroup says %s, want ENTRIESREAD as in every 7.0", docs)
	}
	if docs, ok := c.do(t, "COMMAND DOCS nonsense subscribe").([]any); !ok || len(docs) != 0 {
		t.Errorf("COMMAND DOCS describes what is not served: %v", docs)
	}
}

func TestWhatIsNotServedSaysSo(t *testing.T) {
	s, _ := start(t)
	for _, command := range []string{"SUBSCRIBE a", "BLPOP a 0", "SELECT 1", "MOVE a 1", "CLUSTER INFO", "CONFIG SET save 1"} {
		if said, refused := dial(t, s.Addr()).do(t, command).(errorSay); !refused {
			t.Errorf("%s said %v, want an error", command, said)
		}
	}
}

func TestInlineCommandsAndProtocolErrors(t *testing.T) {
	s, _ := start(t)
	c := dial(t, s.Addr())
	if _, err := c.conn.Write([]byte("\r\nPING\r\n")); err != nil {
		t.Fatal(err)
	}
	if got := c.receive(t); got != status("PONG") {
		t.Errorf("an inline PING said %v", got)
	}
	if _, err := c.conn.Write([]byte("*1\r\n!3\r\nfoo\r\n")); err != nil {
		t.Fatal(err)
	}
	if _, err := readReply(c.in); err == nil {
		t.Error("nonsense got an answer")
	}
}

func TestBigValuesArriveWhole(t *testing.T) {
	s, _ := start(t)
	c := dial(t, s.Addr())
	big := strings.Repeat("0123456789abcdef", 1<<16)
	c.sendWords(t, "XADD", "s", "1-1", "data", big)
	if got := c.receive(t); got != "1-1" {
		t.Fatalf("XADD said %v", got)
	}
	rows, ok := c.do(t, "XRANGE s - +").([]any)
	if !ok || len(rows) != 1 || rows[0].([]any)[1].([]any)[1] != big {
		t.Error("a megabyte did not come back as it went in")
	}
}

// TestManyClients has producers, a group of consumers and an observer work at once: every entry is delivered and
// acked exactly once, and every number an observer sees adds up.
func TestManyClients(t *testing.T) {
	const producers, consumers, each = 4, 4, 500
	_, client := start(t)
	ctx := t.Context()
	if err := client.XGroupCreateMkStream(ctx, "s", "g", "0").Err(); err != nil {
		t.Fatal(err)
	}
	var work, watch sync.WaitGroup
	var mu sync.Mutex
	seen := map[string]int{}
	for range producers {
		work.Go(func() {
			for range each {
				if err := client.XAdd(ctx, &redis.XAddArgs{Stream: "s", Values: []string{"a", "b"}}).Err(); err != nil {
					t.Errorf("XADD: %v", err)
					return
				}
			}
		})
	}
	total := func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(seen)
	}
	for n := range consumers {
		work.Go(func() {
			for total() < producers*each {
				streams, err := client.XReadGroup(ctx, &redis.XReadGroupArgs{
					Group: "g", Consumer: strconv.Itoa(n), Streams: []string{"s", ">"}, Count: 10, Block: 50 * time.Millisecond,
				}).Result()
				if err != nil && !errors.Is(err, redis.Nil) {
					t.Errorf("XREADGROUP: %v", err)
					return
				}
				for _, stream := range streams {
					for _, m := range stream.Messages {
						mu.Lock()
						seen[m.ID]++
						mu.Unlock()
						client.XAck(ctx, "s", "g", m.ID)
					}
				}
			}
		})
	}
	done := make(chan struct{})
	watch.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			full, err := client.XInfoStreamFull(ctx, "s", 1).Result()
			if err != nil {
				t.Errorf("XINFO STREAM FULL: %v", err)
				return
			}
			if g := full.Groups[0]; g.EntriesRead+g.Lag != full.EntriesAdded {
				t.Errorf("read %d + lag %d is not %d added", g.EntriesRead, g.Lag, full.EntriesAdded)
				return
			}
		}
	})
	work.Wait()
	close(done)
	watch.Wait()
	for id, times := range seen {
		if times != 1 {
			t.Errorf("%s was delivered %d times", id, times)
		}
	}
	if n := client.XPending(ctx, "s", "g").Val().Count; n != 0 {
		t.Errorf("%d entries stay pending", n)
	}
}

// BenchmarkPublish measures pipelined XADDs into a bounded stream, the demo's load.
func BenchmarkPublish(b *testing.B) {
	_, client := start(b, embedded.WithMaxLen(10_000))
	const batch = 100
	payload := strings.Repeat("x", 200)
	for b.Loop() {
		pipe := client.Pipeline()
		for range batch {
			pipe.XAdd(b.Context(), &redis.XAddArgs{Stream: "s", Values: []string{"data", payload}})
		}
		if _, err := pipe.Exec(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*batch)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkConsume measures XREADGROUP with an ack for each batch.
func BenchmarkConsume(b *testing.B) {
	_, client := start(b, embedded.WithMaxLen(10_000))
	ctx := b.Context()
	if err := client.XGroupCreateMkStream(ctx, "s", "g", "0").Err(); err != nil {
		b.Fatal(err)
	}
	const batch = 100
	for b.Loop() {
		b.StopTimer()
		pipe := client.Pipeline()
		for range batch {
			pipe.XAdd(ctx, &redis.XAddArgs{Stream: "s", Values: []string{"data", "payload"}})
		}
		if _, err := pipe.Exec(ctx); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		got, err := client.XReadGroup(ctx, &redis.XReadGroupArgs{
			Group: "g", Consumer: "c", Streams: []string{"s", ">"}, Count: batch,
		}).Result()
		if err != nil {
			b.Fatal(err)
		}
		ids := make([]string, 0, batch)
		for _, m := range got[0].Messages {
			ids = append(ids, m.ID)
		}
		if err := client.XAck(ctx, "s", "g", ids...).Err(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*batch)/b.Elapsed().Seconds(), "events/s")
}
