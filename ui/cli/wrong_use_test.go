package cli

import (
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"streamdesk/model/config"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/widget"
)

func TestWrongUse(t *testing.T) {
	t.Parallel()
	broken := path(t, "config.toml")
	if err := os.WriteFile(broken, []byte("[desk]\nthem = \"dark\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	faulty := path(t, "themes.toml")
	if err := os.WriteFile(faulty, []byte("[themes.night]\naccent = \"redd\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"streams", "--config", faulty}, `:2:1: themes.night.accent: "redd" is no colour; did you mean "red"?`},
		{[]string{"grops"}, `streamdesk: there is no command "grops"; did you mean group or groups?`},
		{[]string{"groups", "--bogus"}, "streamdesk groups: unknown flag: --bogus\n"},
		{[]string{"groups", "--outptu", "json"}, "streamdesk groups: unknown flag: --outptu; did you mean --output?"},
		{[]string{"pending", "a.b", "g", "-idle", "1m"}, "did you mean --idle?"},
		{[]string{"tail", "--form", "1h"}, "did you mean --from?"},
		{[]string{"group", "creat"}, `streamdesk group: there is no command "creat"; did you mean create?`},
		{[]string{"help", "grops"}, `there is no command "grops"; did you mean group or groups?`},
		{[]string{"help", "group", "creat"}, `there is no command "creat"; did you mean create?`},
		{[]string{"groups", "a", "b"}, "streamdesk groups: 2 arguments given, want: streamdesk groups [STREAM]"},
		{[]string{"streams", "--output", "yaml"}, `--output "yaml": write text or json`},
		{[]string{"streams", "--config", "/no/such/file"}, "--config: there is no file /no/such/file"},
		{[]string{"streams", "--config", broken}, `desk.them: unknown key; did you mean "theme"?`},
		{[]string{"streams", "--profile", "prod"}, `there is no profile "prod"`},
		{[]string{"pending", "a.b"}, "streamdesk pending: 1 arguments given, want: streamdesk pending STREAM GROUP"},
		{[]string{"pending", "a.b", "g", "--idle", "soon"}, `--idle "soon": not a length of time`},
		{[]string{"pending", "a.b", "g", "--count", "0"}, "--count 0: want 1 or more"},
		{[]string{"tail", "--from", "yesterday"}, `--from "yesterday": want an entry ID`},
		{[]string{"tail", "--where", "foo:bar"}, `--where: filter, column 1: unknown term "foo:"`},
		{[]string{"tail", "--follow"}, "--follow goes with --last"},
		{[]string{"tail", "--count", "-1"}, "--count -1"},
		{[]string{"publish"}, "no TYPE given"},
		{[]string{"publish", "started"}, `not an event type: "started" (want family.name`},
		{[]string{"publish", "a.b", "--data", "[1]"}, "--data: data is not a JSON object"},
		{[]string{"publish", "a.b", "--data", `{"n":1,}`}, "at byte 7"},
		{[]string{"publish", "a.b", "--data", "{}", "--jsonl", "x"}, "--data and --jsonl: the lines have data of their own"},
		{[]string{"delivery", "a.b"}, "streamdesk delivery: 1 arguments given, want: streamdesk delivery STREAM ID"},
		{[]string{"delivery", "a.b", "1-x"}, `not an entry ID: "1-x"`},
		{[]string{"delivery", "a.b", "-"}, `not an entry ID: "-"`},
		{[]string{"delivery", "a.b", "+"}, `not an entry ID: "+"`},
		{[]string{"workflow", ""}, "the workflow's ID is empty"},
		{[]string{"workflow", "wf", "--since", "yesterday"}, `--since "yesterday": want an entry ID`},
		{[]string{"completion"}, "0 arguments given, want: streamdesk completion SHELL"},
		{[]string{"completion", "cmd"}, `no completion for "cmd": want bash, zsh or fish`},
		{[]string{"demo", "--rate", "0"}, "--rate 0: want a number above 0"},
		{[]string{"demo", "--rate", "1e9"}, "up to 20000"},
		{[]string{}, "the desk needs a terminal, and this is none: for scripts there are 'streamdesk tail' and 'streamdesk groups'"},
		{[]string{"demo"}, "the desk needs a terminal"},
	} {
		r := newHost(t, "127.0.0.1:1").run(t.Context(), "", c.args...)
		if r.code != program.ExitWrongUse || r.out != "" || !strings.Contains(r.err, c.says) {
			t.Errorf("%v: exit %d, stdout %q, stderr %q, want %q", c.args, r.code, r.out, r.err, c.says)
		}
		if !strings.HasSuffix(r.err, " --help'.\n") {
			t.Errorf("%v: no word of --help in %q", c.args, r.err)
		}
	}
}

// Each way of writing a setting is named as it was written.
func TestErrorsNameWhatWasWritten(t *testing.T) {
	t.Parallel()
	file := path(t, "config.toml")
	text := "profile = \"p.q\"\n[profiles.\"p.q\"]\nredis = \"redis://h:port\"\npassword_env = \"NO_PW\"\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ca := path(t, "ca.pem")
	if err := os.WriteFile(ca, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		env  map[string]string
		args []string
		says string
	}{
		{nil, []string{"--redis", "http://h"}, `: --redis: "http://h" is no address`},
		{nil, []string{"--redis", "redis://h:port"}, ": --redis: redis://h:port: it can't be read"},
		{nil, []string{"--redis", "redis+cluster://h"}, `: --redis: redis+cluster://h: "h" is no host:port`},
		{map[string]string{"STREAMDESK_REDIS": "redis://h:port"}, nil, ": STREAMDESK_REDIS: redis://h:port: it can't be read"},
		{map[string]string{"STREAMDESK_REDIS": "h:1"}, nil, `: STREAMDESK_REDIS: "h:1" is no address`},
		{map[string]string{"STREAMDESK_CONFIG": file, "NO_PW": "x"}, nil, ": " + file + `:3:1: profiles."p.q".redis: redis://h:port: it can't be read`},
		{map[string]string{"STREAMDESK_CONFIG": file}, nil, ": " + file + `:4:1: profiles."p.q".password_env: the environment variable NO_PW is not set`},
		{map[string]string{"STREAMDESK_PASSWORD_ENV": "NO_PW"}, nil, ": STREAMDESK_PASSWORD_ENV: the environment variable NO_PW is not set"},
		{map[string]string{"STREAMDESK_PASSWORD_FILE": "/no/such"}, nil, ": STREAMDESK_PASSWORD_FILE: open /no/such"},
		{map[string]string{"STREAMDESK_TLS_CA_FILE": ca}, nil, ": STREAMDESK_TLS_CA_FILE: " + ca + " holds no certificate in PEM"},
		{map[string]string{"STREAMDESK_WAIT": "soon"}, nil, `: STREAMDESK_WAIT: "soon"`},
		{nil, []string{"--wait", "2s", "--wait", "1000h"}, `: --wait: "1000h`},
		{map[string]string{"STREAMDESK_REDS": "redis://h"}, nil, ": STREAMDESK_REDS: unknown variable; did you mean STREAMDESK_REDIS?"},
	} {
		h := newHost(t, "127.0.0.1:1")
		if _, set := c.env["STREAMDESK_CONFIG"]; set {
			delete(h.env, "STREAMDESK_REDIS")
		}
		maps.Copy(h.env, c.env)
		r := h.run(t.Context(), "", append([]string{"streams"}, c.args...)...)
		if r.code != program.ExitWrongUse || !strings.HasPrefix(r.err, "streamdesk streams"+c.says) {
			t.Errorf("%v %v: exit %d, stderr %q, want %q", c.env, c.args, r.code, r.err, c.says)
		}
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	client := startEmbedded(t, (&handClock{now: atNoon}).Now)
	send(t, client, `XADD events:a.b 1-1 data '{}'`)
	send(t, client, `SET events:c.d x`)
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"groups", "no.such"}, "streamdesk groups: events:no.such: no such stream; 'streamdesk streams' lists those there are"},
		{[]string{"groups", "c.d"}, "events:c.d: WRONGTYPE"},
		{[]string{"pending", "a.b", "nobody"}, "'streamdesk groups' lists those there are"},
		{[]string{"delivery", "no.such", "1-1"}, "events:no.such: no such stream"},
		{[]string{"delivery", "a.b", "9-9"}, "events:a.b has no entry 9-9, and never had: its last one is 1-1"},
		{[]string{"publish", "c.d"}, "the key holds something other than a stream"},
		{[]string{"publish", "a.b", "--data", "@/no/such/file"}, "--data @/no/such/file: "},
		{[]string{"publish", "--jsonl", "/no/such/file"}, "--jsonl: open /no/such/file"},
	} {
		r := newHost(t, client.Options().Addr).run(t.Context(), "", c.args...)
		if r.code != program.ExitFailed || r.out != "" || !strings.Contains(r.err, c.says) || strings.Count(r.err, "\n") != 1 {
			t.Errorf("%v: exit %d, stdout %q, stderr %q, want one line with %q", c.args, r.code, r.out, r.err, c.says)
		}
	}
}

func TestWithNoServerThereOneLineSaysWhatToDo(t *testing.T) {
	t.Parallel()
	const address = "127.0.0.1:1" // a port that was free a moment ago may be given to the server of another test
	for url, where := range map[string]string{
		"redis://u:" + secret + "@" + address + "/0": address + "/0 (connection refused)",
		"unix:///no/such/socket":                     "/no/such/socket (no such socket)",
		"redis+cluster://" + address:                 address + " (connection refused)",
		"redis+sentinel://" + address + "/m/0":       "m/0 by " + address,
	} {
		for _, args := range [][]string{{"streams"}, {"groups"}, {"tail"}, {"pending", "a.b", "g"}, {"publish", "a.b"}} {
			h := newHost(t, "")
			h.env["STREAMDESK_REDIS"] = url
			r := h.run(t.Context(), "", args...)
			if r.code != program.ExitFailed || r.out != "" || strings.Count(r.err, "\n") != 1 || strings.Contains(r.err, secret) {
				t.Errorf("%s %v: %+v", url, args, r)
			}
			for _, part := range []string{"streamdesk " + args[0] + ": no Redis at " + where, "redis-server", "--redis URL", "streamdesk demo"} {
				if !strings.Contains(r.err, part) {
					t.Errorf("%s %v: no %q in %q", url, args, part, r.err)
				}
			}
		}
	}
}

// TestEveryCommandHasExamples: help that shows nothing helps nobody.
func TestHelpOfEveryCommandFitsAndNamesVariables(t *testing.T) {
	t.Parallel()
	stands := func(key string) bool { // for a setting
		_, err := config.Load(config.Options{Environ: func() []string { return []string{config.EnvName(key) + "=x"} }})
		return err == nil
	}
	var look func(cmd *cobra.Command)
	look = func(cmd *cobra.Command) {
		path := strings.TrimPrefix(cmd.CommandPath(), "streamdesk")
		help := newHost(t, "127.0.0.1:1").want(t, append(strings.Fields(path), "--help")...)
		for line := range strings.Lines(help) {
			if widget.Width(strings.TrimSuffix(line, "\n")) > helpWidth {
				t.Errorf("%s --help has %s", cmd.CommandPath(), line)
			}
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			for _, table := range []string{"", strings.ReplaceAll(strings.TrimSpace(path), " ", ".") + "."} {
				key := strings.ReplaceAll(table+f.Name, "-", "_")
				// --production NAME is the answer to the question that the setting has changes ask.
				if f.Name != "production" && stands(key) && !strings.Contains(strings.Join(strings.Fields(help), " "), "["+config.EnvName(key)+"]") {
					t.Errorf("%s --help doesn't name %s", cmd.CommandPath(), config.EnvName(key))
				}
			}
		})
		for _, sub := range cmd.Commands() {
			look(sub)
		}
	}
	look(rootCommand((&program.Program{})))
}

func TestEveryCommandHasExamples(t *testing.T) {
	t.Parallel()
	p := &program.Program{}
	for _, cmd := range append(rootCommand(p).Commands(), rootCommand(p)) {
		if cmd.Hidden {
			continue
		}
		if cmd.Short == "" || !strings.Contains(cmd.Example, "streamdesk") {
			t.Errorf("%s lacks words or examples", cmd.Name())
		}
		r := newHost(t, "127.0.0.1:1").run(t.Context(), "", strings.Fields(strings.TrimPrefix(cmd.CommandPath(), "streamdesk")+" --help")...)
		if r.code != program.ExitDone || r.err != "" || !strings.Contains(r.out, "Examples:") {
			t.Errorf("%s --help: %+v", cmd.Name(), r)
		}
	}
	if r := newHost(t, "127.0.0.1:1").run(t.Context(), "", "help", "tail"); r.code != program.ExitDone || !strings.Contains(r.out, "--where") {
		t.Errorf("help tail: %+v", r)
	}
}
