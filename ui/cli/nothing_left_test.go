package cli

import (
	"strings"
	"testing"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
)

// TestAChangeWithNothingLeftToDoEndsWell: what a script asks for twice ends the second time as it did the first, and says
// nothing on stderr.
func TestAChangeWithNothingLeftToDoEndsWell(t *testing.T) {
	t.Parallel()
	const gone = "7-0" // acknowledged, and no longer there
	for _, c := range []struct{ args, says string }{
		{"trim a.b", "trimmed events:a.b: removed 0 entries"},
		{"trim a.b --before 2-0", "trimmed events:a.b: removed 0 entries"},
		{"trim a.b --max-len 100 --hard", "trimmed events:a.b: removed 0 entries"},
		{"ack a.b g 1-0", "acked 0 of 1 in group g on events:a.b: 1 not pending (any more)"},
		{"ack a.b g " + gone, "acked 0 of 1 in group g on events:a.b: 1 gone from the stream"},
		{"ackdel a.b g 1-0", "acked and deleted 0 of 1 in group g on events:a.b: 1 not pending (any more)"},
		{"claim a.b g --for w 1-0", "claimed 0 of 1 in group g on events:a.b: 1 not pending (any more)"},
		{"delete a.b " + gone, "deleted 0 of 1 on events:a.b: 1 gone from the stream"},
		{"deadletter a.b g 1-0", "dead-lettered 0 of 1 in group g on events:a.b: 1 not pending (any more)"},
		{"requeue a.b " + gone, "requeued 0 of 1 on dead:events:a.b: 1 gone from the stream"},
	} {
		t.Run(strings.Join(strings.Fields(c.args)[:1], " "), func(t *testing.T) {
			t.Parallel()
			client := redistest.Start(t).Client()
			for _, command := range []string{
				"XADD events:a.b 1-0 data {}", "XADD events:a.b 2-0 data {}", "XADD events:a.b 3-0 data {}", "XGROUP CREATE events:a.b g 0",
				"XREADGROUP GROUP g c COUNT 3 STREAMS events:a.b >", "XACK events:a.b g 1-0", "XADD dead:events:a.b 1-0 data {}",
			} {
				send(t, client, command)
			}
			h := newHost(t, client.Options().Addr)
			if strings.HasPrefix(c.args, "trim") {
				h.want(t, append(strings.Fields(c.args), "--yes")...)
			}
			args := append(strings.Fields(c.args), "--yes")
			if out := h.want(t, args...); !strings.HasPrefix(out, c.says) {
				t.Errorf("it says %s", out)
			}
			for _, o := range objects(t, h.want(t, append(args, "--output", "json")...)) {
				if o["changed"] != 0.0 || o["error"] != nil {
					t.Errorf("as JSON it is %v", o)
				}
			}
		})
	}
}

// TestAChangeThatCannotBeMadeEndsWithOne: what was asked for isn't so, and won't be.
func TestAChangeThatCannotBeMadeEndsWithOne(t *testing.T) {
	t.Parallel()
	for args, why := range map[string]string{
		"republish a.b 7-0":                     "nothing was changed: 1 gone from the stream",
		"claim a.b g --for w --min-idle 1h 2-0": "nothing was changed: 1 left alone: touched too recently",
		"requeue a.b 1-0":                       "nothing was changed: 1 left alone: nothing says which stream it came from",
	} {
		client := redistest.Start(t).Client()
		for _, command := range []string{
			"XADD events:a.b 1-0 data {}", "XADD events:a.b 2-0 data {}", "XGROUP CREATE events:a.b g 0",
			"XREADGROUP GROUP g c COUNT 3 STREAMS events:a.b >", "XADD dead:events:a.b 1-0 data {}",
		} {
			send(t, client, command)
		}
		h := newHost(t, client.Options().Addr)
		if r := h.run(t.Context(), "", append(strings.Fields(args), "--yes")...); r.code != program.ExitFailed || !strings.Contains(r.err, why) {
			t.Errorf("%s: %+v", args, r)
		}
	}
}
