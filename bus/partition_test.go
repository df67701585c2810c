package bus_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"pgregory.net/rapid"

	"streamdesk/bus"
	"streamdesk/bus/internal/wire"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// partitionsOf are the keys of n partitions of a type.
func partitionsOf(t model.Type, n int) []string {
	keys := []string{"events:" + string(t)}
	for k := 1; k < n; k++ {
		keys = append(keys, fmt.Sprintf("events:%s:%d", t, k))
	}
	return keys
}

// These numbers never change: programs in other languages work out the same ones. They were worked out by one in Python.
func TestAWorkflowsPartitionIsTheSameInEveryProgram(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		workflow string
		n        int
		want     int
	}{
		{"", 7, 0},
		{"a", 1, 0},
		{"a", 4, 0},
		{"a", 1024, 140}, // FNV-1a of "a" is 0xaf63dc4c8601ec8c
		{"foobar", 2, 0},
		{"foobar", 16, 8},
		{"foobar", 1000, 968}, // 0x85944171f73967e8
		{"wf-1", 8, 2},
		{"wf-2", 8, 7},
		{"3f2b8a1e-7c55-4d0a-9f6e-2b1d8c4a7e90", 8, 2},
		{"工作流", 8, 7},
	} {
		if got := bus.Partition(test.workflow, test.n); got != test.want {
			t.Errorf("Partition(%q, %d) = %d, want %d", test.workflow, test.n, got, test.want)
		}
	}
}

func TestEveryWorkflowHasOneOfThePartitions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		workflow, n := rapid.String().Draw(t, "workflow"), rapid.IntRange(1, bus.MaxPartitions).Draw(t, "n")
		k := bus.Partition(workflow, n)
		if k < 0 || k >= n || k != bus.Partition(strings.Clone(workflow), n) {
			t.Errorf("Partition(%q, %d) = %d", workflow, n, k)
		}
	})
	counts := make([]int, 8)
	for i := range 8000 {
		counts[bus.Partition(fmt.Sprintf("workflow-%d", i), len(counts))]++
	}
	if slices.Min(counts) < 800 || slices.Max(counts) > 1200 {
		t.Errorf("8000 workflows are spread as %v", counts)
	}
}

func TestOpenRefusesPartitionsThatCannotBe(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	for _, option := range []bus.Option{
		bus.WithPartitions("workflow.started", 0), bus.WithPartitions("workflow.started", bus.MaxPartitions+1),
		bus.WithPartitions("workflow", 2), bus.WithPartitions("workflow.started:3", 2),
	} {
		if _, err := bus.Open(t.Context(), client, option); err == nil || !strings.Contains(err.Error(), "partitions") {
			t.Errorf("Open = %v, want an error about the partitions", err)
		}
	}
}

func TestAWorkflowsEventsLieInOnePartitionInOrder(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s, bus.WithPartitions(model.WorkflowProgress, 4))
	const workflows, each = 40, 20
	for i := range each {
		for w := range workflows {
			publish(t, b, event(model.WorkflowProgress, fmt.Sprint("wf-", w), i))
		}
	}
	publish(t, b, event(model.WorkflowProgress, "", 0)) // to partition 0
	publish(t, b, event(model.WorkflowStarted, "wf-1", 0))
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	keys := partitionsOf(model.WorkflowProgress, 4)
	want := append(slices.Clone(keys), "events:workflow.started")
	slices.Sort(want)
	if found := must(b.Reader().Discover(t.Context()))(t); !slices.Equal(found, want) {
		t.Errorf("found %q, want %q", found, want)
	}
	total := 0
	for k, key := range keys {
		next := make(map[string]int)
		for _, e := range must(b.Reader().Range(t.Context(), key, model.Position{}, model.MaxPosition, 10_000))(t) {
			r := b.Reader().Decode(e)
			total++
			if bus.Partition(r.Event.WorkflowID, 4) != k || string(r.Event.Data) != fmt.Sprintf(`{"n":%d}`, next[r.Event.WorkflowID]) {
				t.Fatalf("%s holds %s of %q", e.Key(), r.Event.Data, r.Event.WorkflowID)
			}
			next[r.Event.WorkflowID]++
		}
	}
	if total != workflows*each+1 {
		t.Errorf("%d events lie in the partitions, want %d", total, workflows*each+1)
	}
}

