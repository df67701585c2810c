package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/crypto/ssh"

	"streamdesk/bus/redistest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a condition may take on a busy machine.
const patience = 20 * time.Second

// house is a server whose sessions show who is there, what they type and the size of their terminals.
type house struct {
	*Server
	dir, addr string
	said      text
	stop      func()
}

// text is what was written so far.
type text struct {
	mu  sync.Mutex
	all strings.Builder
}

func (x *text) Write(b []byte) (int, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.all.Write(b)
}

func (x *text) String() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.all.String()
}

func (x *text) has(t *testing.T, what string, times int) {
	t.Helper()
	redistest.Eventually(t, patience, func() bool { return strings.Count(x.String(), what) >= times }, "no "+what)
}

// newHouse lets people of these lines in, whose keys are made; each line ends with a name.
func newHouse(t *testing.T, change func(*Server), lines ...string) *house {
	t.Helper()
	h := &house{dir: t.TempDir()}
	host, err := HostKey(filepath.Join(h.dir, "host"))
	if err != nil {
		t.Fatal(err)
	}
	h.write(t, lines...)
	keys, err := OpenKeys(filepath.Join(h.dir, "keys"), nil)
	if err != nil {
		t.Fatal(err)
	}
	keys.every = 10 * time.Millisecond
	h.Server = &Server{Host: host, Keys: keys, Sessions: 20, Show: echo, Say: func(format string, args ...any) { fmt.Fprintf(&h.said, format+"\n", args...) }}
	if change != nil {
		change(h.Server)
	}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.addr = listener.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- h.Serve(ctx, listener) }()
	h.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(h.stop)
	return h
}

