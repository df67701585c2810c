package cli

import (
	"bytes"
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/redis/go-redis/v9"

	"streamdesk/bus/doctor"
	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

// ail puts entries on a server that are stuck, that fail, that were trimmed while pending, and that were given up.
func ail(t *testing.T, client *redis.Client) {
	t.Helper()
	fill(t, client, &handClock{now: atNoon})
	for _, line := range []string{
		`XADD events:workflow.failed 1762341360000-0 data '{}'`,
		`XGROUP CREATE events:workflow.failed db_writers 0`,
		`XREADGROUP GROUP db_writers worker-1 COUNT 1 STREAMS events:workflow.failed >`,
		`XCLAIM events:workflow.failed db_writers worker-1 0 1762341360000-0 RETRYCOUNT 5 JUSTID`,
		`XADD events:generation.failed 1762341360000-0 data '{}'`,
		`XGROUP CREATE events:generation.failed 'log aggregators' 0`,
		`XADD dead:events:audit.failed 1762341300000-0 data '{}' origin events:audit.failed/1-1 group g attempt 10 reason broken`,
	} {
		send(t, client, line)
	}
}

var (
	// ofTheServer are the findings that depend on the server's version and machine.
	ofTheServer = regexp.MustCompile(`(?m)^  (server|capabilities|memory|lag_unknown) .*\n( {17}.*\n)*`)
	counted     = regexp.MustCompile(`(?m)^(\S+ \w+) \(\d+\)$`)
	spans       = regexp.MustCompile(`\b\d+(\.\d+)?(µs|ms|s|m|h|d)(\d+[smh])?\b`)
	ports       = regexp.MustCompile(`-p \d+`)
)

// waitAOF is advised where the server can do it.
const waitAOF = ", or have publishers wait with WAITAOF"

// settled takes out of the doctor's output what differs from run to run and from server to server.
func settled(t *testing.T, out string) string {
	t.Helper()
	if advised := strings.Contains(out, waitAOF); advised != redistest.Has(t, "WAITAOF") {
		t.Errorf("WAITAOF is advised: %t", advised)
	}
	out = strings.ReplaceAll(out, waitAOF, "")
	out = counted.ReplaceAllString(ofTheServer.ReplaceAllString(out, ""), "$1 (N)")
	return ports.ReplaceAllString(spans.ReplaceAllString(out, "SPAN"), "-p PORT")
}

//nolint:tparallel // its parts share a server
func TestDoctorSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	redistest.Needs(t, redistest.Lag) // how many entries wait is part of what it says
	server := redistest.Start(t, redistest.WithAppendOnly("everysec"))
	ail(t, server.Client())
	h := newHost(t, server.Addr())
	t.Run("text", func(t *testing.T) {
		golden.RequireEqual(t, settled(t, h.want(t, "doctor", "--interval", "0s")))
	})
	t.Run("json", func(t *testing.T) {
		var kept []string
		out := settled(t, h.want(t, "doctor", "--output", "json", "--interval", "1ms", "--redis", "redis://"+server.Addr()+"/0"))
		for line := range strings.Lines(out) {
			if !regexp.MustCompile(`"check":"(server|capabilities|memory|lag_unknown)"`).MatchString(line) {
				kept = append(kept, strings.ReplaceAll(line, server.Addr(), "ADDRESS"))
			}
		}
		golden.RequireEqual(t, strings.Join(kept, ""))
	})
}

func TestDoctorsExitCode(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t, redistest.WithAppendOnly("always"))
	h := newHost(t, server.Addr())
	h.want(t, "doctor", "--interval", "0s", "--strict")
	ail(t, server.Client())
	h.want(t, "doctor", "--interval", "0s")
	r := h.run(t.Context(), "", "doctor", "--interval", "0s", "--strict")
	if r.code != program.ExitFailed || !strings.Contains(r.out, "✖ critical (4)") ||
		r.err != "streamdesk doctor: 8 findings are a warning or worse, and --strict was given\n" {
		t.Errorf("exit %d, stderr %q\n%s", r.code, r.err, r.out)
	}
	if r := h.run(t.Context(), "", "doctor", "--interval", "soon"); r.code != program.ExitWrongUse || !strings.Contains(r.err, `--interval "soon"`) {
		t.Errorf("%+v", r)
	}
}

func TestAnInterruptedDoctorSaysSo(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	client := server.Client()
	var out, told programtest.Screen
	ended := make(chan int, 1)
	go func() {
		ended <- Main(ctx, []string{"doctor", "--interval", "1h"}, newHost(t, server.Addr()).streams(strings.NewReader(""), &out, &told))
	}()
	redistest.Eventually(t, patience, func() bool {
		return strings.Contains(client.Info(t.Context(), "commandstats").Val(), "cmdstat_time")
	}, "the first look")
	cancel()
	if code := <-ended; code != program.ExitFailed || told.String() != "streamdesk doctor: interrupted\n" {
		t.Errorf("exit %d, stderr %q", code, told.String())
	}
}

// TestDoctorOnTheEmbeddedServer: the demo's server has to be a patient too.
func TestDoctorOnTheEmbeddedServer(t *testing.T) {
	t.Parallel()
	clock := &handClock{now: atNoon}
	client := startEmbedded(t, clock.Now)
	ail(t, client)
	out := newHost(t, client.Options().Addr).want(t, "doctor", "--interval", "0s")
	for _, part := range []string{"embedded in this program", "nothing is written to disk", "events:not.a.stream: this key is no stream"} {
		if !strings.Contains(out, part) {
			t.Errorf("no %q in\n%s", part, out)
		}
	}
}

