package desk

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"streamdesk/model/config"
)

func TestTheSequencesOfANotification(t *testing.T) {
	const title, text = "streamdesk prod", "db_writers; on x: 4 pending"
	for _, c := range []struct {
		how  config.Notify
		tmux bool
		want string
	}{
		{config.NotifyOff, false, ""},
		{config.NotifyOSC9, false, "\x1b]9;streamdesk prod: db_writers; on x: 4 pending\a"},
		{config.NotifyOSC777, false, "\x1b]777;notify;streamdesk prod;db_writers, on x: 4 pending\a"},
		{config.NotifyOSC9, true, "\x1bPtmux;\x1b\x1b]9;streamdesk prod: db_writers; on x: 4 pending\a\x1b\\"},
	} {
		if got := notice(c.how, title, text, c.tmux); got != c.want {
			t.Errorf("%s, tmux %v: %q, want %q", c.how, c.tmux, got, c.want)
		}
	}
	if both := notice(config.NotifyBoth, title, text, false); strings.Count(both, "\a") != 2 {
		t.Errorf("both is %q", both)
	}
}

func TestANewAlertIsNotifiedOnceAndOnlyWhenAsked(t *testing.T) {
	t.Setenv("TMUX", "")
	for _, how := range []config.Notify{config.NotifyOff, config.NotifyOSC9} {
		var out bytes.Buffer
		b := withTraffic(t, 120, 40, alertingAt(3), func(o *Options) { o.Config.Desk.Notify, o.Output = how, &out })
		for range 5 {
			b.pass(time.Second)
			b.look()
		}
		want := 0
		if how != config.NotifyOff {
			want = 1
		}
		if got := strings.Count(out.String(), "\x1b]9;streamdesk default: db_writers on workflow.started: behind: 4 pending (limit 3)\a"); got != want {
			t.Errorf("%s: %d notifications, want %d: %q", how, got, want, out.String())
		}
	}
}
