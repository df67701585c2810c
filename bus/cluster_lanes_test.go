package bus_test

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// clusterOf starts a cluster of three whose nodes serve what they have while another one is dead.
func clusterOf(t testing.TB) *redistest.Cluster {
	t.Helper()
	return redistest.StartCluster(t, 3, redistest.WithConfig("cluster-require-full-coverage", "no"))
}

// typesOf finds so many types of events whose streams a node holds, or whose streams it doesn't hold.
func typesOf(t testing.TB, cluster *redistest.Cluster, node *redistest.Server, holds bool, n int) []model.Type {
	t.Helper()
	var types []model.Type
	for i := 0; len(types) < n; i++ {
		of := model.Type(fmt.Sprintf("lane.k%03d", i))
		owner, err := cluster.Owner(t.Context(), "events:"+string(of))
		if err != nil {
			t.Fatal(err)
		}
		if (owner == node) == holds {
			types = append(types, of)
		}
	}
	return types
}

// through makes a client of the cluster that reaches one node through a proxy.
func through(t *testing.T, cluster *redistest.Cluster, node *redistest.Server, proxy *redistest.Proxy) *redis.ClusterClient {
	t.Helper()
	client := redis.NewClusterClient(&redis.ClusterOptions{
		Addrs: cluster.Addrs(),
		Dialer: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if addr == node.Addr() {
				addr = proxy.Addr()
			}
			var d net.Dialer
			return d.DialContext(ctx, network, addr)
		},
	})
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// loadEvery is how often a load publishes to each type: often enough for some to be on their way whatever happens to a node, and no
// more, for other tests run beside. Tests wait for so many events, which says how long: a hundred of a type are a second.
const loadEvery = 10 * time.Millisecond

// load publishes to each of some types from a goroutine of its own, every loadEvery as long as the bus accepts, until it is stopped.
type load struct {
	sent map[model.Type]*atomic.Int64
	stop func() // and waits for the goroutines
}

func startLoad(t testing.TB, b *bus.Bus, types []model.Type, already int) *load {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	l := &load{sent: make(map[model.Type]*atomic.Int64)}
	var producers sync.WaitGroup
	for _, of := range types {
		n := &atomic.Int64{}
		n.Store(int64(already))
		l.sent[of] = n
		producers.Go(func() {
			tick := time.NewTicker(loadEvery)
			defer tick.Stop()
			for ctx.Err() == nil {
				e := event(of, "wf", int(n.Load()))
				e.ID = fmt.Sprintf("%s-%d", of, n.Load())
				if b.Publish(ctx, e) == nil {
					n.Add(1)
				}
				select {
				case <-tick.C:
				case <-ctx.Done():
				}
			}
		})
	}
	l.stop = sync.OnceFunc(func() { cancel(); producers.Wait() })
	t.Cleanup(l.stop)
	return l
}

// mustHoldEach checks that the streams hold what was sent, each event once and in its order.
func (l *load) mustHoldEach(t *testing.T, client redis.UniversalClient) {
	t.Helper()
	l.mustHoldAllBut(t, client, nil)
}

// mustHoldAllBut is mustHoldEach for streams whose node froze when so many events of each had been sent: what it had answered for and
// its replica had not heard of is lost, events of one moment before that, in a row. It returns the IDs of those.
// The client may have last asked before a node was replaced: it is given the time to learn where the streams are.
func (l *load) mustHoldAllBut(t *testing.T, client redis.UniversalClient, whenFrozen map[model.Type]int64) (lost []string) {
	t.Helper()
	for of, sent := range l.sent {
		var entries []redis.XMessage
		redistest.Eventually(t, patience, func() bool {
			var err error
			entries, err = client.XRange(t.Context(), "events:"+string(of), "-", "+").Result()
			return err == nil
		}, "the stream is read")
		wanted, missed := int64(0), int64(0)
		for _, e := range entries {
			parsed, err := model.ParseEvent(fmt.Sprint(e.Values["data"]))
			var found int64
			if err == nil {
				_, err = fmt.Sscanf(parsed.ID, string(of)+"-%d", &found)
			}
			if err == nil && found > wanted && found <= whenFrozen[of] && missed == 0 {
				for ; wanted < found; wanted++ {
					missed++
					lost = append(lost, fmt.Sprintf("%s-%d", of, wanted))
				}
			}
			if err != nil || found != wanted {
				t.Errorf("%s: %s is %s, %v; want %d", of, e.ID, parsed.ID, err, wanted)
				break
			}
			wanted++
		}
		if int64(len(entries)) != sent.Load()-missed {
			t.Errorf("%s has %d entries, want %d, %d of which were lost with the node", of, len(entries), sent.Load(), missed)
		}
	}
	return lost
}

