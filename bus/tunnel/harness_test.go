package tunnel_test

import (
	"context"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"streamdesk/bus/redistest"
	"streamdesk/bus/tunnel"
	"streamdesk/bus/tunnel/sshdtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a condition may take on a busy machine.
const patience = 20 * time.Second

// quick is a pace at which tests can wait for what takes seconds otherwise.
var quick = tunnel.Pace{Probe: 50 * time.Millisecond, Answer: 300 * time.Millisecond}

// scene is a Redis behind a bastion, with a key that logs in.
type scene struct {
	redis   *redistest.Server
	bastion *sshdtest.Server
	key     sshdtest.Key
	options tunnel.Options // with nothing to log in with yet
}

func newScene(t *testing.T, lines ...string) *scene {
	t.Helper()
	s := &scene{redis: redistest.Start(t), bastion: sshdtest.Start(t, lines...), key: sshdtest.NewKey(t)}
	s.bastion.Authorize(s.key)
	s.options = tunnel.Options{
		Host: "127.0.0.1", Port: s.bastion.Port(), User: s.bastion.User(), Home: t.TempDir(), KnownHosts: []string{s.bastion.KnownHosts()},
	}
	return s
}

// withKey adds the key's file to the options.
func (s *scene) withKey(t *testing.T) *scene {
	t.Helper()
	s.options.KeyFiles = []string{s.key.File(t, "")}
	return s
}

// open returns a tunnel that is closed with the test, when everything of it has to be gone.
func (s *scene) open(t *testing.T) *tunnel.Tunnel {
	t.Helper()
	way, err := tunnel.New(s.options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(way.Close)
	return way
}

// client returns a client through a tunnel that doesn't try again by itself.
func (s *scene) client(t *testing.T, way *tunnel.Tunnel) *redis.Client {
	t.Helper()
	c := redis.NewClient(&redis.Options{
		Addr: s.redis.Addr(), Dialer: way.Dial, MaxRetries: -1, DialerRetries: 1, DialTimeout: 5 * time.Second, ContextTimeoutEnabled: true,
	})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// ping asks through a tunnel of its own, and returns the error.
func (s *scene) ping(t *testing.T) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	return s.client(t, s.open(t)).Ping(ctx).Err()
}
