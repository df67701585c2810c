package desk

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/embedded"
	"streamdesk/bus/fault"
	"streamdesk/bus/redistest"
	"streamdesk/model"
	"streamdesk/model/config"
)

// terminal is what a desk writes to in a test.
type terminal struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (t *terminal) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.out.Write(b)
}

func (t *terminal) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.out.String()
}

// What a terminal is told when a program takes its whole screen, and when it gives it back.
const (
	takesScreen, givesScreen = "\x1b[?1049h", "\x1b[?1049l"
	showsCursor              = "\x1b[?25h"
)

// running is a desk that runs as a person's would.
type running struct {
	keys *io.PipeWriter
	term *terminal
	done chan error
	stop context.CancelFunc
}

func startDesk(t *testing.T, change func(*Options)) *running {
	t.Helper()
	server, err := embedded.Start()
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(&redis.Options{Addr: server.Addr()})
	b, err := bus.Open(context.Background(), client)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.PublishSync(context.Background(), model.Event{Type: model.WorkflowStarted}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	in, keys := io.Pipe()
	r := &running{keys: keys, term: &terminal{}, done: make(chan error, 1), stop: cancel}
	o := Options{Bus: b, Config: config.Default(), Profile: "test", Address: "embedded", Input: in, Output: r.term}
	o.Config.Desk.StateDir = "" // no test keeps how its desk is arranged unless it says so
	change(&o)
	go func() { r.done <- Run(ctx, o) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(keys.Close(), b.Close(context.Background()), client.Close()); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	redistest.Eventually(t, 20*time.Second, func() bool { return strings.Contains(r.term.String(), takesScreen) }, "the desk to start")
	return r
}

// ends waits for the desk to end, and fails unless it gave the terminal back.
func (r *running) ends(t *testing.T) error {
	t.Helper()
	var err error
	redistest.Eventually(t, 20*time.Second, func() bool {
		select {
		case err = <-r.done:
			return true
		default:
			return false
		}
	}, "the desk to end")
	out := r.term.String()
	if strings.LastIndex(out, givesScreen) < strings.LastIndex(out, takesScreen) {
		t.Errorf("the desk ended and kept the screen")
	}
	if !strings.Contains(out[strings.LastIndex(out, takesScreen):], showsCursor) {
		t.Errorf("the desk ended and kept the cursor hidden")
	}
	return err
}

func TestEveryWayOutGivesTheTerminalBack(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Options)
		leave  func(*running)
		fails  bool
	}{
		"q":              {func(*Options) {}, func(r *running) { _, _ = r.keys.Write([]byte("q")) }, false},
		"ctrl+c":         {func(*Options) {}, func(r *running) { _, _ = r.keys.Write([]byte{3}) }, false},
		"a signal":       {func(*Options) {}, func(r *running) { r.stop() }, false},
		"panic: Update":  {func(o *Options) { o.Now = panicAfter(40) }, func(*running) {}, true},
		"panic: command": {func(o *Options) { o.Copy = func(string) { panic("on purpose") } }, copyUntilItEnds, true},
	} {
		t.Run(name, func(t *testing.T) {
			r := startDesk(t, c.change)
			c.leave(r)
			err := r.ends(t)
			var broken *fault.PanicError
			if (err != nil) != c.fails || errors.As(err, &broken) != c.fails {
				t.Errorf("the desk ended with %v", err)
			}
			if c.fails && (broken.Value != "on purpose" || !strings.Contains(string(broken.Stack), "ui/desk/run_test.go")) {
				t.Errorf("it broke of %v, at %s", broken.Value, broken.Stack)
			}
			if strings.Contains(r.term.String(), "goroutine ") {
				t.Errorf("the trace is on the desk's screen")
			}
		})
	}
}

// panicAfter is a clock that breaks down after n readings.
func panicAfter(n int) func() time.Time {
	var mu sync.Mutex
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		n--
		if n < 0 {
			panic("on purpose")
		}
		return start
	}
}

// copyUntilItEnds asks for a copy again and again: the first one comes once the event is on the screen.
func copyUntilItEnds(r *running) {
	go func() {
		for {
			if _, err := r.keys.Write([]byte("y")); err != nil {
				return
			}
		}
	}()
}

func TestAPanicOfTheFeedEndsTheDeskWithAnError(t *testing.T) {
	b := newHarness(t, 80, 24)
	b.desk.line.feed.OnPanic = func(p *fault.PanicError) { b.send(fatalMsg{p}) }
	b.desk.line.feed.Run(context.Background(), func(context.Context) { panic("on purpose") })
	b.desk.line.feed.Wait()
	if !b.quit || b.desk.run.fatal == nil || !strings.Contains(b.desk.run.fatal.Error(), "on purpose") {
		t.Errorf("quit %v, error %v", b.quit, b.desk.run.fatal)
	}
}
