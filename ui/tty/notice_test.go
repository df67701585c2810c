package tty

import (
	"strings"
	"testing"

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
		if got := Notice(c.how, title, text, c.tmux); got != c.want {
			t.Errorf("%s, tmux %v: %q, want %q", c.how, c.tmux, got, c.want)
		}
	}
	if both := Notice(config.NotifyBoth, title, text, false); strings.Count(both, "\a") != 2 {
		t.Errorf("both is %q", both)
	}
}
