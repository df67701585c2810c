package desk

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"streamdesk/ui/pane/pending"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/embedded"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// profiles are those that the tests go about between.
func profiles() []Profile {
	return []Profile{
		{Name: "default", Environment: "dev", Address: "localhost:6379/0"},
		{Name: "prod-eu", Environment: "prod", Color: "red", Address: "redis.eu:6380/0", Production: true},
		{Name: "staging", Environment: "staging", Color: "amber", Address: "staging:6379/0"},
	}
}

// otherBus opens a bus on a server of its own.
func otherBus(t *testing.T) (*bus.Bus, *redis.Client) {
	t.Helper()
	server, err := embedded.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	client := redis.NewClient(&redis.Options{Addr: server.Addr()})
	other, err := bus.Open(context.Background(), client)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return other, client
}

// switching is a desk that can go to prod-eu, on another server.
func switching(t *testing.T, size [2]int, err error) (b *harness, closed *bool) {
	t.Helper()
	b = withTraffic(t, size[0], size[1], func(o *Options) { o.Profiles = profiles() })
	other, _ := otherBus(t)
	closed = new(bool)
	b.desk.options.Open = func(ctx context.Context, name string) (Connection, error) {
		if err != nil {
			return Connection{}, err
		}
		return Connection{Bus: other, Profile: profiles()[1], Close: func() error { *closed = true; return other.Close(context.Background()) }}, nil
	}
	t.Cleanup(func() {
		b.desk.leave()
		b.desk.run.leaving.group.Wait()
	})
	return b, closed
}

func TestGoingOverToAnotherProfile(t *testing.T) {
	b, closed := switching(t, [2]int{120, 40}, nil)
	b.press("P > b")
	b.sees("prod-eu")
	b.sees("redis.eu:6380/0")
	old := b.desk.line.feed
	b.press("j enter")
	if b.desk.options.Profile != "prod-eu" || !b.desk.options.Production || b.desk.data.Log.Kept() != 0 || len(b.desk.windows.List) != 0 || b.top() != "" {
		t.Fatalf("after going over: profile %q, %d events, %d windows, %q open",
			b.desk.options.Profile, b.desk.data.Log.Kept(), len(b.desk.windows.List), b.top())
	}
	old.Wait()
	b.sees("[PROD]")
	b.sees("connected to prod-eu at redis.eu:6380/0")
	if *closed {
		t.Error("the connection was closed")
	}
	b.fits()
}

func TestAProfileThatCannotBeReachedLeavesTheDeskWhereItIs(t *testing.T) {
	b, _ := switching(t, [2]int{120, 40}, errors.New("no Redis at redis.eu:6380/0 (connection refused)"))
	kept := b.desk.data.Log.Kept()
	b.press("b j enter")
	b.sees("✗ no Redis at redis.eu:6380/0 (connection refused)")
	if b.desk.options.Profile != "default" || b.desk.data.Log.Kept() != kept {
		t.Errorf("the desk is on %q with %d events", b.desk.options.Profile, b.desk.data.Log.Kept())
	}
	b.press("esc")
	b.sees("workflow.started")
	b.look()
}

func TestAnAttemptThatIsGivenUpLeavesNothingOpen(t *testing.T) {
	b, closed := switching(t, [2]int{120, 40}, nil)
	b.press("b j")
	_, cmd := b.desk.Update(keyMsg("enter"))
	b.sees("connecting to prod-eu")
	b.press("esc")
	b.sees("given up")
	b.carryOut(cmd)
	b.desk.run.leaving.group.Wait()
	if b.desk.options.Profile != "default" || !*closed {
		t.Errorf("the desk is on %q, the late connection is closed: %v", b.desk.options.Profile, *closed)
	}
}

func TestAnAnswerOfTheBusThatWasLeftIsIgnored(t *testing.T) {
	b, _ := switching(t, [2]int{120, 40}, nil)
	b.press("3")
	late := b.desk.askAgain()()
	b.press("b j enter")
	b.pending().Refresh(late.(answerMsg).answer.(pending.Read).Key, b.desk.data)
	b.send(late)
	if b.pending().Current() != nil {
		t.Error("the new desk shows entries of the old server")
	}
}

