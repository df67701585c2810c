package cli

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/bus/transfer"
	"streamdesk/model"
	"streamdesk/ui/cli/program"
)

// What a filter can't decide on is left out, counted and said; a command whose result somebody builds on ends with 1.
func TestEntriesThatAFilterCannotDecideOnAreToldOf(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	for i, note := range []string{"a", strings.Repeat("x", 300<<10), "b"} {
		payload := `{"id":"e` + strconv.Itoa(i) + `","workflow_id":"wf-1","data":{"note":"` + note + `"}}`
		if err := client.XAdd(t.Context(), &redis.XAddArgs{Stream: "events:a.b", ID: strconv.Itoa(i+1) + "-0", Values: []string{"data", payload}}).Err(); err != nil {
			t.Fatal(err)
		}
	}
	send(t, client, `XGROUP CREATE events:a.b g 0`)
	send(t, client, `XREADGROUP GROUP g c COUNT 10 STREAMS events:a.b >`)
	h := newHost(t, client.Options().Addr)
	const says = "1 entry left out that --where could not decide on: jq doesn't look into data of more than 256 KiB"
	for _, c := range []struct {
		code int
		args []string
	}{
		{program.ExitFailed, []string{"export", "a.b"}},
		{program.ExitFailed, []string{"replay", "a.b", "--into", "events:again.x", "--yes", "--speed", "max"}},
		{program.ExitFailed, []string{"replay", "a.b", "--into", "events:again.x", "--dry-run"}},
		{program.ExitDone, []string{"tail", "--from", "0", "--count", "2"}},
		{program.ExitDone, []string{"ack", "a.b", "g", "--dry-run"}},
	} {
		r := h.run(t.Context(), "", append(c.args, "--where", "jq:.note")...)
		if r.code != c.code || strings.Count(r.err, says) != 1 {
			t.Errorf("%v: exit %d, stderr %q", c.args, r.code, r.err)
		}
	}
	if n := client.XLen(t.Context(), "events:again.x").Val(); n != 2 {
		t.Errorf("%d entries replayed, want the two that pass", n)
	}
	if r := h.run(t.Context(), "", "export", "a.b", "--where", "wf:wf-1"); r.code != program.ExitDone || strings.Contains(r.err, "left out") {
		t.Errorf("a filter that decides: %+v", r)
	}
}

func TestAPlaceThatCannotBeKeptIsNoticedBeforeAnythingIsSent(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	send(t, client, `XADD events:a.b 1-0 data '{}'`)
	h := newHost(t, client.Options().Addr)
	r := h.run(t.Context(), "", "replay", "a.b", "--into", "events:again.x", "--yes", "--resume", t.TempDir()+"/none/place.json")
	if r.code != program.ExitFailed || !strings.Contains(r.err, "--resume: the place can't be kept") || client.Exists(t.Context(), "events:again.x").Val() != 0 {
		t.Errorf("%+v", r)
	}
}

func TestAnExportThatEndsEarlySaysWhatIsThere(t *testing.T) {
	t.Parallel()
	last := model.Key{Stream: "events:a.b", ID: model.Position{Ms: 1000}}
	said := exportAccount(context.Canceled, "e.jsonl.gz", &transfer.Exported{Entries: 1000, Last: last}).Error()
	if !strings.Contains(said, "1,000 entries made it into e.jsonl.gz") || !strings.Contains(said, "go on with --from 1000-1") {
		t.Errorf("it says %q", said)
	}
	said = exportAccount(errors.New("no space left on device"), "/dev/full", &transfer.Exported{CutOff: true}).Error()
	if !strings.Contains(said, "/dev/full is cut off: gunzip tells so") {
		t.Errorf("a full disk: %q", said)
	}
}
