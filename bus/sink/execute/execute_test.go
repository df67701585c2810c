package execute

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/bus/sink"
	"streamdesk/model"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 30 * time.Second

const stream = "events:a.b"

// job is a service that runs a script, on a server of its own.
type job struct {
	client *redis.Client
	bus    *bus.Bus
	s      *Service
	dir    string // where the script runs
	stop   func()
}

// start starts a service whose script is given its directory as $1.
func start(t *testing.T, script string, o Options, setup sink.Setup) *job {
	t.Helper()
	j := &job{client: redistest.Start(t).Client(), dir: t.TempDir()}
	j.write(t, "run", "#!/bin/sh\ncd \"$1\"\n"+script)
	o.Command = []string{filepath.Join(j.dir, "run"), j.dir, "{group}", "{consumer}"}
	setup.Group, setup.Consumer, setup.Backoff = "own", "a", bus.Backoff{First: time.Millisecond, Max: 10 * time.Millisecond}
	var err error
	if j.s, err = New(setup, o); err != nil {
		t.Fatal(err)
	}
	if j.bus, err = bus.Open(t.Context(), j.client); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- j.s.Run(ctx, j.bus) }()
	j.stop = sync.OnceFunc(func() {
		cancel()
		if err := errors.Join(<-ended, j.s.Close(), j.bus.Close(context.Background())); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(j.stop)
	return j
}

func (j *job) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(j.dir, name), []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
}

// read is a file's text; empty when there is none.
func (j *job) read(name string) string {
	text, _ := os.ReadFile(filepath.Join(j.dir, name))
	return string(text)
}

func (j *job) publish(t *testing.T, names ...string) {
	t.Helper()
	for i, name := range names {
		event := model.Event{ID: name, Type: "a.b", WorkflowID: fmt.Sprintf("wf-%d", i%7), Data: []byte(`{"name":"` + name + `"}`)}
		if _, err := j.bus.PublishSync(t.Context(), event); err != nil {
			t.Fatal(err)
		}
	}
}

// settles waits until all was handed over, and nothing is pending.
func (j *job) settles(t *testing.T) {
	t.Helper()
	redistest.Eventually(t, patience, func() bool {
		last, err := j.client.XInfoStream(t.Context(), stream).Result()
		groups, err2 := j.client.XInfoGroups(t.Context(), stream).Result()
		return errors.Join(err, err2) == nil && len(groups) == 1 && groups[0].Pending == 0 && groups[0].LastDeliveredID == last.LastGeneratedID
	}, "everything is acknowledged")
}

// reasons are those of the dead letters.
func (j *job) reasons(t *testing.T) []string {
	t.Helper()
	var reasons []string
	for _, letter := range j.client.XRange(t.Context(), model.DeadLetterKey(stream), "-", "+").Val() {
		reasons = append(reasons, fmt.Sprint(letter.Values[model.FieldReason]))
	}
	return reasons
}

func names(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("e%d", i)
	}
	return list
}

func TestACommandGetsEachEventOnceInItsOrder(t *testing.T) {
	for _, batch := range []int{0, 8} {
		j := start(t, `echo "$2 $3" > names; cat >> got`, Options{Batch: batch}, sink.Setup{})
		j.publish(t, names(40)...)
		j.settles(t)
		lines := strings.Split(strings.TrimSpace(j.read("got")), "\n")
		if len(lines) != 40 || j.read("names") != "own a\n" {
			t.Fatalf("batches of %d: %d lines, %q", batch, len(lines), j.read("names"))
		}
		for i, line := range lines {
			if !strings.HasPrefix(line, `{"stream":"events:a.b","id":"`) || !strings.Contains(line, fmt.Sprintf(`"event_id":"e%d"`, i)) {
				t.Errorf("batches of %d: line %d is %s", batch, i, line)
			}
		}
		j.stop()
	}
}

// The script writes ten megabytes before it says why.
func TestAnEventThatTheCommandFailsOnGoesToTheDeadLettersAndNoOther(t *testing.T) {
	j := start(t, `lines=$(cat)
case "$lines" in *poison*) head -c 10000000 /dev/zero >&2; echo >&2; echo "no such account" >&2; exit 1;; esac
echo "$lines" >> got`, Options{Batch: 16}, sink.Setup{MaxDeliver: 3})
	all := names(30)
	all[11] = "poison"
	j.publish(t, all...)
	j.settles(t)
	if reasons := j.reasons(t); len(reasons) != 1 || reasons[0] != "exit status 1: no such account" {
		t.Errorf("dead letters: %.300q", reasons)
	}
	if n := strings.Count(j.read("got"), "\n"); n != 29 {
		t.Errorf("%d events are done", n)
	}
	if err := j.s.Health(); err != nil {
		t.Error(err)
	}
}

