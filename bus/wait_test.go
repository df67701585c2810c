package bus_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/bus/observe/tail"
	"streamdesk/bus/redistest"
)

// waits collects what a bus tells of its waiting.
type waits struct {
	mu   sync.Mutex
	told []fault.Wait
}

func (w *waits) hooks() bus.Hooks {
	return bus.Hooks{Waiting: func(wait fault.Wait) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.told = append(w.told, wait)
	}}
}

// of says whether a part has told that it waits, and for a reason with certain words.
func (w *waits) of(part, reason string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, wait := range w.told {
		if wait.Part == part && strings.Contains(wait.Err.Error(), reason) && strings.Contains(wait.String(), reason) {
			return true
		}
	}
	return false
}

func (w *waits) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.told)
}

// A server that takes no events, in several ways.
var refusals = []struct {
	name, reason string
	refuse       func(t *testing.T, s *redistest.Server)
}{
	{"a replica", "READONLY", func(t *testing.T, s *redistest.Server) {
		t.Helper()
		if err := s.Client().ReplicaOf(t.Context(), "127.0.0.1", "1").Err(); err != nil {
			t.Fatal(err)
		}
	}},
	{"a master without replicas", "NOREPLICAS", func(t *testing.T, s *redistest.Server) {
		t.Helper()
		if err := s.Client().ConfigSet(t.Context(), "min-replicas-to-write", "1").Err(); err != nil {
			t.Fatal(err)
		}
	}},
	{"a server that can't save", "MISCONF", func(t *testing.T, s *redistest.Server) {
		t.Helper()
		breakSaving(t, s)
	}},
	{"a server that was killed", "refused", func(t *testing.T, s *redistest.Server) {
		t.Helper()
		s.Kill()
	}},
	{"a server that stalls", "not answered", func(t *testing.T, s *redistest.Server) {
		t.Helper()
		s.Pause()
		t.Cleanup(s.Resume)
	}},
}

// breakSaving puts a directory where a server would save to, and waits until it takes no writes because of that.
func breakSaving(t *testing.T, s *redistest.Server) {
	t.Helper()
	client := s.Client()
	if err := client.ConfigSet(t.Context(), "save", "3600 1").Err(); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(s.Dir(), "dump.rdb"), 0o700); err != nil {
		t.Fatal(err)
	}
	redistest.Eventually(t, patience, func() bool {
		_ = client.BgSave(t.Context()).Err() // it may be saving already
		err := client.Set(t.Context(), "probe", 1, 0).Err()
		return err != nil && strings.Contains(err.Error(), "MISCONF")
	}, "the server takes no writes")
}

func TestR26_WhatTheServerRefusesIsToldAndGivenUp(t *testing.T) {
	t.Parallel()
	for _, way := range refusals {
		for before, events := range map[string]int{"a connection": 0, "the next event": 1} {
			t.Run(way.name+" before "+before, func(t *testing.T) {
				t.Parallel()
				s := redistest.Start(t)
				var told waits
				b := openBus(t, s, bus.WithHooks(told.hooks()), bus.WithPatience(1500*time.Millisecond))
				for i := range events {
					must(b.PublishSync(t.Context(), event("a.b", "wf", i)))(t)
				}
				way.refuse(t, s)
				began := time.Now()
				_, err := b.PublishSync(t.Context(), event("a.b", "wf", events))
				if took := time.Since(began); took > wire.WriteTimeout { // that of a bus without a patience
					t.Errorf("given up after %s", took)
				}
				if !told.of(fault.WaitWriter, way.reason) {
					t.Errorf("told %v, want a wait for %q", told.told, way.reason)
				}
				var failed *bus.PublishError
				if !errors.Is(err, fault.ErrPatience) || !errors.As(err, &failed) {
					t.Errorf("PublishSync = %v", err)
				}
				if way.reason != "not answered" && !strings.Contains(err.Error(), way.reason) {
					t.Errorf("PublishSync = %v, want the reason %q", err, way.reason)
				}
			})
		}
	}
}

func TestR26_GarbageInsteadOfRepliesIsToldAndGivenUp(t *testing.T) {
	t.Parallel()
	var told waits
	server := garbageServer(t)
	client := redis.NewClient(&redis.Options{Addr: server, Protocol: 2, DisableIdentity: true, MaxRetries: -1})
	t.Cleanup(func() { _ = client.Close() })
	b, err := bus.Open(t.Context(), client, bus.WithHooks(told.hooks()), bus.WithPatience(1500*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	_, err = b.PublishSync(t.Context(), event("a.b", "wf", 0))
	if !errors.Is(err, fault.ErrPatience) || !strings.Contains(err.Error(), "garbage") {
		t.Errorf("PublishSync = %v", err)
	}
	if !told.of(fault.WaitWriter, "garbage") {
		t.Errorf("told %v", told.told)
	}
}

// garbageServer answers PING, as a server without HELLO, and anything else with what is no reply.
func garbageServer(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				request := make([]byte, 1<<16)
				for {
					n, err := conn.Read(request)
					if err != nil {
						return
					}
					answer := "garbage, and no reply\r\n"
					switch asked := strings.ToLower(string(request[:n])); {
					case strings.Contains(asked, "hello"):
						answer = "-ERR unknown command\r\n"
					case strings.Contains(asked, "ping"):
						answer = "+PONG\r\n"
					}
					if _, err := conn.Write([]byte(answer)); err != nil {
						return
					}
				}
			}()
		}
	}()
	return listener.Addr().String()
}

