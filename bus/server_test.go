package bus_test

import (
	"context"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/model"
)

func TestR12_DurabilityIsReadFromTheServer(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		options []redistest.Option
		want    string
	}{
		{"nothing", []redistest.Option{redistest.WithConfig("save", "")}, "none"},
		{"append-only file", []redistest.Option{redistest.WithAppendOnly("always"), redistest.WithConfig("save", "")}, "AOF always"},
		{"every second", []redistest.Option{redistest.WithAppendOnly("everysec"), redistest.WithConfig("save", "")}, "AOF everysec"},
		{"snapshots", []redistest.Option{redistest.WithConfig("save", "3600", "1")}, "RDB"},
		{"both", []redistest.Option{redistest.WithAppendOnly("everysec"), redistest.WithConfig("save", "3600", "1")}, "AOF everysec + RDB"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := must(onRedis(t, test.options...).Reader().Server(t.Context()))(t)
			if got := server.Durability.String(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestR23_WhatTheServerIsAndCanIsAsked(t *testing.T) {
	t.Parallel()
	s := onRedis(t, redistest.WithConfig("maxmemory", "64mb"), redistest.WithConfig("maxmemory-policy", "noeviction"))
	server := must(s.Reader().Server(t.Context()))(t)
	if server.Name+" "+server.Version != redistest.Version(t) || server.Version == "" || server.Mode != "standalone" || server.Role != "master" || server.Embedded {
		t.Errorf("got %+v", server)
	}
	if server.MaxMemory != model.Exactly(64<<20) || server.MaxMemoryPolicy != "noeviction" || server.UsedMemory.N == 0 {
		t.Errorf("memory: %+v", server)
	}
	if can, want := server.Can, canNow(t); can != want {
		t.Errorf("can %+v, want %+v", can, want)
	}
	if keys := s.client.Keys(t.Context(), "*").Val(); len(keys) != 0 {
		t.Errorf("asking left %q", keys)
	}
}

// canNow is what the redis-server on PATH can do, found out by doing it.
func canNow(t *testing.T) model.Capabilities {
	t.Helper()
	return model.Capabilities{
		FullInfo:    true, // Redis 6
		AutoClaim:   redistest.Has(t, "XAUTOCLAIM"),
		PendingIdle: redistest.Has(t, redistest.PendingIdle),
		Lag:         redistest.Has(t, redistest.Lag),
		ActiveTime:  redistest.Has(t, redistest.Inactive),
		Idempotent:  redistest.Has(t, redistest.Idempotence),
		WaitAOF:     redistest.Has(t, "WAITAOF"),
		TrimMinID:   redistest.Has(t, redistest.TrimMinID),
		TrimAcked:   redistest.Has(t, redistest.TrimAcked),
		ReadClaims:  redistest.Has(t, redistest.ReadClaims),

		DeleteReferences: redistest.Has(t, "XDELEX"),
	}
}

func TestR23_AServerThatDeniesAlmostEverythingIsStillDescribed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		options []redistest.Option
		want    string
	}{
		{"with an append-only file", []redistest.Option{redistest.WithAppendOnly("always")}, "AOF "},
		{"without", nil, "unknown"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := redistest.Start(t, append(test.options, redistest.WithACL("guest on >pw ~events:* +@all -config -command -xgroup"))...)
			o := server.Options()
			o.Username, o.Password = "guest", "pw"
			client := redis.NewClient(o)
			t.Cleanup(func() { _ = client.Close() })
			got := must(serve(t, client).Reader().Server(t.Context()))(t)
			if d := got.Durability.String(); d != test.want {
				t.Errorf("durability %q, want %q", d, test.want)
			}
			if want := canNow(t); got.Can.FullInfo != want.FullInfo || got.Can.PendingIdle != want.PendingIdle {
				t.Errorf("can %+v, want %+v", got.Can, want)
			}
		})
	}
}

func TestR23_ACommandTheServerLacksIsFoundMissing(t *testing.T) {
	t.Parallel()
	s := onRedis(t, redistest.Without(t, "XAUTOCLAIM"))
	want := canNow(t)
	want.AutoClaim = false
	want.TrimMinID = want.Lag // the manual tells, where there is one
	if can := must(s.Reader().Server(t.Context()))(t).Can; can != want {
		t.Errorf("without XAUTOCLAIM: can %+v, want %+v", can, want)
	}
}

