package embedded_test

import (
	"reflect"
	"strconv"
	"testing"

	"streamdesk/bus/embedded"
	"streamdesk/bus/redistest"
)

// servers are what each test of blocking runs against: the embedded server and, where there is one, a real Redis 7.0,
// so that what a test says about blocking is known to be so.
var servers = []struct {
	name  string
	start func(testing.TB) (addr string)
}{
	{"embedded", func(tb testing.TB) string {
		tb.Helper()
		s, err := embedded.Start()
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(s.Close)
		return s.Addr()
	}},
	{"redis", startReal},
}

// block sends a command that blocks and waits until it does.
func block(t *testing.T, admin *talk, addr, command string) *talk {
	t.Helper()
	before := blockedClients(t, admin)
	c := dial(t, addr)
	c.send(t, command)
	redistest.Eventually(t, patience, func() bool { return blockedClients(t, admin) == before+1 }, command, " blocks")
	return c
}

func blockedClients(t *testing.T, admin *talk) int {
	t.Helper()
	n, err := strconv.Atoi(infoField(t, admin, "blocked_clients"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestBlockedReaderWakes(t *testing.T) {
	entry := []any{"5-5", []any{"a", "b"}}
	fromS := []any{[]any{"s", []any{entry}}}
	for _, tc := range []struct {
		name, reader string
		before, wake []string
		want         any
	}{
		{"XREAD on XADD", "XREAD BLOCK 0 STREAMS s $", nil, []string{"XADD s 5-5 a b"}, fromS},
		{"XREAD of several streams", "XREAD BLOCK 0 STREAMS t s 0 0", nil, []string{"XADD s 5-5 a b"}, fromS},
		{
			"XREAD of a stream made by RENAME", "XREAD BLOCK 0 STREAMS s 0",
			[]string{"XADD t 5-5 a b"},
			[]string{"RENAME t s"},
			fromS,
		},
		{
			"XREAD of a stream made by COPY", "XREAD BLOCK 0 STREAMS s 0",
			[]string{"XADD t 5-5 a b"},
			[]string{"COPY t s"},
			fromS,
		},
		{
			"XREAD survives the stream's deletion", "XREAD BLOCK 0 STREAMS s $",
			[]string{"XADD s 1-1 x y"},
			[]string{"DEL s", "XADD s 5-5 a b"},
			fromS,
		},
		{
			"XREAD finds nothing that was deleted in the same transaction", "XREAD BLOCK 0 STREAMS s $",
			nil,
			[]string{"MULTI", "XADD s 5-5 a b", "XDEL s 5-5", "EXEC"},
			[]any{[]any{"s", []any{}}},
		},
		{
			"XREADGROUP on XADD", "XREADGROUP GROUP g c BLOCK 0 STREAMS s >",
			[]string{"XGROUP CREATE s g $ MKSTREAM"},
			[]string{"XADD s 5-5 a b"},
			fromS,
		},
		{
			"XREADGROUP on an XADD in a script", "XREADGROUP GROUP g c BLOCK 0 STREAMS s >",
			[]string{"XGROUP CREATE s g $ MKSTREAM"},
			[]string{"EVAL return(redis.call('xadd','s','5-5','a','b')) 0"},
			fromS,
		},
		{
			"XREADGROUP with an error when the stream is deleted", "XREADGROUP GROUP g c BLOCK 0 STREAMS s >",
			[]string{"XGROUP CREATE s g $ MKSTREAM"},
			[]string{"DEL s"},
			errorSay("UNBLOCKED the stream key no longer exists"),
		},
		{
			"XREADGROUP with an error on FLUSHALL", "XREADGROUP GROUP g c BLOCK 0 STREAMS s >",
			[]string{"XGROUP CREATE s g $ MKSTREAM"},
			[]string{"FLUSHALL"},
			errorSay("UNBLOCKED the stream key no longer exists"),
		},
		{
			"XREADGROUP with an error when the key changes its type", "XREADGROUP GROUP g c BLOCK 0 STREAMS s >",
			[]string{"XGROUP CREATE s g $ MKSTREAM"},
			[]string{"SET s words"},
			errorSay("UNBLOCKED the stream key no longer exists"),
		},
		{
			"XREADGROUP with an error when the stream is renamed", "XREADGROUP GROUP g c BLOCK 0 STREAMS s >",
			[]string{"XGROUP CREATE s g $ MKSTREAM"},
			[]string{"RENAME s t"},
			errorSay("UNBLOCKED the stream key no longer exists"),
		},
		{
			"XREADGROUP with an error when a script deletes the stream", "XREADGROUP GROUP g c BLOCK 0 STREAMS s >",
			[]string{"XGROUP CREATE s g $ MKSTREAM"},
			[]string{"EVAL return(redis.call('del','s')) 0"},
			errorSay("UNBLOCKED the stream key no longer exists"),
		},
		{
			"XREADGROUP with NOGROUP when the group is destroyed", "XREADGROUP GROUP g c BLOCK 0 STREAMS s >",
			[]string{"XGROUP CREATE s g $ MKSTREAM"},
			[]string{"XGROUP DESTROY s g"},
			errorSay("NOGROUP the consumer group this client was blocked on no longer exists"),
		},
		{
			"XREADGROUP survives a stream deleted and made again at once", "XREADGROUP GROUP g c BLOCK 0 STREAMS s >",
			[]string{"XGROUP CREATE s g $ MKSTREAM"},
			[]string{"MULTI", "DEL s", "XGROUP CREATE s g $ MKSTREAM", "EXEC", "XADD s 5-5 a b"},
			fromS,
		},
		{"XREAD with nothing when its time is up", "XREAD BLOCK 300 STREAMS s $", nil, nil, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, server := range servers {
				t.Run(server.name, func(t *testing.T) {
					addr := server.start(t)
					admin := dial(t, addr)
					for _, command := range tc.before {
						admin.do(t, command)
					}
					reader := block(t, admin, addr, tc.reader)
					for _, command := range tc.wake {
						if said, bad := admin.do(t, command).(errorSay); bad {
							t.Fatalf("%s: %s", command, said)
						}
					}
					if got := reader.receive(t); !reflect.DeepEqual(got, tc.want) {
						t.Errorf("woke with %s, want %s", show(got), show(tc.want))
					}
					if said := reader.do(t, "PING"); said != status("PONG") {
						t.Errorf("after it woke, PING said %v", said)
					}
				})
			}
		})
	}
}

func TestBlockedGroupReadersAreServedInTurn(t *testing.T) {
	for _, server := range servers {
		t.Run(server.name, func(t *testing.T) {
			addr := server.start(t)
			admin := dial(t, addr)
			admin.do(t, "XGROUP CREATE s g $ MKSTREAM")
			first := block(t, admin, addr, "XREADGROUP GROUP g c1 COUNT 1 BLOCK 0 STREAMS s >")
			second := block(t, admin, addr, "XREADGROUP GROUP g c2 COUNT 1 BLOCK 0 STREAMS s >")
			admin.do(t, "MULTI")
			admin.do(t, "XADD s 1-1 a b")
			admin.do(t, "XADD s 2-2 a b")
			admin.do(t, "EXEC")
			for i, reader := range []*talk{first, second} {
				id := strconv.Itoa(i+1) + "-" + strconv.Itoa(i+1)
				want := []any{[]any{"s", []any{[]any{id, []any{"a", "b"}}}}}
				if got := reader.receive(t); !reflect.DeepEqual(got, want) {
					t.Errorf("reader %d got %s, want entry %s", i+1, show(got), id)
				}
			}
		})
	}
}

func TestClientUnblock(t *testing.T) {
	for _, tc := range []struct {
		reason string
		want   any
	}{
		{"", nil},
		{" TIMEOUT", nil},
		{" ERROR", errorSay("UNBLOCKED client unblocked via CLIENT UNBLOCK")},
	} {
		t.Run("reason"+tc.reason, func(t *testing.T) {
			for _, server := range servers {
				t.Run(server.name, func(t *testing.T) {
					addr := server.start(t)
					admin := dial(t, addr)
					admin.do(t, "XGROUP CREATE s g $ MKSTREAM")
					reader := dial(t, addr)
					id, ok := reader.do(t, "CLIENT ID").(int64)
					if !ok {
						t.Fatal("CLIENT ID is no number")
					}
					unblock := "CLIENT UNBLOCK " + strconv.FormatInt(id, 10) + tc.reason
					if n := admin.do(t, unblock); n != int64(0) {
						t.Errorf("unblocking a client that does not block said %v, want 0", n)
					}
					reader.send(t, "XREADGROUP GROUP g c BLOCK 0 STREAMS s >")
					redistest.Eventually(t, patience, func() bool { return blockedClients(t, admin) == 1 }, "the reader blocks")
					if n := admin.do(t, unblock); n != int64(1) {
						t.Errorf("unblocking said %v, want 1", n)
					}
					if got := reader.receive(t); !reflect.DeepEqual(got, tc.want) {
						t.Errorf("the reader got %v, want %v", got, tc.want)
					}
				})
			}
		})
	}
}

func TestClientKillEndsABlockedReader(t *testing.T) {
	for _, server := range servers {
		t.Run(server.name, func(t *testing.T) {
			addr := server.start(t)
			admin, reader := dial(t, addr), dial(t, addr)
			id, ok := reader.do(t, "CLIENT ID").(int64)
			if !ok {
				t.Fatal("CLIENT ID is no number")
			}
			reader.send(t, "XREAD BLOCK 0 STREAMS s $")
			redistest.Eventually(t, patience, func() bool { return blockedClients(t, admin) == 1 }, "the reader blocks")
			if n := admin.do(t, "CLIENT KILL ID "+strconv.FormatInt(id, 10)); n != int64(1) {
				t.Errorf("CLIENT KILL said %v, want 1", n)
			}
			redistest.Eventually(t, patience, func() bool { return blockedClients(t, admin) == 0 }, "nobody blocks")
			if _, err := readReply(reader.in); err == nil {
				t.Error("the killed client still hears")
			}
		})
	}
}

func TestDisconnectedReaderStopsWaiting(t *testing.T) {
	for _, server := range servers {
		t.Run(server.name, func(t *testing.T) {
			addr := server.start(t)
			admin := dial(t, addr)
			admin.do(t, "XGROUP CREATE s g $ MKSTREAM")
			reader := block(t, admin, addr, "XREADGROUP GROUP g c BLOCK 0 STREAMS s >")
			if err := reader.conn.Close(); err != nil {
				t.Fatal(err)
			}
			redistest.Eventually(t, patience, func() bool { return blockedClients(t, admin) == 0 }, "nobody blocks")
			admin.do(t, "XADD s 1-1 a b")
			if got := admin.do(t, "XPENDING s g").([]any)[0]; got != int64(0) {
				t.Errorf("%v entries were given to a client that is gone", got)
			}
		})
	}
}

func TestCommandsBehindABlockedOneAreAnsweredAfterIt(t *testing.T) {
	for _, server := range servers {
		t.Run(server.name, func(t *testing.T) {
			addr := server.start(t)
			admin := dial(t, addr)
			reader := block(t, admin, addr, "XREAD BLOCK 0 STREAMS s $")
			reader.send(t, "ECHO later")
			admin.do(t, "XADD s 1-1 a b")
			if got, ok := reader.receive(t).([]any); !ok || len(got) != 1 {
				t.Errorf("first came %v, want the stream", got)
			}
			if got := reader.receive(t); got != "later" {
				t.Errorf("then came %v", got)
			}
		})
	}
}

func TestCloseWakesBlockedReaders(t *testing.T) {
	s, err := embedded.Start()
	if err != nil {
		t.Fatal(err)
	}
	admin := dial(t, s.Addr())
	reader := block(t, admin, s.Addr(), "XREAD BLOCK 0 STREAMS s $")
	s.Close() // returns only when no goroutine is left; goleak checks
	if _, err := readReply(reader.in); err == nil {
		// A null reply may still have been sent; after it the connection ends.
		if _, err = readReply(reader.in); err == nil {
			t.Error("the connection outlives the server")
		}
	}
	s.Close() // again: harmless
}
