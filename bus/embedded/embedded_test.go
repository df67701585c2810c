package embedded_test

import (
	"os"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"streamdesk/bus/embedded"
)

// patience bounds every wait in these tests; it is only spent by one that fails.
const patience = time.Minute

func TestMain(m *testing.M) {
	if os.Getenv(breakEnv) != "" {
		breakDown()
	}
	goleak.VerifyTestMain(m)
}

// start starts an embedded server and a client of it.
func start(t testing.TB, opts ...embedded.Option) (*embedded.Server, *redis.Client) {
	t.Helper()
	s, err := embedded.Start(opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	client := redis.NewClient(&redis.Options{Addr: s.Addr()})
	t.Cleanup(func() { _ = client.Close() })
	return s, client
}

func add(t testing.TB, client *redis.Client, stream, id string) {
	t.Helper()
	args := &redis.XAddArgs{Stream: stream, ID: id, Values: []string{"data", "{}"}}
	if err := client.XAdd(t.Context(), args).Err(); err != nil {
		t.Fatalf("XADD %s %s: %v", stream, id, err)
	}
}

func TestGoRedisConnectsWithEitherProtocol(t *testing.T) {
	for _, protocol := range []int{2, 3} {
		s, _ := start(t)
		client := redis.NewClient(&redis.Options{Addr: s.Addr(), Protocol: protocol, ClientName: "desk"})
		t.Cleanup(func() { _ = client.Close() })
		add(t, client, "s", "1-1")
		if err := client.XGroupCreate(t.Context(), "s", "g", "0").Err(); err != nil {
			t.Fatal(err)
		}
		got, err := client.XReadGroup(t.Context(), &redis.XReadGroupArgs{
			Group: "g", Consumer: "c", Streams: []string{"s", ">"}, Block: -1,
		}).Result()
		if err != nil || len(got) != 1 || got[0].Messages[0].ID != "1-1" {
			t.Errorf("protocol %d: read %v, %v", protocol, got, err)
		}
		full, err := client.XInfoStreamFull(t.Context(), "s", 10).Result()
		if err != nil || full.EntriesAdded != 1 || full.Groups[0].Lag != 0 || full.Groups[0].PelCount != 1 {
			t.Errorf("protocol %d: XINFO STREAM FULL = %+v, %v", protocol, full, err)
		}
		if name := client.ClientGetName(t.Context()).Val(); name != "desk" {
			t.Errorf("protocol %d: the client's name is %q", protocol, name)
		}
	}
}