func TestPublishSyncNamesThePartitionThatFailed(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s, bus.WithPartitions("a.b", 8))
	k := bus.Partition("wf-1", 8)
	key := partitionsOf("a.b", 8)[k]
	s.Client().Set(t.Context(), key, "no stream", 0)
	_, err := b.PublishSync(soon(t), event("a.b", "wf-1", 0))
	var failure *bus.PublishError
	if !errors.As(err, &failure) || failure.Stream != key || k == 0 {
		t.Errorf("PublishSync = %v, want a failure on %s", err, key)
	}
}

// inOrderByNumber checks that each workflow's events came in the order they were published in.
func inOrderByNumber(t *testing.T, messages []bus.Message) {
	t.Helper()
	last := make(map[string]int)
	for _, m := range messages {
		if n := numberOf(t, &m); n < last[m.Event.WorkflowID] {
			t.Errorf("workflow %s: event %d after %d, from %s", m.Event.WorkflowID, n, last[m.Event.WorkflowID], m.Stream)
		} else {
			last[m.Event.WorkflowID] = n
		}
	}
}

func numberOf(t *testing.T, m *bus.Message) int {
	t.Helper()
	var data struct{ N int }
	if err := json.Unmarshal(m.Event.Data, &data); err != nil {
		t.Error(err)
	}
	return data.N
}

func TestR18_OrderIsKeptOverPartitionsThroughRetries(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	publisher := openBus(t, s, bus.WithPartitions(model.WorkflowProgress, 4))
	consumer := openBus(t, s) // knows nothing of partitions
	const workflows, each = 20, 60
	groups := map[string][]bus.ConsumeOption{
		"everything": nil,
		"named":      {bus.WithTypes("workflow.progress")},
		"pattern":    {bus.WithTypes("workflow.*")},
	}
	handled := make(map[string]*seen)
	for group, options := range groups {
		got := newSeen()
		handled[group] = got
		var attempts sync.Map
		options = append(options, bus.WithConcurrency(4), bus.WithCount(30), bus.WithDiscovery(10*time.Millisecond),
			bus.WithBackoff(wire.Backoff{First: 2 * time.Millisecond, Max: 5 * time.Millisecond}))
		consume(t, consumer, group, func(ctx context.Context, m bus.Message) error {
			tries, _ := attempts.LoadOrStore(m.Event.ID, new(atomic.Int64))
			if n := tries.(*atomic.Int64).Add(1); n < 3 && numberOf(t, &m)%7 == 3 {
				return errors.New("not yet")
			}
			return got.handle(ctx, m)
		}, options...)
	}
	for i := range each {
		for w := range workflows {
			publish(t, publisher, event(model.WorkflowProgress, fmt.Sprint("wf-", w), i))
		}
	}
	for group, got := range handled {
		redistest.Eventually(t, patience, func() bool {
			return got.count() == workflows*each && pending(t, consumer, group) == 0
		}, "every event handled by ", group)
		inOrderByNumber(t, got.all())
		if n := len(got.all()); n != workflows*each {
			t.Errorf("%s: %d calls succeeded for %d events", group, n, workflows*each)
		}
	}
}

func TestPartitionsMayGrowWhileConsumersRun(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	consumer := openBus(t, s)
	handled := map[string]*seen{"named": newSeen(), "everything": newSeen()}
	consume(t, consumer, "named", handled["named"].handle, bus.WithTypes("workflow.progress"), bus.WithConcurrency(3), bus.WithCount(20))
	consume(t, consumer, "everything", handled["everything"].handle, bus.WithConcurrency(3))
	const workflows, each = 20, 50
	published := 0
	for _, n := range []int{2, 4, 3} {
		if n == 3 { // workflows go back to a partition that is known: not before the one they come from is known too
			redistest.Eventually(t, patience, func() bool {
				return handled["named"].count() == published && handled["everything"].count() == published
			}, "every event handled so far")
		}
		publisher := openBus(t, s, bus.WithPartitions(model.WorkflowProgress, n))
		for range each {
			for w := range workflows {
				publish(t, publisher, event(model.WorkflowProgress, fmt.Sprint("wf-", w), published/workflows))
				published++
			}
		}
		if err := publisher.Flush(soon(t)); err != nil {
			t.Fatal(err)
		}
		// Entries of one millisecond in different streams have no order, and a workflow may go on in another now.
		over := serverMillis(t, s.Client())
		redistest.Eventually(t, patience, func() bool { return serverMillis(t, s.Client()) > over })
	}
	for group, got := range handled {
		redistest.Eventually(t, patience, func() bool { return got.count() == published && pending(t, consumer, group) == 0 },
			"every event handled by ", group)
		inOrderByNumber(t, got.all())
		streams := make(map[string]bool)
		for _, m := range got.all() {
			streams[m.Stream] = true
		}
		if len(streams) != 4 {
			t.Errorf("%s read from %v", group, streams)
		}
	}
}