// flaps counts how often parts of a bus have lost a connection.
type flaps struct{ writer, reader atomic.Int64 }

func (f *flaps) hooks() bus.Hooks {
	return bus.Hooks{Disconnected: func(part string, _ error) {
		if part == "writer" {
			f.writer.Add(1)
		} else {
			f.reader.Add(1)
		}
	}}
}

func TestR25_ADeadNodeHoldsUpOnlyItsOwnStreams(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"killed", "killed after a lost reply", "frozen"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			cluster := clusterOf(t)
			dead := cluster.Nodes[1]
			replica := replicaOf(t, cluster, dead)
			ill, well := typesOf(t, cluster, dead, true, 4), typesOf(t, cluster, dead, false, 4)
			proxy := redistest.StartProxy(t, dead.Addr())
			client := through(t, cluster, dead, proxy)
			var lost flaps
			// A small buffer, so that events for the dead node fill it.
			const buffer = 100
			b := must(bus.Open(t.Context(), client, bus.WithHooks(lost.hooks()), bus.WithBuffer(buffer)))(t)
			t.Cleanup(func() { _ = b.Close(soon(t)) })
			got := newSeen()
			consume(t, b, "workers", got.handle, bus.WithBlock(100*time.Millisecond))
			for _, of := range append(append([]model.Type{}, ill...), well...) {
				e := event(of, "wf", 0)
				e.ID = fmt.Sprintf("%s-%d", of, 0)
				must(b.PublishSync(soon(t), e))(t)
			}
			redistest.Eventually(t, patience, func() bool { return got.count() == len(ill)+len(well) }, "all streams are read")
			onWell := startLoad(t, b, well, 1)
			already := 1
			if how == "killed after a lost reply" {
				dropped := proxy.DropReply("xadd")
				e := event(ill[0], "wf", 1)
				e.ID = fmt.Sprintf("%s-%d", ill[0], 1)
				publish(t, b, e)
				<-dropped
			}
			dead.AwaitReplica(t)
			if how == "frozen" {
				dead.Pause()
			} else {
				dead.Kill()
				proxy.Close()
			}
			onIll := startLoad(t, b, ill[1:], already)
			handled := func() map[model.Type]int {
				each := make(map[model.Type]int)
				for _, of := range append(append([]model.Type{}, ill...), well...) {
					each[of] = got.countOf(of)
				}
				return each
			}
			before := handled()
			redistest.Eventually(t, patience, func() bool { return b.Stats().Buffered >= buffer }, "events for the dead node fill the buffer")
			redistest.Eventually(t, patience, func() bool {
				now := handled()
				for _, of := range well {
					if now[of]-before[of] < 100 {
						return false
					}
				}
				return true
			}, "the other nodes' streams flow on while the node is dead")
			if how == "frozen" {
				dead.Resume()
			} else {
				redistest.Eventually(t, patience, func() bool {
					return replica.Do(t.Context(), "CLUSTER", "FAILOVER", "TAKEOVER").Err() == nil
				}, "the replica takes over")
			}
			tookOver := time.Now()
			before = handled()
			redistest.Eventually(t, patience, func() bool {
				now := handled()
				for _, of := range ill[1:] {
					if now[of] == before[of] {
						return false
					}
				}
				return true
			}, "the streams of the node flow again")
			t.Logf("the node's streams flow %s after it was replaced or goes on", time.Since(tookOver).Round(time.Millisecond))
			onWell.stop()
			onIll.stop()
			if err := b.Flush(soon(t)); err != nil {
				t.Fatal(err)
			}
			onWell.mustHoldEach(t, client)
			onIll.mustHoldEach(t, client)
			if how == "killed after a lost reply" {
				if n := client.XLen(t.Context(), "events:"+string(ill[0])).Val(); n != 2 {
					t.Errorf("the stream of the lost reply has %d entries, want 2", n)
				}
			}
			total := int64(1)
			for _, l := range []*load{onWell, onIll} {
				for _, n := range l.sent {
					total += n.Load()
				}
			}
			if how == "killed after a lost reply" {
				total++
			}
			redistest.Eventually(t, patience, func() bool { return int64(got.count()) == total }, "all events were handled")
			got.mustBeInOrder(t)
			if w, r := lost.writer.Load(), lost.reader.Load(); w > 2 || r > int64(2*len(ill)) {
				t.Errorf("the writer lost its connection %d times and the readers theirs %d times, for one node that died", w, r)
			}
		})
	}
}

