package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/model"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

// following is a tail that runs until stop is called.
type following struct {
	out, err programtest.Screen
	cancel   context.CancelFunc
	ended    chan int
}

func (h *host) follow(args ...string) *following {
	ctx, cancel := context.WithCancel(context.Background())
	f := &following{cancel: cancel, ended: make(chan int, 1)}
	go func() {
		f.ended <- Main(ctx, append([]string{"tail"}, args...), h.streams(strings.NewReader(""), &f.out, &f.err))
	}()
	return f
}

// stop is ctrl+c.
func (f *following) stop(t *testing.T) {
	t.Helper()
	f.cancel()
	if code := <-f.ended; code != program.ExitDone {
		t.Errorf("tail ended with %d, stderr %s", code, f.err.String())
	}
}

// sees waits for a text in the output.
func (f *following) sees(t *testing.T, text string) {
	t.Helper()
	redistest.Eventually(t, patience, func() bool { return strings.Contains(f.out.String(), text) }, "tail prints ", text)
}

func TestTailFollows(t *testing.T) {
	t.Parallel()
	for kind, start := range servers {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			clock := &handClock{now: atNoon}
			client := start(t, clock)
			fill(t, client, clock)
			h := newHost(t, client.Options().Addr)
			f := h.follow("--from", "1762341240000-0", "--output", "json")
			f.sees(t, `"id":"1762341300000-0"`)
			h.want(t, "publish", "workflow.retried", "--data", `{"mark":"a new stream"}`)
			f.sees(t, "a new stream")
			h.want(t, "publish", "workflow.started", "--data", `{"mark":"an old stream"}`)
			f.sees(t, "an old stream")
			f.stop(t)
			if n := len(objects(t, f.out.String())); n != 4 {
				t.Errorf("%d events in\n%s", n, f.out.String())
			}
		})
	}
}

func TestTailBeginsNow(t *testing.T) {
	t.Parallel()
	clock := &handClock{now: atNoon}
	client := startEmbedded(t, clock.Now)
	fill(t, client, clock)
	h := newHost(t, client.Options().Addr)
	f := h.follow("audit.*", "--where", "-wf:wf-old")
	published := 0
	redistest.Eventually(t, patience, func() bool { // until it has begun
		published++
		clock.advance(time.Millisecond)
		h.want(t, "publish", "audit.progress", "--workflow", "wf-new")
		return strings.Contains(f.out.String(), "wf-new")
	}, "tail prints something")
	h.want(t, "publish", "audit.progress", "--workflow", "wf-old")
	h.want(t, "publish", "workflow.started", "--workflow", "wf-other")
	h.want(t, "publish", "audit.progress", "--workflow", "wf-last")
	f.sees(t, "wf-last")
	f.stop(t)
	for _, text := range []string{"wf-8f31", "wf-old", "wf-other"} {
		if strings.Contains(f.out.String(), text) {
			t.Errorf("%s in\n%s", text, f.out.String())
		}
	}
}

// Four streams whose newest entries lie between each other, more of them than one read brings, some with the same ID.
func TestTailPrintsTheLastOfManyStreamsInOrderAndEnds(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	pipe := client.Pipeline()
	var want []string
	for n := range 4000 {
		id := fmt.Sprintf("1762341%06d-0", n/2)
		pipe.XAdd(t.Context(), &redis.XAddArgs{Stream: fmt.Sprintf("events:a.s%d", n%4), ID: id, Values: []string{"data", fmt.Sprintf(`{"id":"e%d","workflow_id":"wf-%d"}`, n, n%3)}})
		if n%3 == 1 {
			want = append(want, fmt.Sprintf("e%d", n))
		}
	}
	if _, err := pipe.Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	h := newHost(t, client.Options().Addr)
	for _, last := range []int{1, 2, 3, 700, 1333, 9000} {
		var got []string
		for _, o := range objects(t, h.want(t, "tail", "--last", strconv.Itoa(last), "--workflow", "wf-1", "--where", "type:a.*", "--output", "json")) {
			got = append(got, fmt.Sprint(o["event_id"]))
		}
		if !slices.Equal(got, want[max(len(want)-last, 0):]) {
			t.Errorf("--last %d: %d events: %.200v", last, len(got), got)
		}
	}
	if out := h.want(t, "tail", "no.such", "--last", "3"); out != "" {
		t.Errorf("of no stream: %q", out)
	}
}

