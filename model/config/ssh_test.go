package config

import (
	"strings"
	"testing"
)

func TestAnAddressNamesItsBastion(t *testing.T) {
	for _, test := range []struct {
		address, bastion, inner string
	}{
		{"redis+ssh://ann@bastion/redis:6379/0", "ann@bastion", "redis://redis:6379/0"},
		{"rediss+ssh://bastion:2222/u:p@ss/w@redis:6380/1?read_timeout=6s", "bastion:2222", "rediss://u:p@ss/w@redis:6380/1?read_timeout=6s"},
		{"redis+ssh://ann@[::1]:2222/127.0.0.1", "ann@[::1]:2222", "redis://127.0.0.1"},
		{"redis+ssh://[::1]/h", "::1", "redis://h"},
		{"redis+cluster+ssh://ann@b/h:1,h:2", "ann@b", "redis+cluster://h:1,h:2"},
		{"redis+sentinel+ssh://b/:p@h:1,h:2/m/0", "b", "redis+sentinel://:p@h:1,h:2/m/0"},
		{"unix+ssh://b/run/redis.sock?db=1", "b", "unix:///run/redis.sock?db=1"},
		{"unix+ssh://b/u:p@/run/redis.sock", "b", "unix://u:p@/run/redis.sock"},
		{"redis+ssh:///h", "", ""},
		{"redis+ssh://ann:secret@b/h", "", ""},
		{"redis+ssh://b:99999/h", "", ""},
		{"redis+ssh://b:ssh/h", "", ""},
	} {
		b, inner, ok, err := URL(test.address).Through()
		switch {
		case !ok:
			t.Errorf("%s goes through no bastion", test.address)
		case test.bastion == "" && (err == nil || strings.Contains(err.Error(), "secret")):
			t.Errorf("%s: error %v", test.address, err)
		case test.bastion != "" && (err != nil || b.String() != test.bastion || string(inner) != test.inner):
			t.Errorf("%s reads as %s and %s, %v", test.address, b, string(inner), err)
		}
	}
	if _, inner, ok, err := URL("redis://h/0").Through(); ok || err != nil || inner != "redis://h/0" {
		t.Errorf("without one: %s, %v, %v", inner, ok, err)
	}
}

func TestABastionOfTheSettingsStandsInTheAddress(t *testing.T) {
	files := map[string]string{"/c.toml": `profile = "p"
[profiles.p]
redis = "redis://:s3cr3t@10.0.0.5:6379/0"
ssh = { host = "bastion", user = "ann", port = 2222, key_files = "~/.ssh/b", known_hosts = ["/k", "~/k"], agent = false }
[profiles.q]
redis = "redis+ssh://bob@other/10.0.0.5:6379/0"
ssh = { host = "bastion" }
`}
	env := func(name string) (string, bool) { return map[string]string{"HOME": "/home/ann"}[name], true }
	settings, err := Load(Options{Path: "/c.toml", Env: env, ReadFile: func(path string) ([]byte, error) { return []byte(files[path]), nil }})
	if err != nil {
		t.Fatal(err)
	}
	p := settings.Active()
	if string(p.Redis) != "redis+ssh://ann@bastion:2222/:s3cr3t@10.0.0.5:6379/0" || p.SSH.KeyFiles[0] != "/home/ann/.ssh/b" || p.SSH.KnownHosts[1] != "/home/ann/k" {
		t.Errorf("the profile is %+v", p)
	}
	if text := p.Redis.String(); text != "redis+ssh://ann@bastion:2222/:***@10.0.0.5:6379/0" {
		t.Errorf("it is printed as %s", text)
	}
	if q := settings.Profiles["q"]; q.Redis != "redis+ssh://bob@other/10.0.0.5:6379/0" {
		t.Errorf("an address with a bastion of its own is now %s", q.Redis)
	}
}