func TestR25_ANewNodeInPlaceOfADeadOneTakesWhatWaited(t *testing.T) {
	t.Parallel()
	cluster := clusterOf(t)
	dead := cluster.Nodes[1]
	ill, well := typesOf(t, cluster, dead, true, 3), typesOf(t, cluster, dead, false, 3)
	client := cluster.Client()
	t.Cleanup(func() { _ = client.Close() })
	var lost flaps
	b := must(bus.Open(t.Context(), client, bus.WithHooks(lost.hooks())))(t)
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	got := newSeen()
	consume(t, b, "workers", got.handle, bus.WithBlock(100*time.Millisecond))
	for _, of := range ill {
		must(b.PublishSync(soon(t), model.Event{ID: "gone with its node " + string(of), Type: of}))(t)
	}
	redistest.Eventually(t, patience, func() bool { return got.count() == len(ill) }, "the node's streams are read")
	deadID := dead.Client().ClusterMyID(t.Context()).Val()
	dead.Kill()
	onIll, onWell := startLoad(t, b, ill, 0), startLoad(t, b, well, 0)
	redistest.Eventually(t, patience, func() bool { return onIll.sent[ill[0]].Load() >= 50 && got.count() > len(ill)+50 },
		"events for the dead node gather, and others flow")
	cluster.Replace(t, dead, deadID)
	redistest.Eventually(t, patience, func() bool {
		return got.countOf(ill[0]) > 50 && got.countOf(ill[1]) > 50 && got.countOf(ill[2]) > 50
	}, "the streams of the node flow again")
	onIll.stop()
	onWell.stop()
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	onIll.mustHoldEach(t, client)
	onWell.mustHoldEach(t, client)
	total := int64(len(ill))
	for _, l := range []*load{onIll, onWell} {
		for _, n := range l.sent {
			total += n.Load()
		}
	}
	redistest.Eventually(t, patience, func() bool { return int64(got.count()) == total }, "all events were handled")
	if w, r := lost.writer.Load(), lost.reader.Load(); w > 2 || r > int64(2*len(ill)) {
		t.Errorf("the writer lost its connection %d times and the readers theirs %d times, for one node that was replaced", w, r)
	}
}

func TestR25_SlotsAreMovedToAnAddedNodeUnderLoad(t *testing.T) {
	t.Parallel()
	cluster := clusterOf(t)
	client := cluster.Client()
	t.Cleanup(func() { _ = client.Close() })
	var lost flaps
	b := must(bus.Open(t.Context(), client, bus.WithHooks(lost.hooks())))(t)
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	got := newSeen()
	consume(t, b, "workers", got.handle, bus.WithBlock(100*time.Millisecond))
	types := append(typesOf(t, cluster, cluster.Nodes[0], true, 3), typesOf(t, cluster, cluster.Nodes[0], false, 5)...)
	l := startLoad(t, b, types, 0)
	flows := func(why string) {
		t.Helper()
		before := make(map[model.Type]int64)
		for of, n := range l.sent {
			before[of] = n.Load()
		}
		redistest.Eventually(t, patience, func() bool {
			for of, n := range l.sent {
				if n.Load() < before[of]+40 {
					return false
				}
			}
			return true
		}, why)
	}
	flows("events are published")
	cluster.Add(t)
	for range 2 {
		for _, of := range types {
			cluster.MoveSlot(t, "events:"+string(of))
		}
		flows("events are published after their slots have moved")
	}
	l.stop()
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	l.mustHoldEach(t, client)
	total := int64(0)
	for _, n := range l.sent {
		total += n.Load()
	}
	redistest.Eventually(t, patience, func() bool { return int64(got.count()) == total }, "all events were handled")
	got.mustBeInOrder(t)
	if n := b.Stats().Delivered; n != uint64(total) {
		t.Errorf("%d deliveries of %d events", n, total)
	}
	if w, r := lost.writer.Load(), lost.reader.Load(); w > 2 || r > int64(4*len(types)) {
		t.Errorf("the writer lost its connection %d times and the readers theirs %d times, for 16 slots that moved", w, r)
	} else {
		t.Logf("%d events; the writer lost its connection %d times, the readers theirs %d times, for 16 slots that moved", total, w, r)
	}
}
