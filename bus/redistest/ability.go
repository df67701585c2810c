package redistest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"
)

// Ability is something that only some versions of the server have: the name of a command, such as "XACKDEL", or one of the
// constants. Whether the server on PATH has it is tested by use, never derived from its version.
type Ability string

// The abilities that aren't commands of their own, with the version of Redis that brought them.
const (
	PendingIdle  Ability = "XPENDING … IDLE"                      // 6.2
	TrimMinID    Ability = "XTRIM … MINID"                        // 6.2
	ACLSelectors Ability = "ACL SETUSER … (SELECTOR)"             // 7.0
	Lag          Ability = "lag and entries-read in XINFO GROUPS" // 7.0, with ENTRIESREAD and with entries-added
	ClaimForgets Ability = "XCLAIM that clears what was deleted"  // 7.0
	Inactive     Ability = "inactive in XINFO CONSUMERS"          // 7.2
	Idempotence  Ability = "XADD … IDMP"                          // 8.6
	ReadClaims   Ability = "XREADGROUP … CLAIM"                   // 8.4
	TrimAcked    Ability = "XTRIM … ACKED"                        // 8.2
)

// trial tests an ability on a server whose stream "s" has the entries 1-0 to 3-0. Its group "g" has delivered 1-0 and 2-0 to
// the consumer "c", and 2-0 is deleted. It may leave anything behind.
type trial struct {
	prepare [][]any
	ask     []any
	yes     func(answer string) bool // checks an answer that is no error; nil accepts any
}

var trials = map[Ability]trial{
	PendingIdle:  {ask: []any{"XPENDING", "s", "g", "IDLE", 0, "-", "+", 1}},
	TrimMinID:    {ask: []any{"XTRIM", "s", "MINID", "0-1"}},
	ACLSelectors: {ask: []any{"ACL", "SETUSER", "somebody", "(+ping)"}},
	Lag:          {ask: []any{"XINFO", "GROUPS", "s"}, yes: mentions("lag")},
	Inactive:     {ask: []any{"XINFO", "CONSUMERS", "s", "g"}, yes: mentions("inactive")},
	Idempotence:  {ask: []any{"XADD", "s", "IDMP", "producer", "1", "*", "f", "v"}},
	ReadClaims:   {ask: []any{"XREADGROUP", "GROUP", "g", "c", "COUNT", 1, "CLAIM", 1000, "STREAMS", "s", ">"}},
	TrimAcked:    {ask: []any{"XTRIM", "s", "MAXLEN", 100, "ACKED"}},
	ClaimForgets: {
		prepare: [][]any{{"XCLAIM", "s", "g", "c", 0, "2-0"}},
		ask:     []any{"XPENDING", "s", "g", "-", "+", 10},
		yes:     func(answer string) bool { return !strings.Contains(answer, "2-0") },
	},
}

func mentions(word string) func(string) bool {
	return func(answer string) bool { return strings.Contains(answer, word) }
}

// trialStream creates the stream for the trials.
var trialStream = [][]any{
	{"XADD", "s", "1-0", "f", "v"},
	{"XADD", "s", "2-0", "f", "v"},
	{"XADD", "s", "3-0", "f", "v"},
	{"XGROUP", "CREATE", "s", "g", "0"},
	{"XREADGROUP", "GROUP", "g", "c", "COUNT", 2, "STREAMS", "s", ">"},
	{"XDEL", "s", "2-0"},
}

// Needs skips the test when the redis-server on PATH lacks one of the abilities, and says which. It is for abilities that a
// test can't do without; a wrong answer of the server is no lack.
func Needs(t testing.TB, abilities ...Ability) {
	t.Helper()
	for _, ability := range abilities {
		if !Has(t, ability) {
			t.Skipf("%s lacks %s", Version(t), ability)
		}
	}
}

// Has reports whether the redis-server on PATH has an ability. Each is tested once per process. Like Start, it skips the test
// when there is no redis-server.
func Has(t testing.TB, ability Ability) bool {
	t.Helper()
	requireInstalled(t)
	has, err := found.out(t.Context(), ability)
	if err != nil {
		t.Fatalf("redistest: whether the server has %s: %v", ability, err)
	}
	return has
}

// Version returns the name and version that the redis-server on PATH reports, such as "redis 7.0.15" or "valkey 8.1.1". Use
// [Has] to find out what it can do.
func Version(t testing.TB) string {
	t.Helper()
	Has(t, "PING")
	found.mu.Lock()
	defer found.mu.Unlock()
	return found.server
}

// Without removes a command from the server. It does nothing when the server has no such command.
func Without(t testing.TB, command string) Option {
	t.Helper()
	if !Has(t, Ability(command)) {
		return func(*settings) {}
	}
	return WithConfig("rename-command", command, "")
}

// found holds what this process has found out.
var found findings

type findings struct {
	mu     sync.Mutex
	has    map[Ability]bool
	server string // its name and version
}

// out tests whether the server on PATH has the ability. Each finds a server that is empty, so that none sees what another
// left.
func (f *findings) out(ctx context.Context, ability Ability) (has bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if has, known := f.has[ability]; known {
		return has, nil
	}
	s, err := spare.take()
	if err != nil {
		return false, err
	}
	defer func() {
		if !spare.put(s) {
			err = errors.Join(err, s.Close())
		}
	}()
	if has, err = try(ctx, s.Client(), ability); err != nil {
		return false, err
	}
	if f.has == nil {
		f.has, f.server = make(map[Ability]bool), nameOf(ctx, s.Client())
	}
	f.has[ability] = has
	return has, nil
}

func try(ctx context.Context, client *redis.Client, ability Ability) (bool, error) {
	how, special := trials[ability]
	if !special {
		how = trial{ask: []any{"COMMAND", "INFO", string(ability)}, yes: mentions(strings.ToLower(string(ability)))}
	}
	for _, command := range slices.Concat(trialStream, how.prepare) {
		if err := client.Do(ctx, command...).Err(); err != nil && !errors.Is(err, redis.Nil) {
			return false, fmt.Errorf("%v: %w", command, err)
		}
	}
	answer, err := client.Do(ctx, how.ask...).Result()
	if _, refused := errors.AsType[redis.Error](err); refused && !errors.Is(err, redis.Nil) {
		return false, nil
	}
	if err != nil && !errors.Is(err, redis.Nil) {
		return false, err
	}
	return how.yes == nil || how.yes(fmt.Sprint(answer)), nil
}

// nameOf returns the name and version that the server reports.
func nameOf(ctx context.Context, client *redis.Client) string {
	info := client.Info(ctx, "server").Val()
	value := func(name string) string {
		_, rest, _ := strings.Cut(info, "\r\n"+name+":")
		text, _, _ := strings.Cut(rest, "\r\n")
		return text
	}
	if version := value("valkey_version"); version != "" {
		return "valkey " + version
	}
	return "redis " + value("redis_version")
}