// write puts a file of keys in the place of the one that is there. Like some package managers it gives every file the same time.
func (h *house) write(t *testing.T, lines ...string) {
	t.Helper()
	var all string
	for _, line := range lines {
		options, name, found := strings.Cut(line, " ")
		if !found {
			options, name = "", line
		}
		all += fmt.Sprintf("%s %s %s\n", options, strings.TrimSpace(string(ssh.MarshalAuthorizedKey(h.key(t, name).PublicKey()))), name)
	}
	next := filepath.Join(h.dir, "keys.new")
	if err := os.WriteFile(next, []byte(all), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(next, time.Unix(1, 0), time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(next, filepath.Join(h.dir, "keys")); err != nil {
		t.Fatal(err)
	}
}

func (h *house) key(t *testing.T, name string) ssh.Signer {
	t.Helper()
	signer, err := HostKey(filepath.Join(h.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

// echo shows a session until its person types q.
func echo(ctx context.Context, s *Session) error {
	fmt.Fprintf(s.Out, "here is %s, %s\r\n", s.Name, s.Role)
	typed := make(chan struct{})
	go func() {
		defer close(typed)
		b := make([]byte, 1)
		for {
			if _, err := s.In.Read(b); err != nil || b[0] == 'q' {
				return
			}
			fmt.Fprintf(s.Out, "typed %s\r\n", b)
		}
	}()
	select {
	case <-ctx.Done():
	case <-typed:
	}
	return nil
}

// dial connects as a person.
func (h *house) dial(t *testing.T, name string) (*ssh.Client, error) {
	t.Helper()
	client, err := ssh.Dial("tcp", h.addr, &ssh.ClientConfig{
		User: "x", Auth: []ssh.AuthMethod{ssh.PublicKeys(h.key(t, name))}, HostKeyCallback: ssh.FixedHostKey(h.Host.PublicKey()),
	})
	if err == nil {
		t.Cleanup(func() { _ = client.Close() })
	}
	return client, err
}

// guest is somebody in a session.
type guest struct {
	*ssh.Session
	screen text
	keys   io.Writer
}

// opens opens a session on a connection.
func opens(t *testing.T, client *ssh.Client) *guest {
	t.Helper()
	g := &guest{}
	var err error
	if g.Session, err = client.NewSession(); err != nil {
		t.Fatal(err)
	}
	g.Stdout, g.Stderr = &g.screen, &g.screen
	if g.keys, err = g.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := g.RequestPty("xterm", 24, 80, nil); err != nil {
		t.Fatal(err)
	}
	if err := g.Shell(); err != nil {
		t.Fatal(err)
	}
	return g
}

func (h *house) letIn(t *testing.T, name string) *guest {
	t.Helper()
	client, err := h.dial(t, name)
	if err != nil {
		t.Fatal(err)
	}
	g := opens(t, client)
	g.screen.has(t, "here is "+name, 1)
	return g
}

// TestTwentyComeInWithOpenSSHAndTheNextWhenOneLeaves has twenty real clients come in at once.
func TestTwentyComeInWithOpenSSHAndTheNextWhenOneLeaves(t *testing.T) {
	if _, err := exec.LookPath("ssh"); err != nil {
		if os.Getenv(redistest.RequireEnv) != "" {
			t.Fatal(err)
		}
		t.Skip("there is no OpenSSH client")
	}
	h := newHouse(t, nil, "otto")
	host, port, _ := strings.Cut(h.addr, ":")
	known := filepath.Join(h.dir, "known")
	if err := os.WriteFile(known, fmt.Appendf(nil, "[%s]:%s %s", host, port, ssh.MarshalAuthorizedKey(h.Host.PublicKey())), 0o600); err != nil {
		t.Fatal(err)
	}
	var screens [21]text
	come := func(screen *text) (cmd *exec.Cmd, keys io.Writer) {
		cmd = exec.CommandContext(t.Context(), "ssh", "-tt", "-F", "/dev/null", "-p", port, "-i", filepath.Join(h.dir, "otto"),
			"-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR", "-o", "UserKnownHostsFile="+known, "x@"+host)
		cmd.Env = append(os.Environ(), "TERM=xterm")
		cmd.Stdout, cmd.Stderr = screen, screen
		keys, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd, keys
	}
	var first *exec.Cmd
	var firstKeys io.Writer
	var others []*exec.Cmd
	for i := range 20 {
		cmd, keys := come(&screens[i])
		if i == 0 {
			first, firstKeys = cmd, keys
		} else {
			others = append(others, cmd)
		}
	}
	for i := range 20 {
		screens[i].has(t, "here is otto", 1)
	}
	over, _ := come(&screens[20])
	if err := over.Wait(); over.ProcessState.ExitCode() != 1 || !strings.Contains(screens[20].String(), "as many sessions are open as may be") {
		t.Errorf("%v: %s", err, screens[20].String())
	}
	if _, err := io.WriteString(firstKeys, "q"); err != nil {
		t.Fatal(err)
	}
	if err := first.Wait(); err != nil {
		t.Error(err)
	}
	client, err := h.dial(t, "otto")
	if err != nil {
		t.Fatal(err)
	}
	opens(t, client).screen.has(t, "here is otto", 1)
	if err := client.Close(); err != nil { // a connection without a session is cut a second later only
		t.Error(err)
	}
	h.stop()
	for i, cmd := range others {
		if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 1 || !strings.Contains(screens[i+1].String(), "the server is being stopped") {
			t.Errorf("%v: %s", err, screens[i+1].String())
		}
	}
}

// TestAKeyThatIsTakenAwayEndsItsSessionsAndComesInNoMore has otto's key taken away and anna's role changed, while bert stays.
func TestAKeyThatIsTakenAwayEndsItsSessionsAndComesInNoMore(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil, "otto", `role="operate" anna`, "bert")
	connected, err := h.dial(t, "otto") // without a session yet
	if err != nil {
		t.Fatal(err)
	}
	otto, anna, bert := h.letIn(t, "otto"), h.letIn(t, "anna"), h.letIn(t, "bert")
	h.write(t, "anna", "bert")
	otto.screen.has(t, "your key was taken away", 1)
	anna.screen.has(t, "your key's name or role was changed; come in again", 1)
	for _, g := range []*guest{otto, anna} {
		var exit *ssh.ExitError
		if err := g.Wait(); !errors.As(err, &exit) || exit.ExitStatus() != 1 {
			t.Error(err)
		}
	}
	if _, err := h.dial(t, "otto"); err == nil || !strings.Contains(err.Error(), "unable to authenticate") {
		t.Errorf("otto comes in again: %v", err)
	}
	late := opens(t, connected)
	late.screen.has(t, "your key was taken away", 1)
	if strings.Contains(late.screen.String(), "here is") {
		t.Error("a connection from before lets otto in")
	}
	h.letIn(t, "anna").screen.has(t, "anna, look", 1)
	if _, err := io.WriteString(bert.keys, "x"); err != nil {
		t.Fatal(err)
	}
	bert.screen.has(t, "typed x", 1)

	h.write(t, "anna", "carl") // as large, and of the same time
	bert.screen.has(t, "your key was taken away", 1)
}

// TestASessionInWhichNothingIsTypedEnds has one person type and another not.
func TestASessionInWhichNothingIsTypedEnds(t *testing.T) {
	t.Parallel()
	const idle = 300 * time.Millisecond
	h := newHouse(t, func(s *Server) { s.Idle = idle }, "otto", "anna")
	otto, anna := h.letIn(t, "otto"), h.letIn(t, "anna")
	pause, before := time.Duration(0), time.Now() // the longest time without a key of anna's
	for n := 1; !strings.Contains(otto.screen.String(), "nothing was typed for 300ms"); n++ {
		now := time.Now()
		if _, err := io.WriteString(anna.keys, "x"); err != nil {
			break
		}
		redistest.Eventually(t, patience, func() bool {
			return strings.Count(anna.screen.String(), "typed x") >= n || strings.Contains(anna.screen.String(), "nothing was")
		}, "anna isn't answered")
		pause, before = max(pause, time.Since(before)), now
	}
	if pause < idle && strings.Contains(anna.screen.String(), "nothing was typed") {
		t.Errorf("anna typed at least every %s, and had to leave", pause)
	}
	anna.screen.has(t, "nothing was typed for 300ms", 1)
	h.said.has(t, "sessions: 0", 1)
}
