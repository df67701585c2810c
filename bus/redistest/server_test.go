package redistest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"streamdesk/bus/redistest"
)

// patience bounds every wait in these tests; it is only spent by one that fails.
const patience = time.Minute

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// impatient returns a client that tries everything once.
func impatient(t *testing.T, opts *redis.Options) *redis.Client {
	t.Helper()
	opts.MaxRetries, opts.DialerRetries = -1, 1
	client := redis.NewClient(opts)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func TestStartAnswersAtOnce(t *testing.T) {
	s := redistest.Start(t)
	client := s.Client()
	if err := client.Ping(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	persistence, err := client.ConfigGet(t.Context(), "appendonly").Result()
	if err != nil {
		t.Fatal(err)
	}
	if persistence["appendonly"] != "no" {
		t.Errorf("appendonly is %q without WithAppendOnly", persistence["appendonly"])
	}
}

func TestServersArePrivate(t *testing.T) {
	a, b := redistest.Start(t), redistest.Start(t)
	if a.Addr() == b.Addr() {
		t.Fatalf("two servers share %s", a.Addr())
	}
	if err := a.Client().Set(t.Context(), "only", "in a", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if n := b.Client().Exists(t.Context(), "only").Val(); n != 0 {
		t.Error("a key of one server is visible in the other")
	}
}

func TestRestartAfterKill(t *testing.T) {
	for _, tc := range []struct {
		name string
		opts []redistest.Option
		want int64
	}{
		{"with an append-only file the data is back", []redistest.Option{redistest.WithAppendOnly("always")}, 3},
		{"without persistence it is gone", nil, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := redistest.Start(t, tc.opts...)
			client, addr := impatient(t, s.Options()), s.Addr()
			for range 3 {
				add := client.XAdd(t.Context(), &redis.XAddArgs{Stream: "s", Values: []string{"data", "{}"}})
				if err := add.Err(); err != nil {
					t.Fatal(err)
				}
			}
			s.Kill()
			if err := client.Ping(t.Context()).Err(); err == nil {
				t.Fatal("a killed server answers")
			}
			s.Restart()
			if s.Addr() != addr {
				t.Errorf("restarted at %s, was at %s", s.Addr(), addr)
			}
			if n, err := client.XLen(t.Context(), "s").Result(); err != nil || n != tc.want {
				t.Errorf("XLEN after the restart = %d, %v; want %d", n, err, tc.want)
			}
		})
	}
}

func TestStopKeepsAppendOnlyFile(t *testing.T) {
	s := redistest.Start(t, redistest.WithAppendOnly("everysec"))
	if err := s.Client().Set(t.Context(), "k", "v", 0).Err(); err != nil {
		t.Fatal(err)
	}
	s.Stop()
	if s.Pid() != 0 {
		t.Error("a stopped server has a process")
	}
	s.Restart()
	if v := s.Client().Get(t.Context(), "k").Val(); v != "v" {
		t.Errorf("after the restart the key is %q", v)
	}
}

func TestPausedServerIsSilentUntilResumed(t *testing.T) {
	s := redistest.Start(t)
	client := s.Client()
	if err := client.Ping(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	s.Pause()
	answer := make(chan error, 1)
	go func() { answer <- client.Echo(context.Background(), "x").Err() }()
	redistest.Eventually(t, patience, func() bool { return stopped(t, s.Pid()) }, "the process is suspended")
	select {
	case err := <-answer:
		t.Fatalf("a paused server answered: %v", err)
	default:
	}
	s.Resume()
	if err := <-answer; err != nil {
		// The client may have given up and retried; what matters is that the server answers again.
		t.Logf("the paused request ended with %v", err)
	}
	if err := client.Ping(t.Context()).Err(); err != nil {
		t.Errorf("after Resume: %v", err)
	}
}

// stopped asks the kernel whether the process is suspended.
func stopped(t *testing.T, pid int) bool {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Skipf("no process table to look at: %v", err)
	}
	_, state, _ := strings.Cut(string(status), ") ")
	return strings.HasPrefix(state, "T")
}

func TestACLUsersAreLimited(t *testing.T) {
	s := redistest.Start(t, redistest.WithACL("reader on >secret ~events:* +@read +@connection"))
	opts := s.Options()
	opts.Username, opts.Password = "reader", "secret"
	reader := impatient(t, opts)
	if err := reader.XLen(t.Context(), "events:a").Err(); err != nil {
		t.Errorf("a permitted read: %v", err)
	}
	err := reader.XAdd(t.Context(), &redis.XAddArgs{Stream: "events:a", Values: []string{"a", "b"}}).Err()
	if err == nil || !strings.HasPrefix(err.Error(), "NOPERM") {
		t.Errorf("a forbidden write got %v, want NOPERM", err)
	}
}

func TestTLSOnly(t *testing.T) {
	s := redistest.Start(t, redistest.WithTLS())
	if err := s.Client().Ping(t.Context()).Err(); err != nil {
		t.Fatalf("with the server's authority: %v", err)
	}
	plain := impatient(t, &redis.Options{Addr: s.Addr()})
	if err := plain.Ping(t.Context()).Err(); err == nil {
		t.Error("a client without TLS got an answer")
	}
}

func TestLaunchReportsWhyItFailed(t *testing.T) {
	redistest.Start(t) // skips without redis-server
	_, err := redistest.Launch(redistest.WithConfig("no-such-directive", "1"))
	if err == nil || !strings.Contains(err.Error(), "no-such-directive") {
		t.Errorf("the error %v does not name the bad directive", err)
	}
}

func TestWithPortTakenFails(t *testing.T) {
	s := redistest.Start(t)
	if _, err := redistest.Launch(redistest.WithPort(s.Port())); err == nil {
		t.Error("two servers on one port")
	}
}

func TestLaunchWithoutATest(t *testing.T) {
	s, err := redistest.Launch()
	if errors.Is(err, redistest.ErrNotInstalled) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Client().Ping(t.Context()).Err(); err != nil {
		t.Error(err)
	}
	dir := s.Dir()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the server left %s behind", dir)
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		s, err := redistest.Launch()
		if err != nil {
			b.Skip(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