func TestTailSurvivesALostConnection(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t, redistest.WithAppendOnly("always"))
	h := newHost(t, server.Addr())
	h.want(t, "publish", "a.b", "--data", `{"mark":"before"}`)
	f := h.follow("--from", "0")
	f.sees(t, "before")
	server.Kill()
	redistest.Eventually(t, patience, func() bool { return strings.Contains(f.err.String(), "the connection is lost") }, "tail says that it is lost")
	server.Restart()
	h.want(t, "publish", "a.b", "--data", `{"mark":"after"}`)
	f.sees(t, "after")
	redistest.Eventually(t, patience, func() bool { return strings.Contains(f.err.String(), "the connection is back") }, "tail says that it is back")
	f.stop(t)
	if n := strings.Count(f.out.String(), "\n"); n != 2 {
		t.Errorf("%d lines in\n%s", n, f.out.String())
	}
	if n := strings.Count(f.err.String(), "\n"); n != 2 {
		t.Errorf("%d lines on stderr:\n%s", n, f.err.String())
	}
}

// closedPipe is what a program writes to after head has gone.
type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, syscall.EPIPE }

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestTailEndsWithItsReader(t *testing.T) {
	t.Parallel()
	clock := &handClock{now: atNoon}
	client := startEmbedded(t, clock.Now)
	fill(t, client, clock)
	h := newHost(t, client.Options().Addr)
	var stderr programtest.Screen
	args := []string{"tail", "workflow.*", "--from", "0"}
	if code := Main(t.Context(), args, h.streams(strings.NewReader(""), closedPipe{}, &stderr)); code != program.ExitDone || stderr.String() != "" {
		t.Errorf("a closed pipe: exit %d, stderr %q", code, stderr.String())
	}
	if code := Main(t.Context(), args, h.streams(strings.NewReader(""), fullDisk{}, &stderr)); code != program.ExitFailed || !strings.Contains(stderr.String(), "no space left") {
		t.Errorf("a full disk: exit %d, stderr %q", code, stderr.String())
	}
}

func TestParseFrom(t *testing.T) {
	t.Parallel()
	now := atNoon
	for text, want := range map[string]model.Position{
		"":                     {}, // now
		"0":                    model.FirstPosition,
		"0-0":                  model.FirstPosition,
		"-":                    model.FirstPosition,
		"1762341240000-7":      {Ms: 1762341240000, Seq: 7},
		"1762341240000":        {Ms: 1762341240000},
		"1762341240":           {Ms: 1762341240000},
		"10m":                  model.PositionAt(now.Add(-10 * time.Minute)),
		"-10m":                 model.PositionAt(now.Add(-10 * time.Minute)),
		"2d":                   model.PositionAt(now.Add(-48 * time.Hour)),
		"1000000h":             model.FirstPosition,
		"2025-11-05":           model.PositionAt(time.Date(2025, 11, 5, 0, 0, 0, 0, time.UTC)),
		"2025-11-05T11:30":     model.PositionAt(time.Date(2025, 11, 5, 11, 30, 0, 0, time.UTC)),
		"2025-11-05T12:30:00Z": model.PositionAt(time.Date(2025, 11, 5, 12, 30, 0, 0, time.UTC)),
		"1969-01-01":           model.FirstPosition,
		"11:30":                model.PositionAt(now.Add(-30 * time.Minute)),
		"12:30":                model.PositionAt(now.Add(30*time.Minute - 24*time.Hour)), // not yet today
		"12:30:15":             model.PositionAt(now.Add(30*time.Minute + 15*time.Second - 24*time.Hour)),
	} {
		from, err := model.ParseStart(text)
		if got := from.Position(now); err != nil || got != want {
			t.Errorf("--from %q begins at %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"+", "yesterday", "0s", "1h2d", "25:30", "12:60", "$"} {
		if from, err := model.ParseStart(text); err == nil {
			t.Errorf("--from %q is taken for %+v", text, from)
		}
	}
}
