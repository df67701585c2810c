package dialog

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"streamdesk/model"
)

func newConnectionsHarness(t *testing.T) *harness {
	t.Helper()
	d, cmd := NewConnections(testEnv(newFakeBus()), "this desk: prod-eu at redis:6379/0", func(context.Context) ([]model.Client, error) {
		return []model.Client{
			{Name: "old", Address: "10.0.0.9:41000", Server: "10.0.0.1:6379", Command: "ping", Idle: time.Hour, Age: 26 * time.Hour, User: "default"},
			{Name: "worker-1", Address: "10.0.0.7:55888", Server: "10.0.0.1:6379", Command: "xreadgroup", Blocked: true, Age: 75 * time.Second, User: "bus", Library: "go-redis(,go1.24) 9.7.0", Memory: model.Exactly(22298)},
			{Address: "10.0.0.3:6379", Command: "replconf", Idle: time.Second, Age: time.Hour, Replica: true, Database: 3},
		}, nil
	})
	return newHarness(t, d, cmd)
}

func TestLooksOfTheConnections(t *testing.T) {
	t.Parallel()
	for name, size := range map[string][2]int{"60x15": {60, 15}, "80x24": {80, 24}, "130x40": {130, 40}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newConnectionsHarness(t)
			b.press("j")
			golden.RequireEqual(t, strings.Join(b.dialog.Draw(testView(t, size[0], size[1])), "\n")+"\n")
		})
	}
}

func TestTheCursorStaysOnItsConnection(t *testing.T) {
	t.Parallel()
	answer := []model.Client{{Address: "a:1"}, {Address: "b:1", Idle: time.Second}}
	d, cmd := NewConnections(testEnv(newFakeBus()), "", func(context.Context) ([]model.Client, error) { return answer, nil })
	b := newHarness(t, d, cmd)
	b.press("j")
	answer = []model.Client{{Address: "a:1", Idle: time.Minute}, {Address: "b:1"}, {Address: "c:1"}}
	b.press("r")
	if got := d.clients[d.rows.at].Address; got != "b:1" || len(d.clients) != 3 {
		t.Errorf("the cursor is on %s of %v", got, d.clients)
	}
}

func TestAServerThatDoesNotSayWhoIsConnected(t *testing.T) {
	t.Parallel()
	d, cmd := NewConnections(testEnv(newFakeBus()), "this desk: here", func(context.Context) ([]model.Client, error) {
		return nil, errors.New("bus: clients: NOPERM this user has no permissions to run the 'client|list' command")
	})
	b := newHarness(t, d, cmd)
	b.shows("this desk: here", "the server doesn't say who is connected", "client|list")
	b.press("esc")
	if !b.closed {
		t.Error("it stays open")
	}
}
