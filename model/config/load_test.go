package config

import (
	"errors"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"time"
)

// machine is an environment and a file system in memory.
type machine struct{ env, files map[string]string }

func (m machine) options() Options {
	return Options{
		Env: func(name string) (string, bool) {
			value, ok := m.env[name]
			return value, ok
		},
		ReadFile: func(path string) ([]byte, error) {
			text, ok := m.files[path]
			if !ok {
				return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
			}
			return []byte(text), nil
		},
	}
}

const homeFile = "/home/ann/.config/streamdesk/config.toml"

func TestLoadLooksForTheFileWhereXDGSays(t *testing.T) {
	tests := []struct {
		name, path string
		env        map[string]string
		want       string
	}{
		{"home", "", map[string]string{"HOME": "/home/ann"}, homeFile},
		{"XDG_CONFIG_HOME", "", map[string]string{"HOME": "/home/ann", "XDG_CONFIG_HOME": "/etc/x"}, "/etc/x/streamdesk/config.toml"},
		{"relative XDG_CONFIG_HOME doesn't count", "", map[string]string{"HOME": "/home/ann", "XDG_CONFIG_HOME": "x"}, homeFile},
		{"STREAMDESK_CONFIG", "", map[string]string{"HOME": "/home/ann", "STREAMDESK_CONFIG": "/tmp/a.toml"}, "/tmp/a.toml"},
		{"--config", "b.toml", map[string]string{"HOME": "/home/ann", "STREAMDESK_CONFIG": "/tmp/a.toml"}, "b.toml"},
		{"no home", "", nil, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			options := machine{env: test.env, files: map[string]string{test.want: "[desk]\nframe_rate = 11"}}.options()
			options.Path = test.path
			settings, err := Load(options)
			if err != nil {
				t.Fatal(err)
			}
			if settings.Path != test.want {
				t.Errorf("read %q, want %q", settings.Path, test.want)
			}
			if test.want != "" && settings.Desk.FrameRate != 11 {
				t.Error("what the file says is not in the settings")
			}
		})
	}
}

func TestAMissingFileIsAnErrorOnlyWhenItWasAskedFor(t *testing.T) {
	home := map[string]string{"HOME": "/home/ann"}
	settings, err := Load(machine{env: home}.options())
	if err != nil || settings.Path != "" {
		t.Errorf("without a default file: %v, path %q", err, settings.Path)
	}

	options := machine{env: home}.options()
	options.Path = "gone.toml"
	_, err = Load(options)
	if !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "--config: there is no file gone.toml; create it") {
		t.Errorf("with --config: %v", err)
	}

	_, err = Load(machine{env: map[string]string{"STREAMDESK_CONFIG": "gone.toml"}}.options())
	if !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "STREAMDESK_CONFIG: there is no file gone.toml") {
		t.Errorf("with STREAMDESK_CONFIG: %v", err)
	}
}

func TestADefaultFileThatCannotBeReadIsAnError(t *testing.T) {
	options := machine{env: map[string]string{"HOME": "/home/ann"}}.options()
	options.ReadFile = func(path string) ([]byte, error) {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrPermission}
	}
	if _, err := Load(options); !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), homeFile) {
		t.Errorf("got %v", err)
	}
}

