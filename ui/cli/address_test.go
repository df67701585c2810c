package cli

import (
	"crypto/tls"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/model/config"
)

const secret = "s3cr3t"

func TestParseAddress(t *testing.T) {
	for text, want := range map[config.URL]address{
		"redis+cluster://a:7000,b:7001":                                    {hosts: []string{"a:7000", "b:7001"}},
		"redis+cluster://u:p%40%2Fs@[::1]:7000/0":                          {hosts: []string{"[::1]:7000"}, username: "u", password: "p@/s"},
		"redis+sentinel://a:26379,b:26379/mymaster/2":                      {hosts: []string{"a:26379", "b:26379"}, master: "mymaster", db: 2},
		"redis+sentinel://:p@a:1/m":                                        {hosts: []string{"a:1"}, password: "p", master: "m"},
		"redis+sentinel://a:1/m/0?sentinel_username=u&sentinel_password=p": {hosts: []string{"a:1"}, master: "m", sentinelUsername: "u", sentinelPassword: "p"},
	} {
		if got, err := parseAddress(text); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s reads as %+v, %v", text, got, err)
		}
	}
}

func TestABrokenAddressIsWrongUseWithoutItsPassword(t *testing.T) {
	for _, text := range []string{
		"redis://u:" + secret + "@host:port/0", "redis://u:" + secret + "@host:6379/notadb", "redis://u:" + secret + "%zz@host:6379/0",
		"redis://u:" + secret + "@host:6379/0?unknown=1", "redis+cluster://u:" + secret + "@host", "redis+cluster://u:" + secret + "%zz@h:1",
		"redis+cluster://u:" + secret + "@h:1/5", "redis+cluster://u:" + secret + "@h:1,,h:2", "redis+sentinel://u:" + secret + "@h:1",
		"redis+sentinel://u:" + secret + "@h:1/m/x", "redis+sentinel://h:1/m?sentinel_password=" + secret + "&x=1", "redis+cluster://:" + secret + "@h:99999",
		"http://u:" + secret + "@host", "u:" + secret + "@host", "redis://",
	} {
		h := newHost(t, "")
		r := h.run(t.Context(), "", "streams", "--redis", text)
		if r.code != exitWrongUse || !strings.Contains(r.err, "redis") || strings.Contains(r.err+r.out, secret) {
			t.Errorf("%s: %+v", text, r)
		}
	}
}

func TestShownAddress(t *testing.T) {
	for text, want := range map[config.URL]string{
		"redis://u:" + secret + "@10.0.0.5:6379/2?protocol=2": "10.0.0.5:6379/2",
		"rediss://h:6380":                            "h:6380",
		"unix:///run/redis.sock?db=1":                "/run/redis.sock",
		"redis+cluster://:" + secret + "@a:1,b:2":    "a:1,b:2",
		"redis+sentinel://:" + secret + "@a:1/m/0":   "m/0 by a:1",
		"redis+sentinel://a:1/m?sentinel_password=p": "m by a:1",
	} {
		if got := shownAddress(text); got != want {
			t.Errorf("%s is shown as %q, want %q", text, got, want)
		}
	}
}

// TestEveryFormOfAddressConnects runs a command over each kind of connection.
func TestEveryFormOfAddressConnects(t *testing.T) {
	seed := func(t *testing.T, client *redis.Client) {
		t.Helper()
		send(t, client, `XADD events:a.b 1-1 data '{}'`)
	}
	wantStream := func(t *testing.T, h *host) {
		t.Helper()
		if out := h.want(t, "streams", "--output", "json"); !strings.Contains(out, `"stream":"events:a.b"`) {
			t.Errorf("out = %s", out)
		}
	}
	t.Run("unix", func(t *testing.T) {
		server := redistest.Start(t)
		seed(t, server.Client())
		h := newHost(t, "")
		h.env["STREAMDESK_REDIS"] = "unix://" + server.Dir() + "/redis.sock"
		wantStream(t, h)
	})
	t.Run("tls and a password", func(t *testing.T) {
		server := redistest.Start(t, redistest.WithTLS(), redistest.WithConfig("requirepass", secret))
		o := server.Options()
		o.Password = secret
		client := redis.NewClient(o)
		defer client.Close()
		seed(t, client)
		h := newHost(t, "")
		h.env["STREAMDESK_REDIS"], h.env["STREAMDESK_TLS_INSECURE_SKIP_VERIFY"] = "rediss://"+server.Addr(), "true"
		if r := h.run(t.Context(), "", "streams"); r.code != exitFailed || !strings.Contains(r.err, "wants a password: name the variable or the file") {
			t.Errorf("without the password: %+v", r)
		}
		h.env["STREAMDESK_PASSWORD_ENV"], h.env["PW"] = "PW", "wrong"+secret
		if r := h.run(t.Context(), "", "streams"); r.code != exitFailed || !strings.Contains(r.err, "refuses the user or the password") || strings.Contains(r.err, secret) {
			t.Errorf("with a wrong password: %+v", r)
		}
		h.env["PW"] = secret
		wantStream(t, h)
	})
	t.Run("cluster", func(t *testing.T) {
		server := redistest.Start(t, redistest.WithConfig("cluster-enabled", "yes"))
		client := server.Client()
		if err := client.ClusterAddSlotsRange(t.Context(), 0, 16383).Err(); err != nil {
			t.Fatal(err)
		}
		redistest.Eventually(t, patience, func() bool {
			return strings.Contains(client.ClusterInfo(t.Context()).Val(), "cluster_state:ok")
		}, "the cluster is up")
		seed(t, client)
		h := newHost(t, "")
		h.env["STREAMDESK_REDIS"] = "redis+cluster://" + server.Addr()
		wantStream(t, h)
	})
}

