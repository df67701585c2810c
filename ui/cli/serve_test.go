package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/redis/go-redis/v9"
	"golang.org/x/crypto/ssh"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
	"streamdesk/ui/serve"
)

// serving is `streamdesk serve` in this process.
type serving struct {
	dir, addr string
	errs      *programtest.Screen
	stop      context.CancelFunc
	code      chan int
}

// startServing lets anna operate and otto look.
func startServing(t *testing.T, server *redistest.Server, args ...string) *serving {
	t.Helper()
	s := &serving{dir: t.TempDir(), errs: &programtest.Screen{}, code: make(chan int, 1)}
	var lines string
	for _, line := range []string{`role="operate",name="anna" `, `name="otto" `} {
		name := strings.Split(line, `name="`)[1][:4]
		signer, err := serve.HostKey(filepath.Join(s.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		lines += line + string(ssh.MarshalAuthorizedKey(signer.PublicKey()))
	}
	keys := filepath.Join(s.dir, "keys")
	if err := os.WriteFile(keys, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	h := newHost(t, server.Addr())
	h.env["STREAMDESK_DESK_STATE_DIR"], h.env["STREAMDESK_DESK_AUDIT_FILE"] = s.dir, filepath.Join(s.dir, "audit.jsonl")
	var ctx context.Context
	ctx, s.stop = context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		var out programtest.Screen
		s.code <- Main(ctx, append([]string{"serve", "--ssh", "127.0.0.1:0", "--keys", keys}, args...), h.streams(strings.NewReader(""), &out, s.errs))
	}()
	t.Cleanup(func() { s.stop(); <-done })
	at := regexp.MustCompile(`at (127\.0\.0\.1:\d+), whose`)
	redistest.Eventually(t, patience, func() bool {
		if found := at.FindStringSubmatch(s.errs.String()); found != nil {
			s.addr = found[1]
		}
		return s.addr != ""
	}, "it doesn't serve")
	return s
}

// guest is somebody in a session of a client of this process.
type guest struct {
	*ssh.Session
	screen programtest.Screen
	keys   io.WriteCloser
}

// letIn opens a session as a person.
func (s *serving) letIn(t *testing.T, name string) *guest {
	t.Helper()
	return s.letInAt(t, name, terminal{kind: "xterm-256color", columns: 120, rows: 40})
}

// terminal is what a client tells of its own.
type terminal struct {
	kind          string
	columns, rows int
	env           map[string]string
}

// letInAt opens a session as a person at a terminal.
func (s *serving) letInAt(t *testing.T, name string, at terminal) *guest {
	t.Helper()
	signer, err := serve.HostKey(filepath.Join(s.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	client, err := ssh.Dial("tcp", s.addr, &ssh.ClientConfig{
		User: "x", Auth: []ssh.AuthMethod{ssh.PublicKeys(signer)}, HostKeyCallback: ssh.InsecureIgnoreHostKey(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	g := &guest{}
	if g.Session, err = client.NewSession(); err != nil {
		t.Fatal(err)
	}
	g.Stdout, g.Stderr = &g.screen, &g.screen
	if g.keys, err = g.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	for name, value := range at.env {
		if err := g.Setenv(name, value); err != nil {
			t.Fatal(err)
		}
	}
	if err := g.RequestPty(at.kind, at.rows, at.columns, nil); err != nil {
		t.Fatal(err)
	}
	if err := g.Shell(); err != nil {
		t.Fatal(err)
	}
	return g
}

func (g *guest) press(t *testing.T, keys string) {
	t.Helper()
	if _, err := io.WriteString(g.keys, keys); err != nil {
		t.Fatal(err)
	}
}

// sees waits for a text on the screen, after whatever was drawn before.
func (g *guest) sees(t *testing.T, text string) {
	t.Helper()
	redistest.Eventually(t, patience, func() bool { return strings.Contains(g.screen.String(), text) }, "no "+text)
}

func TestServeKeepsTheRolesAndWritesDownWhoDidWhat(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := server.Client()
	send(t, client, "XADD events:a.b 1-1 data {}")
	send(t, client, "XGROUP CREATE events:a.b g 0")
	send(t, client, "XREADGROUP GROUP g c STREAMS events:a.b >")
	s := startServing(t, server)
	for _, c := range []struct{ name, shows, then string }{{"otto", "RO", "0"}, {"anna", "RW", "1"}} {
		g := s.letIn(t, c.name)
		g.sees(t, c.shows)
		g.sees(t, "1-1")
		g.press(t, "3A")
		if c.name == "otto" {
			g.sees(t, "your key may only look")
			continue
		}
		g.sees(t, "Ack 1 entry")
		g.press(t, "\t")
		g.sees(t, "[▸Ack") // it has looked, and can be pressed
		g.press(t, "\r")
		g.sees(t, "acked 1 of 1")
		redistest.Eventually(t, patience, func() bool { return client.XPending(t.Context(), "events:a.b", "g").Val().Count == 0 }, "it isn't acknowledged")
		g.press(t, "\r\x1a") // suspending would be the whole server's
		g.sees(t, "out of reach")
		redistest.Eventually(t, patience, func() bool {
			text, _ := os.ReadFile(filepath.Join(s.dir, "audit.jsonl")) // it isn't there at first
			return strings.Contains(string(text), `"user":"anna@127.0.0.1","action":"ack"`)
		}, "the audit file doesn't name anna")
	}
	s.stop()
	if code := <-s.code; code != program.ExitDone {
		t.Errorf("exit %d: %s", code, s.errs.String())
	}
}

// TestManyWhoLookCostWhatOneDoes counts the commands that the server gets in a while: first with one session, then with ten.
func TestManyWhoLookCostWhatOneDoes(t *testing.T) {
	server := redistest.Start(t)
	client := server.Client()
	for i := range 5 {
		send(t, client, fmt.Sprintf("XADD events:a.b %d-1 data {}", i+1))
	}
	s := startServing(t, server, "--sessions", "10")
	look := func() { s.letIn(t, "otto").sees(t, "5-1") }
	look()
	commandsIn(t, client) // those of the beginning
	one := commandsIn(t, client)
	for range 9 {
		look()
	}
	const attempts = 5 // what is asked once a second falls into some of them
	ten := 0.
	for range attempts {
		if ten = commandsIn(t, client); ten <= 1.3*max(one, usual) {
			break
		}
	}
	t.Logf("one costs %.0f commands a second, ten cost %.0f", one, ten)
	if ten > 1.3*max(one, usual) {
		t.Error("ten cost more than one does")
	}
	s.letIn(t, "anna").sees(t, "as many sessions are open as may be")
}

// usual is how many commands a second one session costs where the machine isn't busy: 12 reads of new entries, a look and what it shows opened.
const usual = 20

// commandsIn returns how many commands a second a server gets, but for searches for streams, which are seconds apart.
func commandsIn(t *testing.T, client *redis.Client) float64 {
	t.Helper()
	count := func() (all int) {
		for line := range strings.Lines(client.Info(t.Context(), "commandstats").Val()) {
			name, rest, found := strings.Cut(strings.TrimPrefix(line, "cmdstat_"), ":calls=")
			var calls int
			if !found || name == "info" || name == "scan" || name == "type" {
				continue
			}
			if _, err := fmt.Sscanf(rest, "%d", &calls); err != nil {
				t.Fatal(err)
			}
			all += calls
		}
		return all
	}
	const lasts = 400 * time.Millisecond
	began, before := time.Now(), count()
	redistest.Eventually(t, patience, func() bool { return time.Since(began) >= lasts }, "time stands still")
	return float64(count()-before) / time.Since(began).Seconds()
}

// TestServeLetsAnOpenSSHClientIn has a real client come in, change the size of its window and die.
func TestServeLetsAnOpenSSHClientIn(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("ssh"); err != nil {
		if os.Getenv(redistest.RequireEnv) != "" {
			t.Fatal(err)
		}
		t.Skip("there is no OpenSSH client")
	}
	server := redistest.Start(t)
	send(t, server.Client(), "XADD events:a.b 1-1 data {}")
	s := startServing(t, server)
	host, port, _ := strings.Cut(s.addr, ":")
	client := func(name string, more ...string) *exec.Cmd {
		return exec.CommandContext(t.Context(), "ssh", append([]string{
			"-F", "/dev/null", "-p", port, "-i", filepath.Join(s.dir, name), "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no",
			"-o", "UserKnownHostsFile=" + filepath.Join(s.dir, "known"), "-o", "LogLevel=ERROR", "x@" + host,
		}, more...)...)
	}
	if _, err := serve.HostKey(filepath.Join(s.dir, "eve")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		cmd  *exec.Cmd
		code int
		says string
	}{
		{client("eve"), 255, "Permission denied (publickey)"},
		{client("otto", "streams"), 2, "there is only the desk here"},
		{client("otto", "-T"), 2, "the desk needs a terminal"},
	} {
		out, _ := c.cmd.CombinedOutput() // its exit code says how it went
		if c.cmd.ProcessState.ExitCode() != c.code || !strings.Contains(string(out), c.says) {
			t.Errorf("%q: exit %d, %s", c.cmd.Args, c.cmd.ProcessState.ExitCode(), out)
		}
	}
	cmd := client("otto")
	cmd.Env = append(os.Environ(), "TERM=xterm-256color")
	p := startInTerminal(t, cmd)
	p.shows(t, 0, "1-1")
	if err := pty.Setsize(p.master, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	p.shows(t, 0, "2 Groups│") // panes are tabs where there is little room
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	redistest.Eventually(t, patience, func() bool { return strings.Contains(s.errs.String(), "left after") }, "it isn't noticed")
	if said := s.errs.String(); !strings.Contains(said, "refused from 127.0.0.1 (ssh-ed25519 SHA256:") || !strings.Contains(said, "otto (look) from 127.0.0.1 is here") {
		t.Error(said)
	}
}

func TestServeNamesTheMend(t *testing.T) {
	t.Parallel()
	h := newHost(t, "127.0.0.1:1")
	bad := path(t, "keys")
	if err := os.WriteFile(bad, []byte("# nobody\nssh-ed25519 nonsense\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for args, says := range map[string]string{
		"serve":                                     "add --ssh :2222",
		"serve --ssh :0":                            "add --keys FILE",
		"serve --ssh :0 --keys " + bad:              "line 2: it is no key",
		"serve --ssh :0 --keys /no/such":            "no such file",
		"serve --ssh :0 --keys " + bad + " x":       "1 arguments given",
		"serve --ssh nowhere --keys " + bad:         "--ssh",
		"serve --ssh :0 --sessions 0 --keys " + bad: "--sessions",
	} {
		if r := h.run(t.Context(), "", strings.Fields(args)...); r.code != program.ExitWrongUse || !strings.Contains(r.err, says) {
			t.Errorf("%s: %+v", args, r)
		}
	}
}