func TestLoadReadsNothingThatIsNotHandedIn(t *testing.T) {
	settings, err := Load(Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.Desk.AuditFile, want.Desk.StateDir = "", "" // no home, so nowhere to write
	if !reflect.DeepEqual(settings.Config, want) {
		t.Errorf("got %+v", settings.Config)
	}
}

func TestEachLayerOverridesTheOneBefore(t *testing.T) {
	file := `
profile = "prod"
[profiles.prod]
redis = "redis://file:1"
environment = "prod"
read_only = true
[desk]
theme = "light"
refresh = "2s"
frame_rate = 10
`
	env := map[string]string{
		"HOME":                       "/home/ann",
		"STREAMDESK_REDIS":           "redis://env:1",
		"STREAMDESK_READ_ONLY":       "off",
		"STREAMDESK_TLS_CA_FILE":     "~/ca.pem",
		"STREAMDESK_DESK_THEME":      "ansi",
		"STREAMDESK_DESK_REFRESH":    "3s",
		"STREAMDESK_DESK_FRAME_RATE": "", // set and empty: not set
		"STREAMDESK_ALERTS_LAG":      "7",
	}
	options := machine{env: env, files: map[string]string{homeFile: file}}.options()
	options.Overrides = []Override{
		{Flag: "--redis", Key: "redis", Value: "redis://flag:1"},
		{Flag: "--theme", Key: "desk.theme", Value: "none"},
	}
	settings, err := Load(options)
	if err != nil {
		t.Fatal(err)
	}
	prod := settings.Active()
	for _, check := range []struct {
		key       string
		got, want any
		source    string
	}{
		{"profile", settings.Profile, "prod", homeFile + ":2:1"},
		{"profiles.prod.redis", prod.Redis, URL("redis://flag:1"), "--redis"},
		{"profiles.prod.environment", prod.Environment, "prod", homeFile + ":5:1"},
		{"profiles.prod.read_only", prod.ReadOnly, false, "STREAMDESK_READ_ONLY"},
		{"profiles.prod.prefix", prod.Prefix, "events:", "default"},
		{"profiles.prod.tls.ca_file", prod.TLS.CAFile, "/home/ann/ca.pem", "STREAMDESK_TLS_CA_FILE"},
		{"desk.theme", settings.Desk.Theme, ThemeNone, "--theme"},
		{"desk.refresh", settings.Desk.Refresh, Duration(3 * time.Second), "STREAMDESK_DESK_REFRESH"},
		{"desk.frame_rate", settings.Desk.FrameRate, 10, homeFile + ":10:1"},
		{"desk.mouse", settings.Desk.Mouse, true, "default"},
		{"alerts.lag", settings.Alerts.Lag, 7, "STREAMDESK_ALERTS_LAG"},
	} {
		if check.got != check.want {
			t.Errorf("%s is %v, want %v", check.key, check.got, check.want)
		}
		if source := settings.Source(check.key).String(); source != check.source {
			t.Errorf("%s comes from %s, want %s", check.key, source, check.source)
		}
	}
	if other := settings.Profiles[DefaultProfileName]; !reflect.DeepEqual(other, DefaultProfile()) {
		t.Errorf("a profile that isn't active has changed: %+v", other)
	}
}

func TestTheProfileIsChosenByFlagThenEnvironmentThenFile(t *testing.T) {
	file := "profile = \"a\"\n[profiles.a]\n[profiles.b]\n[profiles.c]\n"
	tests := []struct{ env, flag, want string }{
		{"", "", "a"},
		{"b", "", "b"},
		{"b", "c", "c"},
		{"", "default", "default"},
	}
	for _, test := range tests {
		options := machine{
			env:   map[string]string{"HOME": "/home/ann", "STREAMDESK_PROFILE": test.env},
			files: map[string]string{homeFile: file},
		}.options()
		options.Profile = test.flag
		settings, err := Load(options)
		if err != nil || settings.Profile != test.want {
			t.Errorf("env %q, flag %q: got %q, %v", test.env, test.flag, settings.Profile, err)
		}
	}
}

func TestProblemsOfAllLayersAreReportedTogether(t *testing.T) {
	options := machine{
		env: map[string]string{
			"STREAMDESK_CONFIG":          "c.toml",
			"STREAMDESK_DESK_FRAME_RATE": "fast",
			"STREAMDESK_DESK_TIME":       "UTC",
			"STREAMDESK_DESK_MOUSE":      "maybe",
		},
		files: map[string]string{"c.toml": "[desk]\nthem = \"dark\"\n[profiles.prod]\n"},
	}.options()
	options.Profile = "prd"
	options.Overrides = []Override{{Flag: "--refresh", Key: "desk.refresh", Value: "2h"}, {Flag: "--x", Key: "x", Value: "1"}}
	_, err := Load(options)
	if err == nil {
		t.Fatal("no error")
	}
	lines := strings.Split(err.Error(), "\n")
	want := []string{
		"7 settings need mending:",
		`  c.toml:2:1: desk.them: unknown key; did you mean "theme"?`,
		`  STREAMDESK_DESK_FRAME_RATE: "fast" is not a whole number; write digits only`,
		`  STREAMDESK_DESK_MOUSE: "maybe" is no switch; write true or false`,
		`  STREAMDESK_DESK_TIME: "UTC" is not known; did you mean "utc"? (one of local, utc)`,
		`  --x: no setting has this key; known: `,
		`  --profile: there is no profile "prd"; did you mean "prod"?`,
		`  --refresh: "2h" is out of range; write a duration from "250ms" to "1m"`,
	}
	if len(lines) != len(want) {
		t.Fatalf("got %s", err)
	}
	for i := range want {
		if !strings.HasPrefix(lines[i], want[i]) {
			t.Errorf("got  %s\nwant %s", lines[i], want[i])
		}
	}
}

func TestAFileThatIsNoTOMLIsTheOnlyProblem(t *testing.T) {
	options := machine{
		env:   map[string]string{"STREAMDESK_CONFIG": "c.toml"},
		files: map[string]string{"c.toml": "profile = \n"},
	}.options()
	options.Profile = "prod" // which that file may well have
	_, err := Load(options)
	if err == nil || !strings.HasPrefix(err.Error(), "c.toml:1:") || strings.Contains(err.Error(), "prod") {
		t.Errorf("got %v", err)
	}
}

func TestTheAuditFileFollowsXDGUnlessItIsSet(t *testing.T) {
	tests := []struct {
		name, file, state, want string
	}{
		{"default", "", "", "/home/ann/.local/state/streamdesk/audit.jsonl"},
		{"XDG_STATE_HOME", "", "/var/s", "/var/s/streamdesk/audit.jsonl"},
		{"set", "[desk]\naudit_file = \"~/audit.jsonl\"", "/var/s", "/home/ann/audit.jsonl"},
		{"off", "[desk]\naudit_file = \"\"", "/var/s", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			settings, err := Load(machine{
				env:   map[string]string{"HOME": "/home/ann", "XDG_STATE_HOME": test.state},
				files: map[string]string{homeFile: test.file},
			}.options())
			if err != nil || settings.Desk.AuditFile != test.want {
				t.Errorf("got %q, %v", settings.Desk.AuditFile, err)
			}
		})
	}
}

func TestEveryVariableStandsForOneSetting(t *testing.T) {
	config, profile := Default(), DefaultProfile()
	seen := map[string]string{}
	for _, structure := range []reflect.Value{reflect.ValueOf(config), reflect.ValueOf(profile)} {
		for key := range single(structure, "") {
			name := EnvName(key)
			if other, taken := seen[name]; taken {
				t.Errorf("%s is %s and %s", name, other, key)
			}
			seen[name] = key
		}
	}
	if seen["STREAMDESK_REDIS"] != "redis" || seen["STREAMDESK_CONSUME_ACK_WAIT"] != "consume.ack_wait" {
		t.Errorf("got %v", seen)
	}
}
