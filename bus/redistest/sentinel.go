package redistest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
)

// masterName is the sentinel's name for the master.
const masterName = "streamdesk-test"

// The sentinel fails over only on command. With a short timeout it would consider a server dead that is only starved by a
// busy machine, and unreplicated data would be lost unexpectedly.
const (
	downAfterMillis      = "600000"
	failoverTimeoutMilli = "60000" // max time of the steps of a failover
)

// SentinelSet is one master, one replica and one sentinel that watches them and fails over on command.
type SentinelSet struct {
	Sentinel *Server
	servers  []*Server
	ask      *redis.SentinelClient
}

// StartSentinel starts the set, and returns once the replica is in sync and the sentinel knows it. Options apply to
// the master and the replica.
func StartSentinel(t testing.TB, opts ...Option) *SentinelSet {
	t.Helper()
	master := Start(t, opts...)
	replica := Start(t, append(slices.Clone(opts), WithConfig("replicaof", "127.0.0.1", strconv.Itoa(master.Port())))...)
	if !holdsWithin(formTimeout, func() bool { return inSync(t.Context(), replica) }) {
		t.Fatalf("redistest: the replica did not sync within %s", formTimeout)
	}
	sentinel := Start(t, func(st *settings) {
		st.sentinel = true
		st.set("sentinel", "monitor", masterName, "127.0.0.1", strconv.Itoa(master.Port()), "1")
		st.set("sentinel", "down-after-milliseconds", masterName, downAfterMillis)
		st.set("sentinel", "failover-timeout", masterName, failoverTimeoutMilli)
	})
	s := &SentinelSet{Sentinel: sentinel, servers: []*Server{master, replica}, ask: redis.NewSentinelClient(sentinel.Options())}
	sentinel.closeWith(s.ask)
	if !holdsWithin(formTimeout, func() bool { return s.knowsReplica(t.Context()) }) {
		t.Fatalf("redistest: the sentinel did not find the replica within %s", formTimeout)
	}
	return s
}

// Addrs returns the sentinel's address, as a list because clients need one.
func (s *SentinelSet) Addrs() []string { return []string{s.Sentinel.Addr()} }

// Client returns a new client that follows the master; the caller closes it.
func (s *SentinelSet) Client() *redis.Client {
	return redis.NewFailoverClient(&redis.FailoverOptions{MasterName: masterName, SentinelAddrs: s.Addrs()})
}

// Master returns the server that the sentinel considers the master now.
func (s *SentinelSet) Master(ctx context.Context) (*Server, error) {
	addr, err := s.ask.GetMasterAddrByName(ctx, masterName).Result()
	if err != nil {
		return nil, fmt.Errorf("redistest: ask the sentinel for the master: %w", err)
	}
	for _, server := range s.servers {
		if len(addr) == 2 && addr[1] == strconv.Itoa(server.Port()) {
			return server, nil
		}
	}
	return nil, fmt.Errorf("redistest: the sentinel's master %v is none of ours", addr)
}

// FailOver kills the master, makes the sentinel promote the replica, waits until it accepts writes, and returns the new
// master and the dead one. Writes that the dead one had not replicated are lost.
func (s *SentinelSet) FailOver(t testing.TB) (promoted, dead *Server) {
	t.Helper()
	dead = s.mustMaster(t)
	dead.Kill()
	return s.Promote(t), dead
}

// Promote makes the sentinel promote the replica, whatever the state of the master, waits until it accepts writes, and
// returns it. A former master that is still up accepts writes, which are lost, until the sentinel makes it a replica some ten
// seconds later ([SentinelSet.AwaitDemotion]).
func (s *SentinelSet) Promote(t testing.TB) (promoted *Server) {
	t.Helper()
	former := s.mustMaster(t)
	ordered := func() bool { // it refuses while the replica seems out of reach, which happens on a busy machine
		return s.ask.Failover(t.Context(), masterName).Err() == nil
	}
	if !holdsWithin(formTimeout, ordered) {
		t.Fatalf("redistest: the sentinel did not begin a failover within %s", formTimeout)
	}
	done := func() bool {
		var err error
		promoted, err = s.Master(t.Context())
		return err == nil && promoted != former && isMaster(t.Context(), promoted)
	}
	if !holdsWithin(formTimeout, done) {
		t.Fatalf("redistest: no failover within %s", formTimeout)
	}
	return promoted
}

// AwaitDemotion waits until a former master that is still up is a replica in sync with the current one.
func (s *SentinelSet) AwaitDemotion(t testing.TB, former *Server) {
	t.Helper()
	if !holdsWithin(formTimeout, func() bool { return !isMaster(t.Context(), former) && inSync(t.Context(), former) }) {
		t.Fatalf("redistest: %s was not made a replica within %s", former.Addr(), formTimeout)
	}
}

func (s *SentinelSet) mustMaster(t testing.TB) *Server {
	t.Helper()
	master, err := s.Master(t.Context())
	if err != nil {
		t.Fatalf("%v", err)
	}
	return master
}

// Rejoin restarts a server that FailOver has killed as a replica of the current master, and returns once it is in sync and
// the sentinel would promote it. The server starts as a master, and a sentinel would need ten seconds to correct that, so
// Rejoin makes it a replica at once.
func (s *SentinelSet) Rejoin(t testing.TB, dead *Server) {
	t.Helper()
	master := s.mustMaster(t)
	dead.Restart()
	if err := dead.probe().ReplicaOf(t.Context(), "127.0.0.1", strconv.Itoa(master.Port())).Err(); err != nil {
		t.Fatalf("redistest: make %s a replica: %v", dead.Addr(), err)
	}
	if !holdsWithin(formTimeout, func() bool { return inSync(t.Context(), dead) }) {
		t.Fatalf("redistest: the replica did not sync within %s", formTimeout)
	}
	if !holdsWithin(formTimeout, func() bool { return s.knowsReplica(t.Context()) }) {
		t.Fatalf("redistest: the sentinel did not take the replica back within %s", formTimeout)
	}
}

func inSync(ctx context.Context, replica *Server) bool {
	info, err := replica.probe().Info(ctx, "replication").Result()
	return err == nil && strings.Contains(info, "master_link_status:up")
}

func isMaster(ctx context.Context, s *Server) bool {
	info, err := s.probe().Info(ctx, "replication").Result()
	return err == nil && strings.Contains(info, "role:master")
}

// knowsReplica reports whether the sentinel has seen the replica and would promote it.
func (s *SentinelSet) knowsReplica(ctx context.Context) bool {
	replicas, err := s.ask.Replicas(ctx, masterName).Result()
	return err == nil && len(replicas) == 1 && replicas[0]["flags"] == "slave" &&
		replicas[0]["master-link-status"] == "ok"
}