// mendsOf are the commands of ours that the doctor's mends name, apart from those that a person has to fill in.
func mendsOf(t *testing.T, h *host) (mends [][]string, checks string) {
	t.Helper()
	ours := regexp.MustCompile(`streamdesk((?: (?:'[^']*'|[^\s;,()']+))+)`)
	word := regexp.MustCompile(`'[^']*'|[^\s']+`)
	for _, f := range objects(t, strings.Trim(strings.ReplaceAll(h.want(t, "doctor", "--interval", "0s", "--output", "json"), "},\n", "}\n"), "[]\n")) {
		if check, _ := f["check"].(string); f["severity"] != "ok" {
			checks += " " + check
		}
		mend, _ := f["mend"].(string)
		for _, named := range ours.FindAllStringSubmatch(strings.ReplaceAll(mend, " lists them", ""), -1) {
			args := word.FindAllString(named[1], -1)
			for i := range args {
				args[i] = strings.Trim(args[i], "'")
			}
			if args[len(args)-1] != "ID" {
				mends = append(mends, args)
			}
		}
	}
	return mends, checks
}

// TestEveryMendOfOursMends: the commands that mends name run, those that change something as a dry run first; then what they
// were for is found no more.
func TestEveryMendOfOursMends(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := server.Client()
	ail(t, client)
	send(t, client, "XADD events:audit.started 1762341360000-0 data '{}'")
	send(t, client, "XGROUP CREATE events:audit.started db_writers 0")
	send(t, client, "XREADGROUP GROUP db_writers worker-1 STREAMS events:audit.started >")
	send(t, client, "XCLAIM events:audit.started db_writers 'live one' 0 1762341360000-0 JUSTID")
	send(t, client, "XCLAIM events:audit.started db_writers worker-1 0 1762341360000-0 IDLE 900000 JUSTID")
	h := newHost(t, server.Addr())
	mends, before := mendsOf(t, h)
	ran := map[string]bool{}
	looks := func(args []string) bool { return args[0] == "pending" }
	changes := func(args []string) bool { return !looks(args) }
	// Those that look come first, as for a person: afterwards there may be nothing left to see.
	mends = slices.Concat(slices.DeleteFunc(slices.Clone(mends), changes), slices.DeleteFunc(slices.Clone(mends), looks))
	for _, args := range mends {
		ran[args[0]] = true
		r := h.run(t.Context(), "", args...)
		if strings.Contains(r.err, "--dry-run") { // it changes something, and wants to ask
			if r = h.run(t.Context(), "", append(args, "--dry-run")...); r.code == program.ExitDone && r.out != "" {
				r = h.run(t.Context(), "", append(args, "--yes")...)
			}
		}
		if r.code != program.ExitDone || r.out == "" {
			t.Errorf("%v: %+v", args, r)
		}
	}
	for _, name := range []string{"ack", "claim", "deadletter", "deadletters", "group", "pending"} {
		if !ran[name] {
			t.Errorf("no mend names %s", name)
		}
	}
	_, after := mendsOf(t, h)
	for _, check := range []string{"no_consumers", "poison", "gone"} {
		if !strings.Contains(before, check) || strings.Contains(after, check) {
			t.Errorf("%s before and after: %s, %s", check, before, after)
		}
	}
	if strings.Count(after, "stuck") >= strings.Count(before, "stuck") {
		t.Errorf("stuck before and after: %s, %s", before, after)
	}
}

func TestAPersonIsShownAFewOfAKind(t *testing.T) {
	t.Parallel()
	findings := make([]doctor.Finding, 12, 13)
	for i := range findings {
		findings[i] = doctor.Finding{Check: "stuck", Severity: doctor.Warning, Stream: "events:a.b", Message: "evil \x1b[31m", Mend: "do"}
	}
	findings = append(findings, doctor.Finding{Check: "stuck", Message: "fine"})
	var b bytes.Buffer
	if err := writeFindings(&b, findings); err != nil {
		t.Fatal(err)
	}
	out := b.String()
	if strings.Count(out, "evil") != maxAlike || !strings.Contains(out, "  … and 2 more of stuck; --output json has them all\n\n✓ ok (1)\n") ||
		strings.Contains(out, "\x1b") {
		t.Errorf("%s", out)
	}
}

func TestMendsLeadToTheSameServerWithoutAPassword(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"redis://127.0.0.1:6379/0":              "redis-cli",
		"redis://db.example:6380/3":             "redis-cli -h db.example -p 6380 -n 3",
		"rediss://ann:" + secret + "@db:6380/0": "redis-cli -h db -p 6380 --tls --user ann --askpass",
		"unix:///run/my redis.sock":             "redis-cli -s '/run/my redis.sock'",
		"redis+cluster://a:1,b:2":               "redis-cli -c -h a -p 1",
		"redis+sentinel://a:1/main/0":           "redis-cli",
	} {
		h := newHost(t, "")
		h.env["STREAMDESK_REDIS"] = url
		p := &program.Program{Streams: h.streams(strings.NewReader(""), &programtest.Screen{}, &programtest.Screen{})}
		settings, err := p.Settings()
		if err != nil {
			t.Fatal(err)
		}
		client, err := program.NewClient(p, settings)
		if err != nil {
			t.Fatal(err)
		}
		if got := program.RedisCLI(client); got != want {
			t.Errorf("%s: %s, want %s", url, got, want)
		}
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	}
	h := newHost(t, "127.0.0.1:6379")
	p := newProgram(h.streams(strings.NewReader(""), &programtest.Screen{}, &programtest.Screen{}))
	cmd := rootCommand(p)
	cmd.SetArgs([]string{"--profile", "pre prod", "--redis", "redis://ann:" + secret + "@db:6380/0", "version"})
	if err := cmd.ExecuteContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, want := program.ShellLine(p.Itself()), "streamdesk --profile 'pre prod' --redis redis://db:6380/0"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
