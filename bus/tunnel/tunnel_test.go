package tunnel_test

import (
	"context"
	"errors"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/bus/tunnel"
	"streamdesk/model"
)

// logins returns how often somebody logged in to the bastion.
func (s *scene) logins() int { return strings.Count(s.bastion.Output(), "Accepted publickey") }

func TestAllConnectionsShareOneLogin(t *testing.T) {
	s := newScene(t).withKey(t)
	client := s.client(t, s.open(t))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := client.Ping(t.Context()).Err(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := s.logins(); n != 1 {
		t.Errorf("%d logins", n)
	}
	own, err := s.open(t).Dial(t.Context(), "tcp", ":"+strconv.Itoa(s.redis.Port()))
	if err != nil {
		t.Fatalf("an address without a host: %v", err)
	}
	_ = own.Close()
	conn, err := s.open(t).Dial(t.Context(), "unix", s.redis.Dir()+"/redis.sock")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		t.Fatal(err)
	}
	reply := make([]byte, 7)
	if _, err := conn.Read(reply); err != nil || string(reply) != "+PONG\r\n" {
		t.Errorf("over a socket there: %q, %v", reply, err)
	}
}

// TestAnUnusedTunnelLogsOut: nothing stays once nobody has a connection, and the next one logs in anew.
func TestAnUnusedTunnelLogsOut(t *testing.T) {
	s := newScene(t).withKey(t)
	s.options.Pace.Linger = time.Millisecond
	way := s.open(t)
	for n := 1; n <= 2; n++ {
		conn, err := way.Dial(t.Context(), "tcp", s.redis.Addr())
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
		redistest.Eventually(t, patience, func() bool {
			return strings.Count(s.bastion.Output(), "Disconnected from user")+strings.Count(s.bastion.Output(), "Connection closed by") >= n ||
				strings.Count(s.bastion.Output(), "Close session")+strings.Count(s.bastion.Output(), "disconnected") >= n
		}, "it logs out")
	}
	if n := s.logins(); n != 2 {
		t.Errorf("%d logins", n)
	}
}

func TestAnErrorSaysWhichHopFailed(t *testing.T) {
	s := newScene(t, "PermitOpen 127.0.0.1:1").withKey(t)
	way := s.open(t)
	for address, want := range map[string]string{"127.0.0.1:1": "connection refused", s.redis.Addr(): "PermitOpen"} {
		_, err := way.Dial(t.Context(), "tcp", address)
		failed, is := errors.AsType[*tunnel.ServerError](err)
		op, isOp := errors.AsType[*net.OpError](err)
		if !is || failed.Server != address || !strings.Contains(err.Error(), want) || !isOp || op.Op != "dial" || op.Addr.String() != address {
			t.Errorf("%s: %v", address, err)
		}
	}
	s.bastion.Kill()
	redistest.Eventually(t, patience, func() bool {
		_, err := way.Dial(t.Context(), "tcp", s.redis.Addr())
		failed, is := errors.AsType[*tunnel.BastionError](err)
		return is && !failed.Lost && strings.Contains(err.Error(), "the bastion "+way.Bastion()+" can't be reached: connection refused")
	}, "the bastion is what fails")
}

// TestABusOutlivesItsBastion: it is killed and started again under a bus that publishes and consumes, and nothing is lost.
func TestABusOutlivesItsBastion(t *testing.T) {
	s := newScene(t).withKey(t)
	b, err := bus.Open(t.Context(), s.client(t, s.open(t)))
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan string, 10)
	ctx, stop := context.WithCancel(t.Context())
	consumed := make(chan error, 1)
	go func() {
		consumed <- b.Consume(ctx, "readers", func(_ context.Context, m bus.Message) error {
			got <- m.Event.WorkflowID
			return nil
		})
	}()
	for _, id := range []string{"before", "after"} {
		if id == "after" {
			s.bastion.Kill()
			s.bastion.Restart()
		}
		if _, err := b.PublishSync(t.Context(), model.Event{Type: model.WorkflowStarted, WorkflowID: id}); err != nil {
			t.Fatal(err)
		}
		select {
		case now := <-got:
			if now != id {
				t.Errorf("%s came, want %s", now, id)
			}
		case <-time.After(patience):
			t.Fatalf("%s didn't come", id)
		}
	}
	stop()
	if err := <-consumed; err != nil {
		t.Error(err)
	}
	if err := b.Close(context.Background()); err != nil {
		t.Error(err)
	}
}