func TestR26_WhoeverStopsWaitingIsToldWhatFor(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s, bus.WithBuffer(1))
	refusals[0].refuse(t, s)
	defer func() { _ = s.Client().ReplicaOf(context.Background(), "no", "one").Err() }()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := b.PublishSync(ctx, event("a.b", "wf", 0)); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "READONLY") {
		t.Errorf("PublishSync = %v", err)
	}
	publish(t, b, event("a.b", "wf", 1))
	redistest.Eventually(t, patience, func() bool {
		short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		err := b.Publish(short, event("a.b", "wf", 2))
		return errors.Is(err, context.DeadlineExceeded) && strings.Contains(err.Error(), "READONLY")
	}, "Publish on a full buffer says why it is full")
}

func TestR26_PatienceCountsFromWhenTheServerLastTookAnEvent(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	var told waits
	b := openBus(t, s, bus.WithHooks(told.hooks()), bus.WithPatience(time.Second))
	refusals[0].refuse(t, s)
	if _, err := b.PublishSync(t.Context(), event("a.b", "wf", 0)); !errors.Is(err, fault.ErrPatience) {
		t.Fatalf("PublishSync = %v", err)
	}
	before := told.count()
	if _, err := b.PublishSync(t.Context(), event("a.b", "wf", 1)); !errors.Is(err, fault.ErrPatience) {
		t.Fatalf("PublishSync = %v", err)
	}
	if after := told.count(); after != before {
		t.Errorf("what the server had refused for long enough was waited for again: told %d times, then %d", before, after)
	}
	if err := s.Client().ReplicaOf(t.Context(), "no", "one").Err(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.PublishSync(t.Context(), event("a.b", "wf", 2)); err != nil {
		t.Errorf("PublishSync on a server that is back = %v", err)
	}
}

func TestR26_ConsumersAndTailsGoOnAndSayWhatTheyWaitFor(t *testing.T) {
	t.Parallel()
	for _, way := range refusals {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			s := redistest.Start(t, redistest.WithAppendOnly("always"))
			var told waits
			var down, up atomic.Int64
			hooks := told.hooks()
			hooks.Disconnected = func(part string, _ error) {
				if part == fault.WaitReader {
					down.Add(1)
				}
			}
			hooks.Reconnected = func(string, time.Duration) { up.Add(1) }
			b := openBus(t, s, bus.WithHooks(hooks))
			got := newSeen()
			consume(t, b, "workers", got.handle, bus.WithBlock(50*time.Millisecond))
			publish(t, b, event("a.b", "wf", 0))
			redistest.Eventually(t, patience, func() bool { return got.count() == 1 })
			way.refuse(t, s)
			redistest.Eventually(t, patience, func() bool { return told.of(fault.WaitReader, "") }, "the consumer says that it waits")
			if n := down.Load(); n != 1 || up.Load() != 0 {
				t.Errorf("told %d losses and %d returns of a server that was away once", n, up.Load())
			}
		})
	}
}

func TestR26_ConsumersAndTailsGiveUpWhereThatIsAskedFor(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s)
	publish(t, b, event("a.b", "wf", 0))
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	s.Kill()
	err := b.Consume(soon(t), "workers", newSeen().handle, bus.WithTypes("a.b"), bus.WithConsumePatience(500*time.Millisecond))
	if !errors.Is(err, fault.ErrPatience) || !strings.Contains(err.Error(), "refused") {
		t.Errorf("Consume = %v", err)
	}
	for _, failed := range b.Reader().Tail(soon(t), tail.Options{Patience: 500 * time.Millisecond}) {
		err = failed
	}
	if !errors.Is(err, fault.ErrPatience) || !strings.Contains(err.Error(), "refused") {
		t.Errorf("the tail's last error = %v", err)
	}
}

func TestCloseEndsAnAttemptToConnect(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	options := *s.Options()
	var dead atomic.Bool
	dialing := make(chan struct{}, 10)
	dial := redis.NewDialer(&options)
	options.Dialer = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if !dead.Load() {
			return dial(ctx, network, addr)
		}
		dialing <- struct{}{}
		<-ctx.Done() // as a host that swallows every packet
		return nil, ctx.Err()
	}
	options.DialTimeout = time.Hour
	client := redis.NewClient(&options)
	t.Cleanup(func() { _ = client.Close() })
	b, err := bus.Open(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	dead.Store(true)
	publish(t, b, event("a.b", "wf", 0))
	<-dialing
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := b.Close(ctx); !errors.Is(err, bus.ErrUnpublished) {
		t.Errorf("Close = %v", err)
	}
}