// An answer that is under way when the desk goes over to another server would else be taken for one of that.
func TestEveryAnswerSaysWhichServerItIsOf(t *testing.T) {
	for _, answer := range []tea.Msg{answerMsg{}, subjectMsg{}, windowMsg{}, walkMsg{}, statesMsg{}} {
		if _, ok := answer.(interface{ askedOf() *bus.Bus }); !ok {
			t.Errorf("%T doesn't embed asked", answer)
		}
	}
}

func TestKeysOfTheProfiles(t *testing.T) {
	for _, c := range []struct {
		keys string
		want string
	}{
		{"b", "Connect"},
		{"b esc", ""},
		{"b q", ""},
		{"b enter", ""}, // the one that it is on already
		{"b G g enter", ""},
		{"b j j k k enter", ""},
		{"b j", "Connect"},
	} {
		b, _ := switching(t, [2]int{120, 40}, nil)
		b.press(c.keys)
		if b.top() != c.want {
			t.Errorf("after %q %q is open, want %q", c.keys, b.top(), c.want)
		}
	}
	b := withTraffic(t, 120, 40)
	b.press("b")
	b.sees("the settings hold one profile only")
}

// A server that dies and comes back: what was known stays and shows its age, and the desk finds back by itself.
func TestAServerThatDiesAndComesBack(t *testing.T) {
	server := redistest.Start(t)
	b := &harness{t: t, clock: start}
	b.connect(server.Addr())
	b.open(120, 40, time.Now)
	b.desk.begin()
	t.Cleanup(func() {
		b.desk.leave()
		b.desk.run.leaving.group.Wait()
	})
	sees := func(text string) {
		t.Helper()
		redistest.Eventually(t, 30*time.Second, func() bool {
			b.frame()
			return strings.Contains(stripped(b.desk.View()), text)
		}, "the screen to show "+text)
	}
	publish := func(typ model.Type) {
		t.Helper()
		redistest.Eventually(t, 20*time.Second, func() bool {
			_, err := b.bus.PublishSync(context.Background(), model.Event{Type: typ, WorkflowID: "wf-1"})
			return err == nil
		}, "an event to be published")
	}
	publish(model.WorkflowStarted)
	sees("workflow.started")
	sees("  rtt ") // of the bar; the chart has one, too
	server.Stop()
	sees("no answer for")
	b.sees("workflow.started") // what was known stays
	if !b.desk.stale() {
		sees("no answer for 3")
	}
	server.Restart()
	sees("  rtt ") // of the bar; the chart has one, too
	b.seesNot("no answer")
	publish(model.DeploymentFailed)
	sees("deployment.failed")
}

func TestTheDeskEndsTheConnectionThatItWentOverTo(t *testing.T) {
	other, client := otherBus(t)
	closed := false
	r := startDesk(t, func(o *Options) {
		o.Profiles, o.Profile = profiles(), "default"
		o.Open = func(context.Context, string) (Connection, error) {
			return Connection{Bus: other, Profile: profiles()[1], Close: func() error { closed = true; return other.Close(context.Background()) }}, nil
		}
	})
	asked := func() uint32 { return client.PoolStats().Hits + client.PoolStats().Misses }
	before := asked()
	for _, keys := range []string{"b", "j", "\r"} {
		if _, err := r.keys.Write([]byte(keys)); err != nil {
			t.Fatal(err)
		}
	}
	redistest.Eventually(t, 20*time.Second, func() bool { return asked() > before+2 }, "the desk to ask the other server")
	if _, err := r.keys.Write([]byte("q")); err != nil {
		t.Fatal(err)
	}
	if err := r.ends(t); err != nil {
		t.Error(err)
	}
	if !closed {
		t.Error("the desk ended and left the connection open")
	}
}
