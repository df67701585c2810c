package logfile_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/bus/sink"
	"streamdesk/bus/sink/logfile"
	"streamdesk/model"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 30 * time.Second

// run runs a service until the test ends.
func run(t *testing.T, client *redis.Client, s *logfile.Service) (b *bus.Bus, stop func()) {
	t.Helper()
	b, err := bus.Open(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx, b) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := b.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return b, stop
}

func newService(t *testing.T, o logfile.Options) *logfile.Service {
	t.Helper()
	s, err := logfile.New(sink.Setup{Group: sink.LogAggregators, Consumer: "a"}, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func publish(t *testing.T, b *bus.Bus, from, n int) {
	t.Helper()
	for i := range n {
		e := model.Event{ID: fmt.Sprintf("e%d", from+i), Type: "workflow.progress", WorkflowID: "wf-1", Data: []byte(`{"n":1}`)}
		if err := b.Publish(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// logged counts how often each event stands in the files; every line has to be whole.
func logged(t *testing.T, pattern string) map[string]int {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // rotated away under our hands
		}
		for line := range strings.SplitAfterSeq(string(text), "\n") {
			if !strings.HasSuffix(line, "\n") {
				break // being written
			}
			var event struct {
				ID string `json:"event_id"`
			}
			if err := json.Unmarshal([]byte(line), &event); err != nil {
				t.Fatalf("%s: %v in %q", name, err, line)
			}
			found[event.ID]++
		}
	}
	return found
}

func pending(t *testing.T, client *redis.Client) int64 {
	t.Helper()
	groups, err := client.XInfoGroups(t.Context(), "events:workflow.progress").Result()
	if err != nil || len(groups) != 1 {
		return -1
	}
	return groups[0].Pending + groups[0].Lag
}

func TestEachEventIsALineAndIsAcknowledged(t *testing.T) {
	client := redistest.Start(t).Client()
	path := filepath.Join(t.TempDir(), "new", "events-{consumer}.log")
	b, _ := run(t, client, newService(t, logfile.Options{Path: path, Fsync: true}))
	publish(t, b, 0, 1000)
	path = strings.ReplaceAll(path, "{consumer}", "a")
	redistest.Eventually(t, patience, func() bool { return len(logged(t, path)) == 1000 }, "a thousand lines")
	redistest.Eventually(t, patience, func() bool { return pending(t, client) == 0 }, "all acknowledged")
}

func TestALogOnStandardOutput(t *testing.T) {
	client := redistest.Start(t).Client()
	var out bytes.Buffer
	b, stop := run(t, client, newService(t, logfile.Options{Path: "-", Stdout: &out}))
	publish(t, b, 0, 100)
	redistest.Eventually(t, patience, func() bool { return pending(t, client) == 0 }, "all acknowledged")
	stop()
	if n := strings.Count(out.String(), "\n"); n != 100 {
		t.Errorf("%d lines", n)
	}
}

func TestAFullLogIsRotatedAndOldOnesAreDeleted(t *testing.T) {
	client := redistest.Start(t).Client()
	dir := t.TempDir()
	other := filepath.Join(dir, "events-of-another.log")
	if err := os.WriteFile(other, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	b, _ := run(t, client, newService(t, logfile.Options{Path: filepath.Join(dir, "events.log"), MaxSize: 4 << 10, Keep: 3}))
	for i := range 20 {
		publish(t, b, i*20, 20)
		redistest.Eventually(t, patience, func() bool { return pending(t, client) == 0 }, "all acknowledged")
	}
	files, err := filepath.Glob(filepath.Join(dir, "events-2*.log"))
	if err != nil || len(files) != 3 {
		t.Errorf("%d rotated files are left, want 3 (%v)", len(files), err)
	}
	if _, err := os.Stat(other); err != nil {
		t.Errorf("a file that is no rotated log: %v", err)
	}
}

func TestALineThatACrashHasTornIsCutOff(t *testing.T) {
	client := redistest.Start(t).Client()
	path := filepath.Join(t.TempDir(), "events.log")
	if err := os.WriteFile(path, []byte("{\"event_id\":\"whole\"}\n{\"event_id\":\"to"), 0o600); err != nil {
		t.Fatal(err)
	}
	b, _ := run(t, client, newService(t, logfile.Options{Path: path}))
	publish(t, b, 0, 1)
	redistest.Eventually(t, patience, func() bool { return len(logged(t, path)) == 2 }, "the whole line and the new one")
}

func TestWhileTheDiskIsFullEventsStayPending(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full here")
	}
	client := redistest.Start(t).Client()
	dir := t.TempDir()
	path := filepath.Join(dir, "events.log")
	if err := os.Symlink("/dev/full", path); err != nil {
		t.Fatal(err)
	}
	s := newService(t, logfile.Options{Path: path, Fsync: true})
	b, _ := run(t, client, s)
	publish(t, b, 0, 300)
	redistest.Eventually(t, patience, func() bool { return s.Health() != nil }, "health says so")
	if text := s.Health().Error(); !strings.Contains(text, "no space left") {
		t.Errorf("health: %s", text)
	}
	if n := pending(t, client); n != 300 {
		t.Errorf("%d are pending or behind, want 300", n)
	}
	// There is room again.
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	redistest.Eventually(t, patience, func() bool { return len(logged(t, path)) == 300 }, "every event in the log")
	redistest.Eventually(t, patience, func() bool { return pending(t, client) == 0 && s.Health() == nil }, "all acknowledged")
}

func TestAMovedLogIsReopenedWhenToldTo(t *testing.T) {
	client := redistest.Start(t).Client()
	dir := t.TempDir()
	path := filepath.Join(dir, "events.log")
	s := newService(t, logfile.Options{Path: path})
	b, _ := run(t, client, s)
	publish(t, b, 0, 10)
	redistest.Eventually(t, patience, func() bool { return pending(t, client) == 0 }, "all acknowledged")
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	if err := s.Reopen(); err != nil {
		t.Fatal(err)
	}
	publish(t, b, 10, 10)
	redistest.Eventually(t, patience, func() bool { return len(logged(t, path)) == 10 }, "the new events in a new file")
	if n := len(logged(t, path+".1")); n != 10 {
		t.Errorf("%d events in the old file", n)
	}
}

func TestALogThatWasRemovedIsReopenedBeforeAnythingIsAcknowledged(t *testing.T) {
	for name, take := range map[string]func(path string) error{
		"the file":      os.Remove,
		"its directory": func(path string) error { return os.RemoveAll(filepath.Dir(path)) },
		"moved aside":   func(path string) error { return os.Rename(path, path+".1") },
		"another put in its place": func(path string) error {
			return errors.Join(os.WriteFile(path+".new", nil, 0o600), os.Rename(path+".new", path))
		},
	} {
		t.Run(name, func(t *testing.T) {
			client := redistest.Start(t).Client()
			path := filepath.Join(t.TempDir(), "logs", "events.log")
			b, _ := run(t, client, newService(t, logfile.Options{Path: path}))
			publish(t, b, 0, 10)
			redistest.Eventually(t, patience, func() bool { return pending(t, client) == 0 }, "all acknowledged")
			if err := take(path); err != nil {
				t.Fatal(err)
			}
			publish(t, b, 10, 10)
			redistest.Eventually(t, patience, func() bool { return pending(t, client) == 0 }, "the new ones acknowledged")
			if n := len(logged(t, path)); n != 10 {
				t.Errorf("%d of the 10 events that were acknowledged since are in the log", n)
			}
		})
	}
}

func TestALogThatCannotBeIsRefusedAtOnce(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	setup := sink.Setup{Group: sink.LogAggregators, Consumer: "a"}
	if _, err := logfile.New(setup, logfile.Options{Path: filepath.Join(dir, "file", "events.log")}); err == nil || !strings.Contains(err.Error(), "directory") {
		t.Errorf("below a file: %v", err)
	}
	if _, err := logfile.New(setup, logfile.Options{Path: dir}); err == nil {
		t.Error("a directory was taken for a file")
	}
	first := newService(t, logfile.Options{Path: filepath.Join(dir, "events.log")})
	defer func() { _ = first.Close() }()
	if _, err := logfile.New(setup, logfile.Options{Path: filepath.Join(dir, "events.log")}); err == nil || !strings.Contains(err.Error(), "{consumer}") {
		t.Errorf("a second process: %v", err)
	}
}
