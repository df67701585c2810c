package cli

import (
	"io"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

// ponderer answers a question after something has happened.
type ponderer struct {
	meanwhile func()
	answer    string
}

func (p *ponderer) Read(b []byte) (int, error) {
	if p.answer == "" {
		return 0, io.EOF
	}
	p.meanwhile()
	n := copy(b, p.answer)
	p.answer = p.answer[n:]
	return n, nil
}

// TestWhatHappensWhileAPersonThinks: nothing is changed that the person wasn't shown.
func TestWhatHappensWhileAPersonThinks(t *testing.T) {
	t.Parallel()
	ask := func(h *host, meanwhile func(), answer string, args ...string) result {
		var out, told programtest.Screen
		streams := h.streams(nil, &out, &told)
		streams.In = &ponderer{meanwhile, answer}
		p := &program.Program{Commands: rootCommand, Streams: streams, Asks: func() bool { return true }}
		return result{p.Run(t.Context(), args), out.String(), told.String()}
	}
	t.Run("more would be lost", func(t *testing.T) {
		t.Parallel()
		h, client := filled(t)
		r := ask(h, func() {
			send(t, client, "XREADGROUP GROUP db_writers worker-1 COUNT 1 STREAMS events:workflow.started >")
		}, "db_writers\n", "group", "destroy", "workflow.started", "db_writers")
		if r.code != program.ExitFailed || !strings.Contains(r.err, "nothing is changed: what it has pending went from 1 to 2 since it was shown; look again") {
			t.Errorf("%+v", r)
		}
		if n := pendingOf(t, client, "events:workflow.started", "db_writers"); n != 2 {
			t.Errorf("%d are pending", n)
		}
	})
	t.Run("an entry is delivered again", func(t *testing.T) {
		t.Parallel()
		h, client := filled(t)
		r := ask(h, func() {
			send(t, client, "XCLAIM events:audit.failed db_writers worker-5 0 1762341180000-3")
		}, "y\n", "ack", "audit.failed", "db_writers", "1762341180000-3", "1762341240000-0")
		if r.code != program.ExitDone || !strings.HasPrefix(r.out, "acked 1 of 2 in group db_writers on events:audit.failed: 1 left alone: another consumer got it") {
			t.Errorf("%+v", r)
		}
		rows := client.XPendingExt(t.Context(), &redis.XPendingExtArgs{
			Stream: "events:audit.failed", Group: "db_writers", Start: "1762341180000-3", End: "1762341180000-3", Count: 1,
		}).Val()
		if len(rows) != 1 || rows[0].Consumer != "worker-5" {
			t.Errorf("pending is %+v", rows)
		}
	})
	t.Run("a failure is in the JSON, too", func(t *testing.T) {
		t.Parallel()
		h, client := filled(t)
		r := ask(h, func() {
			send(t, client, "DEL events:audit.failed")
			send(t, client, "SET events:audit.failed x")
		}, "y\n", "ack", "audit.failed", "db_writers", "1762341180000-3", "--output", "json")
		o := objects(t, r.out)
		if r.code != program.ExitFailed || len(o) != 1 || o[0]["changed"] != 0.0 || !strings.Contains(o[0]["error"].(string), "WRONGTYPE") || !strings.Contains(r.err, "WRONGTYPE") {
			t.Errorf("%+v", r)
		}
	})
}