// TestAClusterIsReachedThroughABastion: each node is dialled where the cluster says it is, all of them through one login.
func TestAClusterIsReachedThroughABastion(t *testing.T) {
	s := newScene(t).withKey(t)
	cluster := redistest.StartCluster(t, 3)
	way := s.open(t)
	var dialled atomic.Int64
	client := redis.NewClusterClient(&redis.ClusterOptions{
		Addrs: cluster.Addrs()[:1], DialTimeout: 5 * time.Second, ContextTimeoutEnabled: true,
		Dialer: func(ctx context.Context, network, addr string) (net.Conn, error) {
			dialled.Add(1)
			return way.Dial(ctx, network, addr)
		},
	})
	t.Cleanup(func() { _ = client.Close() })
	b, err := bus.Open(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close(context.WithoutCancel(t.Context())) })
	const streams = 9
	var events []model.Event
	for i := range streams {
		events = append(events, model.Event{Type: model.Type("order.s" + strconv.Itoa(i)), WorkflowID: "wf", Data: []byte("{}")})
	}
	var mu sync.Mutex
	got := map[model.Type]int{}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- b.Consume(ctx, "workers", func(_ context.Context, m bus.Message) error {
			mu.Lock()
			defer mu.Unlock()
			got[m.Event.Type]++
			return nil
		})
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	if _, err := b.PublishSync(t.Context(), events...); err != nil {
		t.Fatal(err)
	}
	redistest.Eventually(t, patience, func() bool { mu.Lock(); defer mu.Unlock(); return len(got) == streams }, "all events come")
	for _, node := range cluster.Nodes {
		if node.Client().DBSize(t.Context()).Val() == 0 {
			t.Errorf("node %s has nothing", node.Addr())
		}
	}
	if n := s.logins(); n != 1 || dialled.Load() < int64(len(cluster.Nodes)) {
		t.Errorf("%d logins for %d connections, want one", n, dialled.Load())
	}
}

// TestAFrozenBastionHoldsNobodyUp: deadlines hold while nothing answers, the tunnel notices, and goes on once it answers again.
func TestAFrozenBastionHoldsNobodyUp(t *testing.T) {
	s := newScene(t).withKey(t)
	s.options.Pace = quick
	way := s.open(t)
	conn, err := way.Dial(t.Context(), "tcp", s.redis.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	s.bastion.Pause()
	resumed := false
	defer func() {
		if !resumed {
			s.bastion.Resume()
		}
	}()
	if err := conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	_, err = conn.Read(make([]byte, 1))
	if !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(began) > patience || !strings.Contains(err.Error(), "via 127.0.0.1") {
		t.Errorf("a read that nothing answers: %v", err)
	}
	if err := conn.SetDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	_, err = conn.Read(make([]byte, 1)) // no deadline: the tunnel itself has to notice
	if lost, is := errors.AsType[*tunnel.BastionError](err); !is || !lost.Lost || !strings.Contains(err.Error(), "no sign of life") {
		t.Errorf("a read on a dead tunnel: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := way.Dial(ctx, "tcp", s.redis.Addr()); !errors.As(err, new(*tunnel.BastionError)) || !strings.Contains(err.Error(), "no answer in time") {
		t.Errorf("dialling: %v", err)
	}
	s.bastion.Resume()
	resumed = true
	redistest.Eventually(t, patience, func() bool {
		again, err := way.Dial(t.Context(), "tcp", s.redis.Addr())
		if err == nil {
			err = again.Close()
		}
		return err == nil
	}, "it is used again")
}

func TestAClosedTunnelConnectsNoMore(t *testing.T) {
	s := newScene(t).withKey(t)
	way := s.open(t)
	conn, err := way.Dial(t.Context(), "tcp", s.redis.Addr())
	if err != nil {
		t.Fatal(err)
	}
	way.Close()
	if _, err := conn.Read(make([]byte, 1)); err == nil {
		t.Error("a connection goes on")
	}
	if _, err := conn.Write([]byte("PING\r\n")); err == nil {
		t.Error("a connection takes more")
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	if _, err := way.Dial(t.Context(), "tcp", s.redis.Addr()); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("dialling: %v", err)
	}
}
