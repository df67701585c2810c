package config

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAnAddressIsPrintedWithoutItsPassword(t *testing.T) {
	tests := []struct{ address, want string }{
		{"redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"},
		{"rediss://ann:hunter2@host:6380/1", "rediss://ann:***@host:6380/1"},
		{"redis://:hunter2@host", "redis://:***@host"},
		{"redis://ann@host", "redis://ann@host"},
		{"redis://ann:p@ss/w:rd@host/0", "redis://ann:***@host/0"},
		{"redis+cluster://ann:hunter2@a:1,b:2", "redis+cluster://ann:***@a:1,b:2"},
		{"redis+sentinel://a:1,b:2/main/0?sentinel_password=hunter2&dial_timeout=1s", "redis+sentinel://a:1,b:2/main/0?sentinel_password=***&dial_timeout=1s"},
		{"unix:///run/redis.sock?password=hunter2", "unix:///run/redis.sock?password=***"},
		{"ann:hunter2@host", "ann:***@host"},
		{"redis+ssh://ann@bastion:22/reader:hunter2@host:6379/0", "redis+ssh://ann@bastion:22/reader:***@host:6379/0"},
		{"rediss+ssh://bastion/:p@ss/w:rd@host", "rediss+ssh://bastion/:***@host"},
		{"redis+ssh://ann:p@ss/w:rd@bastion/host", "redis+ssh://ann:***@bastion/host"},
		{"redis+ssh://ann@bastion/host", "redis+ssh://ann@bastion/host"},
		{"", ""},
	}
	for _, test := range tests {
		if got := URL(test.address).String(); got != test.want {
			t.Errorf("%s is printed as %s, want %s", test.address, got, test.want)
		}
	}
}

func TestNoWayOfPrintingAProfileShowsThePassword(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := "SECRET" + rapid.StringMatching(`[ -~]{0,12}`).Draw(t, "secret")
		config := Default()
		config.Profiles["p"] = Profile{Redis: URL("redis://ann:" + secret + "@host:1/0")}
		encoded, err := json.Marshal(config)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{
			fmt.Sprint(config), fmt.Sprintf("%+v", config), fmt.Sprintf("%#v", config), string(encoded),
		} {
			if strings.Contains(text, "SECRET") {
				t.Fatalf("printed: %s", text)
			}
		}
	})
}
