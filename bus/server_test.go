package bus_test

import (
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/model"
)

func TestServerTellsHowMuchSurvives(t *testing.T) {
	for _, test := range []struct {
		name    string
		options []redistest.Option
		want    string
	}{
		{"nothing", []redistest.Option{redistest.WithConfig("save", "")}, "none"},
		{"append-only file", []redistest.Option{redistest.WithAppendOnly("always"), redistest.WithConfig("save", "")}, "AOF always"},
		{"snapshots", []redistest.Option{redistest.WithConfig("save", "3600 1")}, "RDB"},
		{"both", []redistest.Option{redistest.WithAppendOnly("everysec"), redistest.WithConfig("save", "3600 1")}, "AOF everysec + RDB"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := must(onRedis(t, test.options...).Server(t.Context()))(t)
			if got := server.Durability.String(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestServerTellsWhatItIsAndCan(t *testing.T) {
	s := onRedis(t, redistest.WithConfig("maxmemory", "64mb"), redistest.WithConfig("maxmemory-policy", "noeviction"))
	server := must(s.Server(t.Context()))(t)
	if server.Name != "redis" || server.Version == "" || server.Mode != "standalone" || server.Role != "master" || server.Embedded {
		t.Errorf("got %+v", server)
	}
	if server.MaxMemory != model.Exactly(64<<20) || server.MaxMemoryPolicy != "noeviction" || server.UsedMemory.N == 0 {
		t.Errorf("memory: %+v", server)
	}
	info := s.run(t, "COMMAND", "DOCS", "WAITAOF").(map[any]any)
	if want := len(info) > 0; server.Can.WaitAOF != want {
		t.Errorf("WAITAOF: %t, want %t", server.Can.WaitAOF, want)
	}
	if can := server.Can; !can.FullInfo || !can.AutoClaim || !can.PendingIdle || !can.Lag {
		t.Errorf("can %+v", can)
	}
	if keys := s.client.Keys(t.Context(), "*").Val(); len(keys) != 0 {
		t.Errorf("asking left %q", keys)
	}
}

func TestAServerThatDeniesAlmostEverythingIsStillDescribed(t *testing.T) {
	for _, test := range []struct {
		name    string
		options []redistest.Option
		want    string
	}{
		{"with an append-only file", []redistest.Option{redistest.WithAppendOnly("always")}, "AOF "},
		{"without", nil, "unknown"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := redistest.Start(t, append(test.options, redistest.WithACL("guest on >pw ~events:* +@all -config -command -xgroup"))...)
			o := server.Options()
			o.Username, o.Password = "guest", "pw"
			client := redis.NewClient(o)
			t.Cleanup(func() { _ = client.Close() })
			got := must(serve(t, client).Server(t.Context()))(t)
			if d := got.Durability.String(); d != test.want {
				t.Errorf("durability %q, want %q", d, test.want)
			}
			if !got.Can.FullInfo || !got.Can.PendingIdle {
				t.Errorf("can %+v", got.Can)
			}
		})
	}
}

func TestTheEmbeddedServerSaysSo(t *testing.T) {
	got := must(onEmbedded(t).Server(t.Context()))(t)
	if !got.Embedded || !got.Durability.Known || got.Durability.AOF || got.Durability.RDB {
		t.Errorf("got %+v", got)
	}
	if can := got.Can; !can.FullInfo || !can.AutoClaim || !can.PendingIdle || !can.Lag {
		t.Errorf("can %+v", can)
	}
}