func TestSentinelAndClusterOptions(t *testing.T) {
	p := &program{Streams: Streams{Env: func(string) (string, bool) { return secret, true }}}
	settings := &config.Settings{Config: config.Default()}
	profile := settings.Active()
	profile.Username, profile.PasswordEnv = "ops", "PW"

	profile.Redis = "redis+cluster://a:1,b:2"
	settings.Profiles[settings.Profile] = profile
	client, err := p.newClient(settings)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if o := client.(*redis.ClusterClient).Options(); fmt.Sprint(o.Addrs) != "[a:1 b:2]" || o.Username != "ops" || o.Password != secret || o.TLSConfig != nil {
		t.Errorf("cluster options: %v %q", o.Addrs, o.Username)
	}
	profile.Redis, profile.TLS.InsecureSkipVerify = "redis+sentinel://me:own@a:1/m/3", true
	settings.Profiles[settings.Profile] = profile
	sentinel, err := p.newClient(settings)
	if err != nil {
		t.Fatal(err)
	}
	defer sentinel.Close()
	o := sentinel.(*redis.Client).Options()
	if o.DB != 3 || o.Username != "me" || o.Password != "own" || o.TLSConfig == nil || o.TLSConfig.MinVersion != tls.VersionTLS12 {
		t.Errorf("sentinel options: db %d, user %q", o.DB, o.Username)
	}
}

func TestTwoWaysToWriteAnAddressAreOneServer(t *testing.T) {
	for _, same := range [][]config.URL{
		{"redis://localhost:6379/0", "redis://127.0.0.1", "redis://u:p@LOCALHOST/", "rediss://[::1]:6379/0?x=y"},
		{"redis+cluster://a:7000,b:7001", "redis+cluster://:p@B:7001,a:7000/0"},
		{"redis+sentinel://a:1,b:2/m", "redis+sentinel://:p@b:2,a:1/m/0"},
		{"unix:///run/redis.sock", "unix://:p@/run/redis.sock"},
	} {
		for _, u := range same {
			if got, want := identity(u), identity(same[0]); got != want {
				t.Errorf("%s is %q, want %q", u, got, want)
			}
		}
	}
	seen := map[string]config.URL{}
	for _, u := range []config.URL{
		"redis://localhost:6379/0", "redis://localhost:6379/1", "redis://localhost:6380/0", "redis://other:6379/0",
		"redis+sentinel://localhost:6379/m", "redis+sentinel://localhost:6379/n", "redis+sentinel://localhost:6379/m/1", "unix:///run/redis.sock",
	} {
		if other, known := seen[identity(u)]; known {
			t.Errorf("%s and %s are taken for one server", u, other)
		}
		seen[identity(u)] = u
	}
}

func TestAPasswordOnTheCommandLineIsSpokenOfOnce(t *testing.T) {
	client := startEmbedded(t, time.Now)
	address := client.Options().Addr
	h := newHost(t, address)
	r := h.run(t.Context(), "", "--redis", "redis://default:"+secret+"@"+address, "groups")
	if strings.Count(r.err, "(ps)") != 1 || !strings.Contains(r.err, "STREAMDESK_REDIS") || !strings.Contains(r.err, "password_file") || strings.Contains(r.err, secret) {
		t.Errorf("stderr: %q", r.err)
	}
	h.env["STREAMDESK_REDIS"] = "redis://default:" + secret + "@" + address
	for _, args := range [][]string{{"groups"}, {"--redis", "redis://" + address, "groups"}, {"__complete", "--redis", "redis://:" + secret + "@" + address, "pending", ""}} {
		if r := h.run(t.Context(), "", args...); strings.Contains(r.err, "(ps)") {
			t.Errorf("%v: stderr: %q", args, r.err)
		}
	}
}