func TestACommandThatHangsIsKilledWithItsChildren(t *testing.T) {
	j := start(t, `sleep 100000 & echo $! > child; wait`, Options{Timeout: 300 * time.Millisecond}, sink.Setup{MaxDeliver: 1})
	j.publish(t, "e1")
	j.settles(t)
	if reasons := j.reasons(t); len(reasons) != 1 || !strings.HasPrefix(reasons[0], "it was killed: not done after 300ms") {
		t.Errorf("dead letters: %q", reasons)
	}
	child, err := strconv.Atoi(strings.TrimSpace(j.read("child")))
	if err != nil {
		t.Fatal(err)
	}
	redistest.Eventually(t, patience, func() bool {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", child))
		return syscall.Kill(child, 0) != nil || err == nil && strings.Contains(string(status), ") Z ")
	}, "its child is gone")
}

func TestACommandThatIsAwayIsWaitedFor(t *testing.T) {
	for name, c := range map[string]struct {
		script string
		leave  func(*job) error
		back   func(*job) error
	}{
		"missing": {
			"cat >> got", func(j *job) error { return os.Rename(filepath.Join(j.dir, "run"), filepath.Join(j.dir, "gone")) },
			func(j *job) error { return os.Rename(filepath.Join(j.dir, "gone"), filepath.Join(j.dir, "run")) },
		},
		"later": {
			"[ -e ready ] || exit 75; cat >> got", func(*job) error { return nil },
			func(j *job) error { return os.WriteFile(filepath.Join(j.dir, "ready"), nil, 0o600) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			j := start(t, c.script, Options{}, sink.Setup{MaxDeliver: 1})
			if err := c.leave(j); err != nil {
				t.Fatal(err)
			}
			j.publish(t, names(5)...)
			redistest.Eventually(t, patience, func() bool { return j.s.Health() != nil }, "its health says so")
			redistest.Eventually(t, patience, func() bool { return j.bus.Stats().Retried > 2 }, "it is tried again")
			if err := c.back(j); err != nil {
				t.Fatal(err)
			}
			j.settles(t)
			if n := strings.Count(j.read("got"), "\n"); n != 5 || len(j.reasons(t)) != 0 || j.s.Health() != nil {
				t.Errorf("%d done, dead letters %q, health %v", n, j.reasons(t), j.s.Health())
			}
		})
	}
}

func TestACommandUnderWayIsFinishedAtTheEnd(t *testing.T) {
	j := start(t, `cat > got; : > begun; until [ -e go ]; do sleep 0.01; done; : > done`, Options{}, sink.Setup{})
	j.publish(t, "e1")
	redistest.Eventually(t, patience, func() bool { return j.read("got") != "" }, "it has begun")
	stopped := make(chan struct{})
	go func() { defer close(stopped); j.stop() }()
	j.write(t, "go", "")
	<-stopped
	if _, err := os.Stat(filepath.Join(j.dir, "done")); err != nil {
		t.Error(err)
	}
	if pending := j.client.XPending(t.Context(), stream, "own").Val(); pending == nil || pending.Count != 0 {
		t.Errorf("pending: %+v", pending)
	}
}

func TestWhatIsNoCommandIsSaidAtOnce(t *testing.T) {
	for _, command := range [][]string{nil, {"/no/such/command"}, {t.TempDir()}} {
		if _, err := New(sink.Setup{}, Options{Command: command}); err == nil {
			t.Errorf("%q is taken", command)
		}
	}
}

// traced publishes an event in each of the traces; "" is none.
func (j *job) traced(t *testing.T, traces ...string) {
	t.Helper()
	for i, trace := range traces {
		ctx := t.Context()
		if trace != "" {
			ctx = bus.WithTrace(ctx, model.TraceContext{Parent: trace, State: "vendor=1"})
		}
		if _, err := j.bus.PublishSync(ctx, model.Event{ID: fmt.Sprint("e", i), Type: "a.b", WorkflowID: "wf"}); err != nil {
			t.Fatal(err)
		}
	}
}

const (
	oneTrace     = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	anotherTrace = "00-5bf92f3577b34da6a3ce929d0e0e4736-10f067aa0ba902b7-01"
)

func TestACommandRunsInTheTraceOfItsEvent(t *testing.T) {
	t.Setenv("TRACEPARENT", "of this process")
	t.Setenv("TRACESTATE", "of this process")
	j := start(t, `cat >/dev/null; echo "$TRACEPARENT $TRACESTATE" >> got`, Options{}, sink.Setup{})
	j.traced(t, oneTrace, "", anotherTrace)
	j.settles(t)
	want := oneTrace + " vendor=1\n \n" + anotherTrace + " vendor=1\n"
	if got := j.read("got"); got != want {
		t.Errorf("it ran in %q, want %q", got, want)
	}
}
