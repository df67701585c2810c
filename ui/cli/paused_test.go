package cli

import (
	"strings"
	"testing"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
)

// TestAPausedGroupIsSaidToBePaused by whatever judges groups, and cried about by none of it: what it has pending is late and
// stuck otherwise.
func TestAPausedGroupIsSaidToBePaused(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	fill(t, server.Client(), &handClock{now: atNoon})
	send(t, server.Client(), "DEL events:not.a.stream")
	h := newHost(t, server.Addr())
	if r := h.run(t.Context(), "", "check"); r.code == program.ExitDone {
		t.Fatalf("nothing is wrong before: %s", r.out)
	}
	send(t, server.Client(), `SET paused:events:db_writers '{"by":"ann","since":1}' PX 3600000`)
	send(t, server.Client(), `HSET limit:events:db_writers per_second 0.5`)
	for _, c := range []struct {
		args []string
		says []string
	}{
		{[]string{"check"}, []string{"STREAMDESK OK", "are paused", "db_writers on events:audit.failed: paused: by ann for ", "more"}},
		{[]string{"doctor", "--interval", "0s"}, []string{"the group is paused by ann for ", "resume db_writers"}},
		{[]string{"groups"}, []string{"paused", "0.5"}},
		{[]string{"groups", "--output", "json"}, []string{`"state":"paused"`, `"paused":true,"paused_until":"20`, `"limit_per_second":0.5`, `"paused":false,"paused_until":null`}},
	} {
		r := h.run(t.Context(), "", c.args...)
		for _, part := range c.says {
			if r.code != program.ExitDone || !strings.Contains(r.out, part) {
				t.Errorf("%s ends with %d and doesn't say %q: %s%s", c.args, r.code, part, r.out, r.err)
			}
		}
		for _, cry := range []string{"stuck", "nobody reads", "untouched"} {
			if c.args[0] != "doctor" && strings.Contains(r.out, cry) {
				t.Errorf("%s says %q: %s", c.args, cry, r.out)
			}
		}
	}
}