func TestR23_WhatAServerCanIsKnownWithoutItsManual(t *testing.T) {
	t.Parallel()
	want := must(onRedis(t).Reader().Server(t.Context()))(t).Can
	s := onRedis(t, redistest.WithConfig("rename-command", "COMMAND", ""), redistest.WithConfig("rename-command", "CONFIG", ""))
	server := must(s.Reader().Server(t.Context()))(t)
	// These are told by nothing but the manual.
	want.ActiveTime, want.Idempotent, want.TrimAcked, want.Withheld = false, false, false, true
	if server.Can != want {
		t.Errorf("can %+v, want %+v", server.Can, want)
	}
	if server.Durability.Known {
		t.Errorf("durability %v without CONFIG and without a file, want unknown", server.Durability)
	}
}

// withoutFull stands in for a server before Redis 6: the words that it didn't know are replaced on their way by words that
// the real server behind it doesn't know either, and its help is what it was then.
type withoutFull struct{}

// ProcessHook sees no XINFO STREAM … FULL: those go in pipelines.
func (withoutFull) ProcessHook(next redis.ProcessHook) redis.ProcessHook { return next }

func (withoutFull) DialHook(next redis.DialHook) redis.DialHook { return next }

func (withoutFull) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		for _, cmd := range cmds {
			switch args := cmd.Args(); {
			case len(args) > 3 && args[3] == "FULL":
				args[3] = "COMPLETE"
			case len(args) == 2 && args[0] == "XINFO" && args[1] == "HELP":
				args[0], args[1] = "ECHO", "STREAM <key> -- Show information about the stream."
			case args[0] == "COMMAND":
				args[1] = "MANUAL"
			}
		}
		return next(ctx, cmds)
	}
}

func TestR23_AServerWithoutFullIsAskedInParts(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	client.AddHook(withoutFull{})
	s := serve(t, client)
	s.add(t, "events:a", 1, 10)
	s.deliver(t, "events:a", "g", "c", 4)
	if can := must(s.Reader().Server(t.Context()))(t).Can; can.FullInfo || can.PendingIdle != redistest.Has(t, redistest.PendingIdle) {
		t.Errorf("can %+v", can)
	}
	g := must(s.Reader().Snapshot(t.Context(), []string{"events:a"}))(t).Streams[0].Group("g")
	if g.Pending != 4 || g.Oldest == nil || g.Oldest.ID != at(1) || !s.tells(t, g.Lag, 6) || len(g.Consumers) != 1 {
		t.Errorf("the group is %+v", g)
	}
}

func TestR23_AnUnknownNumberIsNotZero(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	s.add(t, "events:a", 1, 500)
	s.run(t, "XGROUP", "CREATE", "events:a", "g", "200-0") // Redis doesn't count how many lie before it, nor how many behind
	snap := must(s.Reader().Snapshot(t.Context(), []string{"events:a"}))(t)
	if g := snap.Streams[0].Group("g"); g.Lag.Known || g.EntriesRead.Known {
		t.Errorf("lag %v, entries read %v, want both unknown", g.Lag, g.EntriesRead)
	}
	guest := redistest.Start(t, redistest.WithACL("guest on >pw ~events:* +@all -xinfo"))
	o := guest.Options()
	o.Username, o.Password = "guest", "pw"
	client := redis.NewClient(o)
	t.Cleanup(func() { _ = client.Close() })
	if err := client.XAdd(t.Context(), &redis.XAddArgs{Stream: "events:a", Values: []any{"f", "v"}}).Err(); err != nil {
		t.Fatal(err)
	}
	stream := must(serve(t, client).Reader().Snapshot(t.Context(), []string{"events:a"}))(t).Streams[0]
	if stream.Problem == "" || stream.EntriesAdded.Known {
		t.Errorf("a stream that may not be looked at is %+v", stream)
	}
}

func TestTheEmbeddedServerSaysSo(t *testing.T) {
	t.Parallel()
	got := must(onEmbedded(t).Reader().Server(t.Context()))(t)
	if !got.Embedded || !got.Durability.Known || got.Durability.AOF || got.Durability.RDB {
		t.Errorf("got %+v", got)
	}
	if can := got.Can; !can.FullInfo || !can.AutoClaim || !can.PendingIdle || !can.Lag {
		t.Errorf("can %+v", can)
	}
}
