package cli

import (
	"context"
	"errors"
	"strings"
	"testing"

	ws "github.com/coder/websocket"

	"streamdesk/bus/redistest"
	"streamdesk/bus/simulate"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/desk"
)

// inFrontOf runs the demo with a look at its bus in place of the desk.
func inFrontOf(t *testing.T, run func(context.Context, desk.Options) error, args ...string) error {
	t.Helper()
	h := newHost(t, "127.0.0.1:1")
	p := &program.Program{Commands: rootCommand, Streams: h.streams(strings.NewReader(""), &screen{}, &screen{}), ShowDesk: run}
	root := rootCommand(p)
	if err := root.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	return demo(t.Context(), p, simulate.Options{Seed: 1, Rate: 500}, demoFlags{})
}

func TestTheDemoHasTrafficAndGroupsAndEndsCleanly(t *testing.T) {
	err := inFrontOf(t, func(ctx context.Context, o desk.Options) error {
		if !o.Embedded || o.Profile != "demo" || o.Production || o.ReadOnly {
			t.Errorf("options: %+v", o)
		}
		redistest.Eventually(t, patience, func() bool {
			keys, err := o.Bus.Reader().Discover(ctx)
			if err != nil {
				t.Fatal(err)
			}
			snapshot, err := o.Bus.Reader().Snapshot(ctx, keys)
			if err != nil {
				t.Fatal(err)
			}
			groups := 0
			for _, s := range snapshot.Streams {
				groups = max(groups, len(s.Groups))
			}
			return len(keys) > 10 && groups == 4
		}, "streams with all four groups")
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestTheDemoTellsWhyTheDeskBrokeDown(t *testing.T) {
	broken := errors.New("the desk broke down")
	if err := inFrontOf(t, func(context.Context, desk.Options) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("err = %v", err)
	}
}

func TestTheDemoCanBeReadOnly(t *testing.T) {
	err := inFrontOf(t, func(_ context.Context, o desk.Options) error {
		if !o.ReadOnly || o.ReadOnlyWhy != "by --read-only" {
			t.Errorf("read-only %v, %q", o.ReadOnly, o.ReadOnlyWhy)
		}
		return nil
	}, "--read-only")
	if err != nil {
		t.Error(err)
	}
}

func TestTheDemoBroadcastsWhenItIsToListen(t *testing.T) {
	h := newHost(t, "127.0.0.1:1")
	p := &program.Program{Commands: rootCommand, Streams: h.streams(strings.NewReader(""), &screen{}, &screen{}), ShowDesk: func(ctx context.Context, o desk.Options) error {
		_, url, _ := strings.Cut(o.Address, "http://")
		var conn *ws.Conn
		redistest.Eventually(t, patience, func() bool {
			var err error
			conn, _, err = ws.Dial(ctx, "ws://"+url+"/ws?type=workflow.*", nil) //nolint:bodyclose // a WebSocket has none
			return err == nil
		}, "the demo to broadcast")
		defer func() { _ = conn.CloseNow() }()
		_, message, err := conn.Read(ctx)
		if err != nil || !strings.Contains(string(message), `"type":"workflow.`) {
			t.Errorf("%q, %v", message, err)
		}
		return nil
	}}
	if err := rootCommand(p).ParseFlags(nil); err != nil {
		t.Fatal(err)
	}
	if err := demo(t.Context(), p, simulate.Options{Seed: 1, Rate: 500}, demoFlags{listen: "127.0.0.1:0", producers: true}); err != nil {
		t.Error(err)
	}
}
