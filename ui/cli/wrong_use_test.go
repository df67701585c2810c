package cli

import (
	"net"
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestWrongUse(t *testing.T) {
	broken := path(t, "config.toml")
	if err := os.WriteFile(broken, []byte("[desk]\nthem = \"dark\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"grops"}, `streamdesk: there is no command "grops"; did you mean groups or group?`},
		{[]string{"groups", "--bogus"}, "streamdesk groups: unknown flag: --bogus"},
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
		if r.code != exitWrongUse || r.out != "" || !strings.Contains(r.err, c.says) {
			t.Errorf("%v: exit %d, stdout %q, stderr %q, want %q", c.args, r.code, r.out, r.err, c.says)
		}
		if !strings.HasSuffix(r.err, " --help'.\n") {
			t.Errorf("%v: no word of --help in %q", c.args, r.err)
		}
	}
}

func TestFailures(t *testing.T) {
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
		if r.code != exitFailed || r.out != "" || !strings.Contains(r.err, c.says) || strings.Count(r.err, "\n") != 1 {
			t.Errorf("%v: exit %d, stdout %q, stderr %q, want one line with %q", c.args, r.code, r.out, r.err, c.says)
		}
	}
}

func TestWithNoServerThereOneLineSaysWhatToDo(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
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
			r.err = regexp.MustCompile(`(?m)^waiting for .*\n`).ReplaceAllString(r.err, "") // on a busy machine it takes long enough to be said
			if r.code != exitFailed || r.out != "" || strings.Count(r.err, "\n") != 1 || strings.Contains(r.err, secret) {
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
func TestEveryCommandHasExamples(t *testing.T) {
	p := &program{}
	for _, cmd := range append(p.rootCommand().Commands(), p.rootCommand()) {
		if cmd.Hidden {
			continue
		}
		if cmd.Short == "" || !strings.Contains(cmd.Example, "streamdesk") {
			t.Errorf("%s lacks words or examples", cmd.Name())
		}
		r := newHost(t, "127.0.0.1:1").run(t.Context(), "", strings.Fields(strings.TrimPrefix(cmd.CommandPath(), "streamdesk")+" --help")...)
		if r.code != exitDone || r.err != "" || !strings.Contains(r.out, "Examples:") {
			t.Errorf("%s --help: %+v", cmd.Name(), r)
		}
	}
	if r := newHost(t, "127.0.0.1:1").run(t.Context(), "", "help", "tail"); r.code != exitDone || !strings.Contains(r.out, "--where") {
		t.Errorf("help tail: %+v", r)
	}
}
