package program

import (
	"crypto/tls"
	"fmt"
	"reflect"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/model/config"
)

// hidden is a password.
const hidden = "s3cr3t"

func TestParseAddress(t *testing.T) {
	for text, want := range map[config.URL]address{
		"redis+cluster://a:7000,b:7001":                                    {hosts: []string{"a:7000", "b:7001"}},
		"redis+cluster://u:p%40%2Fs@[::1]:7000/0":                          {hosts: []string{"[::1]:7000"}, username: "u", password: "p@/s"},
		"redis+sentinel://a:26379,b:26379/mymaster/2":                      {hosts: []string{"a:26379", "b:26379"}, master: "mymaster", DB: 2},
		"redis+sentinel://:p@a:1/m":                                        {hosts: []string{"a:1"}, password: "p", master: "m"},
		"redis+sentinel://a:1/m/0?sentinel_username=u&sentinel_password=p": {hosts: []string{"a:1"}, master: "m", sentinelUsername: "u", sentinelPassword: "p"},
	} {
		if got, err := parseAddress(text); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s reads as %+v, %v", text, got, err)
		}
	}
}

func TestShownAddress(t *testing.T) {
	for text, want := range map[config.URL]string{
		"redis://u:" + hidden + "@10.0.0.5:6379/2?protocol=2": "10.0.0.5:6379/2",
		"rediss://h:6380":                             "h:6380",
		"unix:///run/redis.sock?db=1":                 "/run/redis.sock",
		"redis+cluster://:" + hidden + "@a:1,b:2":     "a:1,b:2",
		"redis+sentinel://:" + hidden + "@a:1/m/0":    "m/0 by a:1",
		"redis+sentinel://a:1/m?sentinel_password=p":  "m by a:1",
		"redis+ssh://ann@b/u:" + hidden + "@h:6379/0": "h:6379/0 via b",
		"redis+sentinel+ssh://ann@b:2222/a:1/m/0":     "m/0 by a:1 via b:2222",
	} {
		if got := ShownAddress(text); got != want {
			t.Errorf("%s is shown as %q, want %q", text, got, want)
		}
	}
}

func TestSentinelAndClusterOptions(t *testing.T) {
	p := &Program{Streams: Streams{Env: func(string) (string, bool) { return hidden, true }}}
	settings := &config.Settings{Config: config.Default()}
	profile := settings.Active()
	profile.Username, profile.PasswordEnv = "ops", "PW"

	profile.Redis = "redis+cluster://a:1,b:2"
	settings.Profiles[settings.Profile] = profile
	client, err := NewClient(p, settings)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if o := client.(*redis.ClusterClient).Options(); fmt.Sprint(o.Addrs) != "[a:1 b:2]" || o.Username != "ops" || o.Password != hidden || o.TLSConfig != nil {
		t.Errorf("cluster options: %v %q", o.Addrs, o.Username)
	}
	profile.Redis, profile.TLS.InsecureSkipVerify = "redis+sentinel://me:own@a:1/m/3", true
	settings.Profiles[settings.Profile] = profile
	sentinel, err := NewClient(p, settings)
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
		{"redis+ssh://ann@b/localhost:6379/0", "redis+ssh://B:22/:p@127.0.0.1"},
	} {
		for _, u := range same {
			if got, want := Identity(u), Identity(same[0]); got != want {
				t.Errorf("%s is %q, want %q", u, got, want)
			}
		}
	}
	seen := map[string]config.URL{}
	for _, u := range []config.URL{
		"redis://localhost:6379/0", "redis://localhost:6379/1", "redis://localhost:6380/0", "redis://other:6379/0",
		"redis+sentinel://localhost:6379/m", "redis+sentinel://localhost:6379/n", "redis+sentinel://localhost:6379/m/1", "unix:///run/redis.sock",
		"redis+ssh://a/localhost:6379/0", "redis+ssh://b/localhost:6379/0", "redis+ssh://b:23/localhost:6379/0",
	} {
		if other, known := seen[Identity(u)]; known {
			t.Errorf("%s and %s are taken for one server", u, other)
		}
		seen[Identity(u)] = u
	}
}

func TestTheProgramNamesItselfWithTheBastionAndWithoutThePassword(t *testing.T) {
	for text, want := range map[string]string{
		"redis://u:" + hidden + "@h:1/0":              "redis://h:1/0",
		"redis+ssh://ann@b:22/u:" + hidden + "@h:1/0": "redis+ssh://ann@b:22/h:1/0",
		"redis+ssh://b/h:1/0":                         "redis+ssh://b/h:1/0",
		"redis+ssh://ann:" + hidden + "@b/h:1/0":      "redis+ssh://b/h:1/0",
	} {
		if got := withoutUser(text); got != want {
			t.Errorf("%s is %s, want %s", config.URL(text), got, want)
		}
	}
}
