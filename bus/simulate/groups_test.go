package simulate_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"streamdesk/bus"
	"streamdesk/bus/embedded"
	"streamdesk/bus/redistest"
	"streamdesk/bus/simulate"
	"streamdesk/model"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = time.Minute

// servers are the two kinds of Redis that the simulation has to run on.
var servers = map[string]func(t *testing.T) string{
	"embedded": func(t *testing.T) string {
		t.Helper()
		server, err := embedded.Start()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(server.Close)
		return server.Addr()
	},
	"real": func(t *testing.T) string {
		t.Helper()
		return redistest.Start(t).Addr()
	},
}

func openBus(t *testing.T, address string) *bus.Bus {
	t.Helper()
	client := redis.NewClient(&redis.Options{Addr: address})
	b, err := bus.Open(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := b.Close(ctx); err != nil {
			t.Errorf("close the bus: %v", err)
		}
		if err := client.Close(); err != nil {
			t.Errorf("close the client: %v", err)
		}
	})
	return b
}

// inBackground runs the groups until the test ends.
func inBackground(t *testing.T, b *bus.Bus, o simulate.GroupOptions) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- simulate.RunGroups(ctx, b, o) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("RunGroups: %v", err)
		}
	})
}

func publish(t *testing.T, b *bus.Bus, o simulate.Options, n int) {
	t.Helper()
	for _, e := range events(o, n) {
		if err := b.Publish(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := b.Flush(ctx); err != nil {
		t.Fatal(err)
	}
}

func look(t *testing.T, b *bus.Bus) model.Snapshot {
	t.Helper()
	keys, err := b.Reader().Discover(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	snapshot, err := b.Reader().Snapshot(t.Context(), keys)
	if err != nil {
		t.Fatal(err)
	}
	return snapshot
}

// settled says whether every group of every stream has acknowledged every entry.
func settled(s model.Snapshot) bool {
	for _, stream := range s.Streams {
		if len(stream.Groups) != 4 {
			return false
		}
		for _, g := range stream.Groups {
			if g.Pending > 0 || g.LastDelivered != stream.Last {
				return false
			}
		}
	}
	return len(s.Streams) > 0
}

// unsettled tells of every group that has something left to do.
func unsettled(s model.Snapshot) string {
	var b strings.Builder
	for _, stream := range s.Streams {
		for _, g := range stream.Groups {
			if g.Pending > 0 || g.LastDelivered != stream.Last {
				fmt.Fprintf(&b, "\n%s %s: %d pending, oldest %+v, delivered up to %s of %s, consumers %+v",
					stream.Key, g.Name, g.Pending, g.Oldest, g.LastDelivered, stream.Last, g.Consumers)
			}
		}
	}
	return b.String()
}

// settle waits until every group has acknowledged everything, and tells of those that haven't when that doesn't come.
func settle(t *testing.T, b *bus.Bus) {
	t.Helper()
	var seen model.Snapshot
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("unsettled: %s, stats %+v", unsettled(seen), b.Stats())
		}
	})
	redistest.Eventually(t, patience, func() bool {
		seen = look(t, b)
		return settled(seen)
	}, "all groups acknowledge all events")
}

func TestGroupsAcknowledgeEverythingInTheEnd(t *testing.T) {
	t.Parallel()
	for name, start := range servers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := openBus(t, start(t))
			inBackground(t, b, simulate.GroupOptions{
				Rate: func() float64 { return 5_000 }, Wave: 500 * time.Millisecond, AckWait: 250 * time.Millisecond,
			})
			publish(t, b, simulate.Options{Seed: 11, PoisonEvery: -1}, 2_000)
			settle(t, b)
			if dead := b.Stats().DeadLettered; dead != 0 {
				t.Errorf("%d dead letters", dead)
			}
		})
	}
}

func TestPoisonEndsInTheDeadLetters(t *testing.T) {
	t.Parallel()
	for name, start := range servers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := openBus(t, start(t))
			inBackground(t, b, simulate.GroupOptions{
				Wave: time.Second, AckWait: time.Second, Work: -1, Faultless: true,
			})
			publish(t, b, simulate.Options{Seed: 11, PoisonEvery: 5, Workflows: 20}, 3_000)
			settle(t, b)
			stream := model.DeadLetterKey(b.StreamKey(model.DeploymentStarted))
			dead, err := b.Reader().Range(t.Context(), stream, model.Position{}, model.Position{}, 1)
			if err != nil || len(dead) == 0 {
				t.Fatalf("%d dead letters, %v", len(dead), err)
			}
			if reason, _ := dead[0].Field(model.FieldReason); !strings.Contains(reason, "out of range for type bigint") {
				t.Errorf("the reason is %q", reason)
			}
		})
	}
}

// TestADeadConsumerKeepsItsEntries waits for the death, with an ack wait so long that nobody takes its entries over.
func TestADeadConsumerKeepsItsEntries(t *testing.T) {
	t.Parallel()
	for name, start := range servers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := openBus(t, start(t))
			const wave = 2 * time.Second
			inBackground(t, b, simulate.GroupOptions{Wave: wave, AckWait: time.Minute, Work: -1})
			s := simulate.New(simulate.Options{Seed: 4, PoisonEvery: -1})
			left := func() (n int64) {
				for _, stream := range look(t, b).Streams {
					if g := stream.Group(simulate.GroupWebsocket); g != nil {
						i := slices.IndexFunc(g.Consumers, func(c model.Consumer) bool { return c.Name == "worker-3" })
						if i >= 0 && g.Consumers[i].Idle > wave/4 {
							n += g.Consumers[i].Pending
						}
					}
				}
				return n
			}
			redistest.Eventually(t, patience, func() bool {
				for range 5 {
					if err := b.Publish(t.Context(), s.Next()); err != nil {
						t.Fatal(err)
					}
				}
				return left() > 0
			}, "worker-3 dies with entries pending")
		})
	}
}

// TestTheSlowGroupFallsBehind waits for a lag that the others don't have.
func TestTheSlowGroupFallsBehind(t *testing.T) {
	t.Parallel()
	b := openBus(t, servers["embedded"](t))
	rate := func() float64 { return 200 }
	inBackground(t, b, simulate.GroupOptions{Rate: rate, Wave: 4 * time.Second, Work: -1})
	publish(t, b, simulate.Options{Seed: 4, PoisonEvery: -1}, 400)
	waiting := func(group string) (n int64) {
		for _, stream := range look(t, b).Streams {
			if g := stream.Group(group); g != nil {
				n += g.Lag.N
			}
		}
		return n
	}
	redistest.Eventually(t, patience, func() bool {
		return waiting(simulate.GroupMetrics) == 0 && waiting(simulate.GroupLogs) > 0
	}, "log_aggregators are behind, metrics_collectors are not")
	redistest.Eventually(t, patience, func() bool { return waiting(simulate.GroupLogs) == 0 }, "log_aggregators catch up")
}
