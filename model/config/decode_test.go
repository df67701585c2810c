package config

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestDecodeReadsEveryKindOfSetting(t *testing.T) {
	got, err := Decode("c.toml", []byte(`
profile = "prod"

[profiles.prod]
redis = "redis+sentinel://a:1,b:2/mymaster/0"
prefix = ""
production = true
tls.ca_file = "/ca.pem"

[desk]
refresh = "1m0s"
mouse = false

[keys]
quit = "q"
follow = ["f", "G"]
trim = []

[filters]
"slow ones" = "age>5m"

[[templates]]
name = "a"
type = "workflow.started"
[[templates]]
name = "b"
data = '{"x": 1}'
`))
	if err != nil {
		t.Fatal(err)
	}
	prod := DefaultProfile()
	prod.Redis, prod.Prefix, prod.Production, prod.TLS.CAFile = "redis+sentinel://a:1,b:2/mymaster/0", "", true, "/ca.pem"
	want := Default()
	want.Profile = "prod"
	want.Profiles["prod"] = prod
	want.Desk.Refresh, want.Desk.Mouse = Duration(time.Minute), false
	want.Keys = map[string]KeyList{"quit": {"q"}, "follow": {"f", "G"}, "trim": {}}
	want.Filters = map[string]string{"slow ones": "age>5m"}
	want.Templates = []Template{{Name: "a", Type: "workflow.started"}, {Name: "b", Data: `{"x": 1}`}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
	if !reflect.DeepEqual(got.Active(), prod) {
		t.Errorf("the active profile is %+v", got.Active())
	}
}

func TestAnEmptyDocumentIsTheDefaults(t *testing.T) {
	got, err := Decode("c.toml", nil)
	if err != nil || !reflect.DeepEqual(got, Default()) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestDecodeErrorsNamePlaceKeyAndMend(t *testing.T) {
	tests := []struct{ name, document, want string }{
		{
			"no TOML", "profile = \"default\"\n[desk\n",
			`c.toml:2:6: not TOML: `,
		},
		{
			"unknown key with a near one", "[desk]\nframe_rat = 12",
			`c.toml:2:1: desk.frame_rat: unknown key; did you mean "frame_rate"?`,
		},
		{
			"unknown key in capitals", "[desk]\n  Theme = \"dark\"",
			`c.toml:2:3: desk.Theme: unknown key; did you mean "theme"?`,
		},
		{
			"swapped letters", "[consume]\nack_wiat = \"1s\"",
			`c.toml:2:1: consume.ack_wiat: unknown key; did you mean "ack_wait"?`,
		},
		{
			"key of a profile at the top", "redis = \"redis://h\"",
			`c.toml:1:1: redis: unknown key here; it belongs in [profiles.NAME]`,
		},
		{
			"key of another table", "[desk]\nack_wait = \"1s\"",
			`c.toml:2:1: desk.ack_wait: unknown key here; it belongs in [consume]`,
		},
		{
			"key of the top in a table", "[desk]\nprofile = \"a\"",
			`c.toml:2:1: desk.profile: unknown key here; it stands at the top of the file, before the first table`,
		},
		{
			"unknown key like no other", "[publish]\ncompress = true",
			`c.toml:2:1: publish.compress: unknown key; known here: max_len, approximate`,
		},
		{
			"unknown table", "[desks]\n",
			`c.toml:1:2: desks: unknown key; did you mean "desk"?`,
		},
		{
			"a password in the file", "[profiles.a]\npassword = \"hunter2\"",
			`c.toml:2:1: profiles.a.password: unknown key; known here: redis, prefix, environment, color, production, ` +
				`read_only, username, password_env, password_file, max_reply, tls, ssh`,
		},
		{
			"singular profile table", "[profile.prod]\nredis = \"redis://h\"",
			`c.toml:1:2: profile: this is the name of the profile to use; the table of a profile begins with [profiles.NAME]`,
		},
		{
			"text for a number", "[desk]\nframe_rate = \"12\"",
			`c.toml:2:1: desk.frame_rate: text where a whole number is wanted; write digits only, without quotes`,
		},
		{
			"fraction for a number", "[desk]\nframe_rate = 12.5",
			`c.toml:2:1: desk.frame_rate: a number with a fraction where a whole number is wanted; write digits only, without quotes`,
		},
		{
			"text for a switch", "[desk]\nmouse = \"yes\"",
			`c.toml:2:1: desk.mouse: text where a switch is wanted; write true or false, without quotes`,
		},
		{
			"list for text", "[profiles.a]\nprefix = [\"a\"]",
			`c.toml:2:1: profiles.a.prefix: a list where text is wanted; put it in double quotes`,
		},
		{
			"number for a duration", "[desk]\nrefresh = 1",
			`c.toml:2:1: desk.refresh: a whole number where a duration is wanted; write it as a string with its unit, such as "30s"`,
		},
		{
			"duration without unit", "[desk]\nrefresh = \"10\"",
			`c.toml:2:1: desk.refresh: "10" is not a duration; write a number with its unit, such as "250ms", "30s" or "15m"`,
		},
		{
			"text for a table", "desk = \"dark\"",
			`c.toml:1:1: desk: text where a table is wanted; write [desk] and its keys below`,
		},
		{
			"text for a map", "profiles = \"prod\"",
			`c.toml:1:1: profiles: text where a table is wanted; write [profiles] and its entries below`,
		},
		{
			"table for the templates", "[templates]\nname = \"a\"",
			`c.toml:1:2: templates: a table where a list is wanted; begin each table with [[templates]]`,
		},
		{
			"text for a template", "templates = [\n\"a\"]",
			`c.toml:1:1: templates[0]: text where a table is wanted; begin each with [[templates]]`,
		},
		{
			"number for a key", "[keys]\nquit = [\"q\", 1]",
			`c.toml:2:1: keys.quit: a whole number where a key is wanted; write it as a string, such as "ctrl+r" or ["X", "delete"]`,
		},
		{
			"inside an inline table", "[profiles]\na = { redis = \"redis://h\",\n tls = { ca = \"\" } }",
			`c.toml:3:10: profiles.a.tls.ca: unknown key; known here: ca_file, cert_file, key_file, insecure_skip_verify`,
		},
		{
			"in the second template", "[[templates]]\nname = \"a\"\n[[templates]]\nname = \"b\"\nworkflow = \"wf\"",
			`c.toml:5:1: templates[1].workflow: unknown key here; it belongs in [envelope]`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Decode("c.toml", []byte(test.document))
			if err == nil {
				t.Fatal("no error")
			}
			if got := err.Error(); got != test.want && (!strings.HasSuffix(test.want, ": ") || !strings.HasPrefix(got, test.want)) {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestAllProblemsOfAFileAreReportedAtOnceInTheOrderOfItsLines(t *testing.T) {
	_, err := Decode("c.toml", []byte(`profile = "prd"
[consume]
max_deliver = "five"
[desk]
frame_rate = 60
them = "dark"
[profiles.prod]
redis = "http://h"
[[templates]]
name = 1
`))
	var problems *Error
	if !errors.As(err, &problems) {
		t.Fatalf("got %v", err)
	}
	var places []string
	for _, p := range problems.Problems {
		places = append(places, p.Source.String()+" "+p.Key)
	}
	want := []string{
		"c.toml:1:1 profile", "c.toml:3:1 consume.max_deliver", "c.toml:5:1 desk.frame_rate", "c.toml:6:1 desk.them",
		"c.toml:8:1 profiles.prod.redis", "c.toml:10:1 templates[0].name",
	}
	if !reflect.DeepEqual(places, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(places, "\n"), strings.Join(want, "\n"))
	}
	if got := err.Error(); !strings.HasPrefix(got, "6 settings need mending:\n  c.toml:1:1: profile: ") {
		t.Errorf("got %s", got)
	}
}

func TestAHugeFileIsRefusedUnread(t *testing.T) {
	_, err := Decode("c.toml", []byte("#"+strings.Repeat("x", maxDocument)))
	if err == nil || !strings.HasPrefix(err.Error(), "c.toml: the file is larger than 1 MiB") {
		t.Errorf("got %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"", "profile = \"default\"", "[desk]\ntheme = \"dark\"\nrefresh = \"1s\"", "[profiles.\"a.b\"]\nredis = \"unix:///s\"",
		"[[templates]]\nname = \"a\"\n[[templates]]\n[templates.x]", "templates = [{name = \"a\"}, [1], {}]",
		"[keys]\nquit = [\"q\", [\"x\"]]", "a.b.c = 1\n[a.b.d]", "profiles = {a = {tls = {ca_file = 1}}}", "[desk]\nrefresh = 1979-05-27",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		config, err := Decode("c.toml", document)
		if err == nil {
			if invalid := config.Validate(); invalid != nil {
				t.Errorf("decoded without an error, yet %v", invalid)
			}
			return
		}
		var problems *Error
		if !errors.As(err, &problems) || len(problems.Problems) == 0 {
			t.Fatalf("an error without a problem: %v", err)
		}
		for _, p := range problems.Problems {
			if p.Text == "" || p.Source.Layer != FromFile {
				t.Errorf("a problem that says nothing or stands nowhere: %+v", p)
			}
		}
	})
}