func serverMillis(t *testing.T, client *redis.Client) int64 {
	t.Helper()
	now, err := client.Time(t.Context()).Result()
	if err != nil {
		t.Fatal(err)
	}
	return now.UnixMilli()
}

func TestOnePartitionMayBeConsumedByItself(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s, bus.WithPartitions(model.WorkflowProgress, 2))
	got := newSeen()
	consume(t, b, "workers", got.handle, bus.WithTypes("workflow.progress:1"))
	mine := 0
	for i := range 100 {
		workflow := fmt.Sprint("wf-", i)
		mine += bus.Partition(workflow, 2)
		publish(t, b, event(model.WorkflowProgress, workflow, i))
	}
	redistest.Eventually(t, patience, func() bool { return got.count() == mine && pending(t, b, "workers") == 0 })
	for _, m := range got.all() {
		if m.Stream != "events:workflow.progress:1" {
			t.Errorf("got %s", m.Key())
		}
	}
}

func TestTailFollowsThePartitionsOfAType(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	s.add(t, "events:a.x:1", 1, 1)
	o := quick
	o.Types = []string{"a.x"}
	f := s.follow(t, o)
	s.add(t, "events:a.x", 2, 1)
	s.add(t, "events:a.x:1", 3, 1)
	s.add(t, "events:a.x:2", 4, 1) // appears while it runs
	s.add(t, "events:a.xy:2", 5, 1)
	f.sees(t, 3)
	s.add(t, "events:a.x:2", 6, 1)
	if got := keysOf(f.sees(t, 4)); strings.Contains(got, "a.xy") || strings.Contains(got, "events:a.x:1/1-0") {
		t.Errorf("got %s", got)
	}
}

func TestTypesNamedInFullAreFollowedWithoutTheRightToScan(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t, redistest.WithACL("guest on >pw ~events:* +@all -scan"))
	full := serve(t, server.Client())
	options := server.Options()
	options.Username, options.Password = "guest", "pw"
	client := redis.NewClient(options)
	t.Cleanup(func() { _ = client.Close() })
	s := serve(t, client)
	full.add(t, "events:a.x", 1, 1)
	o := quick
	o.Types = []string{"a.x"}
	f := s.follow(t, o)
	full.add(t, "events:a.x", 2, 1)
	f.sees(t, 1)
	got := newSeen()
	consume(t, s.Bus, "workers", got.handle, bus.WithTypes("a.y"))
	publish(t, full.Bus, event("a.y", "wf", 1))
	redistest.Eventually(t, patience, func() bool { return got.count() == 1 })
}

func TestR21_PartitionsSpreadOverTheNodesOfACluster(t *testing.T) {
	t.Parallel()
	cluster := redistest.StartCluster(t, 3)
	client := cluster.Client()
	t.Cleanup(func() { _ = client.Close() })
	b, err := bus.Open(t.Context(), client, bus.WithPartitions(model.WorkflowProgress, 12))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	got := newSeen()
	consume(t, b, "workers", got.handle, bus.WithTypes("workflow.progress"), bus.WithConcurrency(2), bus.WithBlock(100*time.Millisecond))
	const events = 2000
	for i := range events {
		publish(t, b, event(model.WorkflowProgress, fmt.Sprint("wf-", i%60), i/60))
	}
	redistest.Eventually(t, patience, func() bool { return got.count() == events })
	inOrderByNumber(t, got.all())
	for _, node := range cluster.Nodes {
		if keys := node.Client().Keys(t.Context(), "events:*").Val(); len(keys) == 0 {
			t.Errorf("%s holds none of the partitions", node.Addr())
		}
	}
}
