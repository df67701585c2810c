package config

import (
	"strings"
	"testing"
)

func TestVariablesThatStandForNothingAreErrors(t *testing.T) {
	for variable, says := range map[string]string{
		"STREAMDESK_REDS=x":                           "STREAMDESK_REDS: unknown variable; did you mean STREAMDESK_REDIS?",
		"STREAMDESK_CONFIGURATION=x":                  "STREAMDESK_CONFIGURATION: unknown variable",
		"STREAMDESK_CONFIGG=x":                        "did you mean STREAMDESK_CONFIG?",
		"STREAMDESK_desk_theme=x":                     "did you mean STREAMDESK_DESK_THEME?",
		"STREAMDESK_WORK_DB_WRITER_DSN=x":             "did you mean STREAMDESK_WORK_DB_WRITERS_DSN?",
		"STREAMDESK_PROFILES_PROD_REDIS=x":            "a setting's is its key in capitals",
		"STREAMDESK_=x":                               "STREAMDESK_: unknown variable",
		"STREAMDESK_REDS=":                            "", // set and empty: not set
		"STREAMDESK_REDIS=redis://h:1":                "",
		"STREAMDESK_CONFIG=c.toml":                    "",
		"STREAMDESK_PROFILE=prod":                     "",
		"STREAMDESK_SECRET=x":                         "", // that of password_env
		"STREAMDESK_TOKEN=x":                          "", // that of token_env
		"STREAMDESK_SERVICE_HOST=10.0.0.1":            "", // Kubernetes
		"STREAMDESK_SERVICE_PORT_HTTP=8090":           "",
		"STREAMDESK_PORT=tcp://10.0.0.1:8090":         "",
		"STREAMDESK_WORK_PORT_8090_TCP_ADDR=10.0.0.1": "",
		"STREAMDESK_TEST_REAL=1":                      "", // this program's tests
		"XSTREAMDESK_REDS=x":                          "",
	} {
		file := "[profiles.other]\npassword_env = \"STREAMDESK_SECRET\"\n[profiles.prod]\n[work.websocket_workers]\ntoken_env = \"STREAMDESK_TOKEN\"\n"
		options := machine{files: map[string]string{"c.toml": file}}.options()
		options.Path, options.Environ = "c.toml", func() []string { return []string{"HOME=/home/ann", variable} }
		_, err := Load(options)
		if says == "" && err != nil || says != "" && (err == nil || !strings.Contains(err.Error(), says)) {
			t.Errorf("%s: %v, want %q", variable, err, says)
		}
	}
}

func TestASettingIsNamedAsItWasWritten(t *testing.T) {
	options := machine{
		env:   map[string]string{"STREAMDESK_TLS_CA_FILE": "ca.pem"},
		files: map[string]string{"c.toml": "[profiles.\"a.b\"]\npassword_env = \"PW\"\n"},
	}.options()
	options.Path, options.Profile = "c.toml", "a.b"
	options.Overrides = []Override{{Flag: "--redis", Key: "redis", Value: "redis://h:1"}}
	s, err := Load(options)
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"redis": "--redis", "tls.ca_file": "STREAMDESK_TLS_CA_FILE", "password_env": `c.toml:2:1: profiles."a.b".password_env`,
		"username": `profiles."a.b".username`, "": `c.toml:1:11: profiles."a.b"`,
	} {
		if got := s.Named(s.ActiveKey(key)); got != want {
			t.Errorf("%q is named %s, want %s", key, got, want)
		}
	}
	_, err = s.Active().Password(options.Env, options.ReadFile)
	if got := s.Explain(s.ActiveKey(""), err).Error(); !strings.HasPrefix(got, `c.toml:2:1: profiles."a.b".password_env: the environment variable PW is not set`) {
		t.Error(got)
	}
	other := *s
	other.Place(s.ActiveKey("redis"), Source{Layer: FromFlag, Name: "--into"})
	if got := other.Named(s.ActiveKey("redis")) + s.Named(s.ActiveKey("redis")); got != "--into--redis" {
		t.Error(got)
	}
}
