package cli

import (
	"strings"
	"testing"
	"time"

	"streamdesk/bus/redistest"
	"streamdesk/model"
	"streamdesk/ui/cli/program"
)

// IDs that somebody chose tell no age: it is unknown everywhere, and doctor says so.
func TestAgesThatIDsDoNotTellAreUnknown(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	tomorrow := model.PositionAt(time.Now().Add(24 * time.Hour)).String()
	send(t, client, `XADD events:ahead `+tomorrow+` data '{"workflow_id":"wf-1"}'`)
	send(t, client, `XADD events:beyond 18446744073709551000-0 data '{"workflow_id":"wf-1"}'`)
	for _, stream := range []string{"events:ahead", "events:beyond"} {
		send(t, client, `XGROUP CREATE `+stream+` g 0`)
		send(t, client, `XREADGROUP GROUP g c STREAMS `+stream+` >`)
	}
	h := newHost(t, client.Options().Addr)
	for _, args := range [][]string{{"streams"}, {"groups"}, {"tail", "--from", "0", "--count", "2"}, {"workflow", "wf-1"}} {
		out := h.want(t, args...)
		if strings.Contains(out, "<0.1s") || strings.Contains(out, "9999") || args[0] != "workflow" && !strings.Contains(out, "?") {
			t.Errorf("%v: %s", args, out)
		}
	}
	if out := h.want(t, "streams", "--output", "json"); strings.Count(out, `"last_added_at":null`) != 2 {
		t.Errorf("streams: %s", out)
	}
	if out := h.want(t, "groups", "--output", "json"); strings.Count(out, `"oldest_age_seconds":null`) != 2 {
		t.Errorf("groups: %s", out)
	}
	if out := h.want(t, "tail", "beyond", "--from", "0", "--count", "1", "--output", "json"); !strings.Contains(out, `"added_at":null`) {
		t.Errorf("tail: %s", out)
	}
	r := h.run(t.Context(), "", "doctor")
	for _, says := range []string{"events:ahead: the last ID, " + tomorrow + ", lies ", "ahead of the server's clock", "events:beyond: the last ID, 18446744073709551000-0, lies beyond any date"} {
		if !strings.Contains(r.out, says) {
			t.Errorf("doctor doesn't say %q: %s", says, r.out)
		}
	}
}

func TestDeliverySaysWhatNeverExisted(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	redistest.Needs(t, redistest.Lag) // the figures that tell came with it
	client := server.Client()
	for _, id := range []string{"1-0", "2-0", "4-0"} {
		send(t, client, `XADD events:a.b `+id+` data '{}'`)
	}
	send(t, client, `XGROUP CREATE events:a.b g 0`)
	send(t, client, `XREADGROUP GROUP g c STREAMS events:a.b >`)
	send(t, client, `XACK events:a.b g 2-0 4-0`)
	h := newHost(t, client.Options().Addr)
	state := func(id string) string {
		r := h.run(t.Context(), "", "delivery", "a.b", id, "--output", "json")
		_, after, _ := strings.Cut(r.out, `"state":"`)
		text, _, _ := strings.Cut(after, `"`)
		return text
	}
	for id, want := range map[string]string{"1-0": "pending", "2-0": "acked", "3-0": "never existed"} {
		if got := state(id); got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
	if r := h.run(t.Context(), "", "delivery", "a.b", "9-0"); r.code != program.ExitFailed || !strings.Contains(r.err, "and never had: its last one is 4-0") {
		t.Errorf("behind the last: %+v", r)
	}
	send(t, client, `XDEL events:a.b 2-0`)
	if got := state("2-0"); got != "gone" {
		t.Errorf("a deleted entry is %q", got)
	}
}
