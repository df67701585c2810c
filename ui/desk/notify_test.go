package desk

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"streamdesk/model/config"
)

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
