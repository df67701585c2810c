package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
)

const checkedTypes = `[[schema]]
type = "order.paid"
file = "DIR/order.json"
check = "refuse"
[[schema]]
type = "order.*"
file = "DIR/order.json"
`

func TestPublishChecksEventsByTheirSchema(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := server.Client()
	h := newHost(t, server.Addr())
	order := `{"required":["id"],"properties":{"amount":{"type":"number"}}}`
	settings := settingsIn(t, h, checkedTypes, map[string]string{"order.json": order})
	schema := filepath.Join(filepath.Dir(settings), "order.json")
	lines := filepath.Join(filepath.Dir(settings), "lines.jsonl")
	if err := os.WriteFile(lines, []byte(`{"type":"order.paid","data":{"id":1}}
{"type":"order.sent","data":{}}
{"type":"order.paid","data":{"id":1,"amount":"3"}}
{"type":"order.paid","data":{"id":2}}
`), 0o600); err != nil {
		t.Fatal(err)
	}
	wrong, lacks := "doesn't fit "+schema+": /amount: want number, got string", "doesn't fit "+schema+": /: it lacks id"
	for _, c := range []struct {
		args       string
		code       int
		out, err   string
		paid, sent int64 // published so far
	}{
		{`publish order.paid --data {"id":1,"amount":"3"}`, program.ExitFailed, "", "nothing is published: order.paid: the data " + wrong, 0, 0},
		{`publish order.paid --data {"id":1,"amount":"3"} --dry-run`, program.ExitFailed, "", wrong, 0, 0},
		{`publish order.paid --data {"id":1,"amount":"3"} --in 1h`, program.ExitFailed, "", wrong, 0, 0},
		{`publish order.sent --data {}`, program.ExitDone, "events:order.sent", "warning: order.sent: the data " + lacks, 0, 1},
		{`publish order.paid --data {"id":1}`, program.ExitDone, "events:order.paid", "", 1, 1},
		{"publish --dry-run --jsonl " + lines, program.ExitFailed, "XADD", "lines.jsonl, line 3: order.paid: the data " + wrong, 1, 1},
		{"publish --jsonl " + lines, program.ExitFailed, "", "lines.jsonl, line 3: order.paid: the data " + wrong + "; 2 events before it were published", 2, 2},
		{"publish --continue --jsonl " + lines, program.ExitFailed, "3 events published", "lines.jsonl, line 2: order.sent: the data " + lacks, 4, 3},
	} {
		r := h.run(t.Context(), "", strings.Fields(c.args)...)
		if r.code != c.code || !strings.Contains(r.out, c.out) || !strings.Contains(r.err, c.err) || c.err == "" && r.err != "" {
			t.Errorf("%s: exit %d\n%s%s", c.args, r.code, r.out, r.err)
		}
		if paid, sent := client.XLen(t.Context(), "events:order.paid").Val(), client.XLen(t.Context(), "events:order.sent").Val(); paid != c.paid || sent != c.sent {
			t.Errorf("%s: %d and %d are published, want %d and %d", c.args, paid, sent, c.paid, c.sent)
		}
	}
	if n := client.Exists(t.Context(), "scheduled:{events:order.paid}").Val(); n != 0 {
		t.Error("what was refused is scheduled")
	}
}

func TestRepublishChecksAnotherPayloadByItsSchema(t *testing.T) {
	server := redistest.Start(t)
	client := server.Client()
	h := newHost(t, server.Addr())
	settings := settingsIn(t, h, checkedTypes, map[string]string{"order.json": `{"properties":{"amount":{"type":"number"}}}`})
	wrong := "doesn't fit " + filepath.Join(filepath.Dir(settings), "order.json") + ": /amount: want number, got string"
	event := func(kind, amount string) string {
		return `{"id":"e-1","type":"` + kind + `","workflow_id":"wf-1","data":{"amount":` + amount + `},"source_agent":"a"}`
	}
	ids := map[string]string{}
	for _, kind := range []string{"order.paid", "order.sent"} { // as they stand, neither fits
		ids[kind] = client.XAdd(t.Context(), &redis.XAddArgs{Stream: "events:" + kind, Values: []string{"data", event(kind, `"3"`)}}).Val()
	}
	length := map[string]int64{"order.paid": 1, "order.sent": 1}
	for _, c := range []struct {
		kind, payload string // an empty payload leaves it as it is
		more          string
		code          int
		err           string
	}{
		{"order.paid", event("order.paid", `"4"`), "--dry-run", program.ExitFailed, wrong},
		{"order.paid", event("order.paid", `"4"`), "--yes", program.ExitFailed, wrong},
		{"order.paid", event("order.paid", `4`), "--yes", program.ExitDone, ""},
		{"order.paid", "", "--yes", program.ExitDone, ""},
		{"order.sent", event("order.sent", `"4"`), "--yes", program.ExitDone, "warning: The data " + wrong},
	} {
		args := []string{"republish", c.kind, ids[c.kind], c.more}
		if c.payload != "" {
			args = append(args, "--payload", c.payload)
		}
		if c.code == program.ExitDone {
			length[c.kind]++
		}
		r := h.run(t.Context(), "", args...)
		if r.code != c.code || !strings.Contains(r.err, c.err) || c.err == "" && strings.Contains(r.err, "schema") {
			t.Errorf("%q: exit %d\n%s%s", args, r.code, r.out, r.err)
		}
		if n := client.XLen(t.Context(), "events:"+c.kind).Val(); n != length[c.kind] {
			t.Errorf("%q: there are %d entries, want %d", args, n, length[c.kind])
		}
	}
}

func TestABrokenSchemaOfEventsIsToldWhereItStands(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	h := newHost(t, server.Addr())
	for text, want := range map[string]string{
		`{`:                   "order.json: it is no JSON",
		`{"type":"strin"}`:    "order.json is no JSON Schema: /type: ",
		`{"$ref":"http://h"}`: "nothing is fetched",
	} {
		settings := settingsIn(t, h, checkedTypes, map[string]string{"order.json": text})
		for _, args := range [][]string{{"publish", "other.type"}, {"publish", "other.type", "--dry-run"}, {"streams"}} {
			if r := h.run(t.Context(), "", args...); r.code != program.ExitWrongUse || !strings.Contains(r.err, settings+":3:1: schema[0].file: ") || !strings.Contains(r.err, want) {
				t.Errorf("%s, %v: exit %d: %s", text, args, r.code, r.err)
			}
		}
	}
	if n := server.Client().DBSize(t.Context()).Val(); n != 0 {
		t.Errorf("there are %d keys", n)
	}
}
