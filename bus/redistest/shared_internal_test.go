package redistest

import (
	"net"
	"testing"

	"github.com/redis/go-redis/v9"
)

// lend has a server of a shelf used and put back, and returns its process and the server that comes next.
func lend(t *testing.T, use func(s *Server, client *redis.Client)) (before int, next *Server) {
	t.Helper()
	requireInstalled(t)
	h := &shelf{opened: true}
	s, err := h.take()
	if err != nil {
		t.Fatal(err)
	}
	before = s.Pid()
	use(s, s.Client())
	if !h.put(s) {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if next, err = h.take(); err != nil {
		t.Fatal(err)
	}
	bind(t, next)
	return before, next
}

func TestASharedServerIsAsGoodAsNew(t *testing.T) {
	t.Parallel()
	var other net.Conn
	before, next := lend(t, func(s *Server, client *redis.Client) {
		for _, command := range [][]any{{"SET", "k", "v"}, {"SCRIPT", "LOAD", "return 1"}, {"SELECT", 3}, {"SET", "k", "v"}} {
			if err := client.Do(t.Context(), command...).Err(); err != nil {
				t.Fatal(err)
			}
		}
		var err error
		if other, err = net.Dial("tcp", s.Addr()); err != nil {
			t.Fatal(err)
		}
		if _, err := other.Write([]byte("PING\r\n")); err != nil || !pong(other) {
			t.Fatal("the other client has no answer")
		}
	})
	t.Cleanup(func() { _ = other.Close() })
	if next.Pid() != before {
		t.Error("it isn't shared")
	}
	if n := next.Client().DBSize(t.Context()).Val(); n != 0 {
		t.Errorf("it has %d keys", n)
	}
	if err := next.Client().EvalSha(t.Context(), "e0e1f9fabfc9d4800c877a703b823ac0578ff8db", nil).Err(); err == nil {
		t.Error("it has the script of the test before")
	}
	if _, err := other.Read(make([]byte, 1)); err == nil {
		t.Error("a client of the test before is still connected")
	}
}

func TestAServerThatIsntAsItWasIsNotShared(t *testing.T) {
	t.Parallel()
	for name, use := range map[string]func(s *Server, client *redis.Client){
		"set":       func(_ *Server, client *redis.Client) { client.ConfigSet(t.Context(), "maxmemory", "3mb") },
		"a user":    func(_ *Server, client *redis.Client) { client.Do(t.Context(), "ACL", "SETUSER", "ann", "on") },
		"a replica": func(_ *Server, client *redis.Client) { client.ReplicaOf(t.Context(), "127.0.0.1", "1") },
		"a file":    func(_ *Server, client *redis.Client) { client.Save(t.Context()) },
		"restarted": func(s *Server, _ *redis.Client) { s.Restart() },
		"killed":    func(s *Server, _ *redis.Client) { s.Kill() },
		"resumed":   func(s *Server, _ *redis.Client) { s.Pause(); s.Resume() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, next := lend(t, use)
			if next.Pid() == before {
				t.Error("it is shared")
			}
			if n := next.Client().ConfigGet(t.Context(), "maxmemory").Val()["maxmemory"]; n != "0" {
				t.Errorf("the next has maxmemory %s", n)
			}
		})
	}
}
