package demo

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	ws "github.com/coder/websocket"
	"github.com/spf13/cobra"

	"streamdesk/bus/redistest"
	"streamdesk/bus/simulate"
	"streamdesk/model"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
	"streamdesk/ui/desk"
)

// patience is how long a condition may take on a busy machine.
const patience = 20 * time.Second

// inFrontOf runs the demo with a look at its bus in place of the desk. The arguments are the program's.
func inFrontOf(t *testing.T, look func(context.Context, desk.Options) error, asked flags, args ...string) error {
	t.Helper()
	env := programtest.Environment(t, "127.0.0.1:1")
	p := &program.Program{Streams: programtest.Streams(env, strings.NewReader(""), io.Discard, io.Discard), ShowDesk: look}
	root := &cobra.Command{}
	p.AddFlags(root)
	if err := root.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	return run(t.Context(), p, simulate.Options{Seed: 1, Rate: 500}, asked)
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
	}, flags{})
	if err != nil {
		t.Error(err)
	}
}

func TestTheDemoTellsWhyTheDeskBrokeDown(t *testing.T) {
	broken := errors.New("the desk broke down")
	if err := inFrontOf(t, func(context.Context, desk.Options) error { return broken }, flags{}); !errors.Is(err, broken) {
		t.Errorf("err = %v", err)
	}
}

func TestTheDemoCanBeReadOnly(t *testing.T) {
	err := inFrontOf(t, func(ctx context.Context, o desk.Options) error {
		if !o.ReadOnly || o.ReadOnlyWhy != "by --read-only" {
			t.Errorf("read-only %v, %q", o.ReadOnly, o.ReadOnlyWhy)
		}
		if err := o.Bus.Publish(ctx, model.Event{Type: "a.b"}); err == nil {
			t.Error("its bus publishes")
		}
		return nil
	}, flags{}, "--read-only")
	if err != nil {
		t.Error(err)
	}
}

func TestTheDemoBroadcastsWhenItIsToListen(t *testing.T) {
	err := inFrontOf(t, func(ctx context.Context, o desk.Options) error {
		_, url, _ := strings.Cut(o.Address, "http://")
		var conn *ws.Conn
		redistest.Eventually(t, patience, func() bool {
			var err error
			conn, _, err = ws.Dial(ctx, "ws://"+url+"/ws?type=workflow.*", nil)
			return err == nil
		}, "the demo to broadcast")
		defer func() { _ = conn.CloseNow() }()
		_, message, err := conn.Read(ctx)
		if err != nil || !strings.Contains(string(message), `"type":"workflow.`) {
			t.Errorf("%q, %v", message, err)
		}
		return nil
	}, flags{listen: "127.0.0.1:0", producers: true})
	if err != nil {
		t.Error(err)
	}
}
