package dialog

import (
	"testing"
	"time"

	"streamdesk/model"
)

// testGroup is the stream's snapshot: two live consumers, and the one that holds the entry and is away.
func testGroup() *model.Stream {
	return &model.Stream{Key: testStream, Groups: []model.Group{{Name: "db_writers", Consumers: []model.Consumer{
		{Name: "worker-1", Idle: 200 * time.Millisecond},
		{Name: "worker-2", Idle: 40 * time.Millisecond},
		{Name: "worker-3", Idle: 2 * time.Minute, Pending: 1},
	}}}}
}

func TestClaimProposesALiveConsumerAndAnIdleTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		stream  *model.Stream
		idle    time.Duration
		command string
	}{
		{"the most recently active one", testGroup(), 110 * time.Second, "XCLAIM events:workflow.failed db_writers worker-2 60000 1000-0"},
		{"no consumer known", nil, 110 * time.Second, "XCLAIM events:workflow.failed db_writers streamdesk 60000 1000-0"},
		{"just delivered", testGroup(), 900 * time.Millisecond, "XCLAIM events:workflow.failed db_writers worker-2 0 1000-0"},
		{"idle for hours", testGroup(), 3 * time.Hour, "XCLAIM events:workflow.failed db_writers worker-2 3600000 1000-0"},
	} {
		f, target := stuck()
		f.hold("db_writers", model.Pending{ID: target.IDs[0], Consumer: "worker-3", Idle: c.idle, Deliveries: 4})
		d, cmd := NewClaim(testEnv(f), target, "db_writers", c.stream)
		b := newHarness(t, d, cmd)
		b.shows(c.command)
	}
}

func TestClaimSaysWhatItDoes(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	d, cmd := NewClaim(testEnv(f), target, "db_writers", testGroup())
	b := newHarness(t, d, cmd)
	b.shows("worker-2 will own this entry instead of worker-3, which isn't told.")
	b.press("down ctrl+u 'worker-9'")
	b.shows("worker-9 will own this entry", "worker-9 isn't a consumer of this group yet: the claim creates it.")
	b.press("ctrl+u 'worker-3'")
	b.shows("worker-3 will own this entry, as it does now.")
	delete(f.entries, target.IDs[0])
	d, cmd = NewClaim(testEnv(f), target, "db_writers", testGroup())
	newHarness(t, d, cmd).shows("It is gone from the stream: the claim drops it from the pending entries instead.")
}

func TestClaimSendsWhatTheFieldsSay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, keys, command string }{
		{"as proposed", "", "XCLAIM events:workflow.failed db_writers worker-2 60000 1000-0"},
		{"another consumer", "down ctrl+u 'wor' ctrl+n*2", "XCLAIM events:workflow.failed db_writers worker-1 60000 1000-0"},
		{"the completed consumer", "down ctrl+u 'worker-1' right", "XCLAIM events:workflow.failed db_writers worker-1 60000 1000-0"},
		{"a consumer with a blank", "down ctrl+u 'my laptop'", "XCLAIM events:workflow.failed db_writers 'my laptop' 60000 1000-0"},
		{"an idle time", "down*2 ctrl+u '5s' down '1m'", "XCLAIM events:workflow.failed db_writers worker-2 5000 1000-0 IDLE 60000"},
		{
			"every option", "down*3 '0s' down '7' down space down space",
			"XCLAIM events:workflow.failed db_writers worker-2 60000 1000-0 IDLE 0 RETRYCOUNT 7 FORCE JUSTID",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f, target := stuck()
			d, cmd := NewClaim(testEnv(f), target, "db_writers", testGroup())
			b := newHarness(t, d, cmd)
			b.press(c.keys)
			b.shows(c.command)
			d.form.FocusButton(buttonAct)
			b.press("enter")
			f.wants(t, c.command)
		})
	}
}

func TestClaimKeepsWhatWasTypedBesideAnError(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	d, cmd := NewClaim(testEnv(f), target, "db_writers", testGroup())
	b := newHarness(t, d, cmd)
	b.press("down*2 ctrl+u 'soon' shift+tab*3")
	d.form.FocusButton(buttonAct)
	b.press("enter")
	f.wants(t)
	b.shows("soon", "✗ not a length of time, such as 30s, 5m, 2h or 1d")
	if d.form.Focused() != d.params[1] {
		t.Error("the focus isn't on the faulty field")
	}
}

func TestClaimReportsWhatItMissed(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	d, cmd := NewClaim(testEnv(f), target, "db_writers", testGroup())
	b := newHarness(t, d, cmd)
	delete(f.groups["db_writers"], target.IDs[0])
	b.press("tab enter")
	b.shows("claimed 0 of 1 for worker-2: not pending (any more)")
}

func TestClaimReportsWhatItGot(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	d, cmd := NewClaim(testEnv(f), target, "db_writers", testGroup())
	b := newHarness(t, d, cmd)
	b.press("tab enter")
	b.shows("✓ claimed 1 of 1 for worker-2")
	if owner := f.groups["db_writers"][target.IDs[0]].Consumer; owner != "worker-2" {
		t.Errorf("%s has it", owner)
	}
}

func TestClaimKeepsATouchedConsumerWhenTheLookComesBack(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	d, cmd := NewClaim(testEnv(f), target, "db_writers", testGroup())
	b := &harness{t: t, dialog: d}
	b.press("down ctrl+u 'mine'")
	b.run(cmd)
	b.shows("mine will own this entry")
}
