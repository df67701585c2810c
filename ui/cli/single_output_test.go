package cli

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/change"
	"streamdesk/bus/redistest"
	"streamdesk/model"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

func TestTheReceiptsOfASingleChangeAreWrittenAsTheyCome(t *testing.T) {
	var out programtest.Screen
	o := singleOutput{to: &out, json: true, change: &singleChange{
		kind: &change.DeleteConsumer, of: change.Target{Stream: "events:a.b", Group: "g", Consumer: "c"},
	}}
	o.took([]model.Receipt{{Command: model.Command{"XCLAIM", "1-1"}, Reply: "1-1"}, {Command: model.Command{"XCLAIM", "2-1"}, Reply: "<\x7f>"}})
	first := `{"action":"consumer delete","stream":"events:a.b","group":"g","consumer":"c","receipts":[` +
		`{"command":["XCLAIM","1-1"],"reply":"1-1"},{"command":["XCLAIM","2-1"],"reply":"<\u007f>"}`
	if got := out.String(); got != first {
		t.Errorf("before the end it is %s", got)
	}
	o.took(nil)
	o.took([]model.Receipt{{Command: model.Command{"EVAL"}, Reply: "(error) ERR"}})
	if err := o.end(&singleResult{moved: new(int64(2))}, errors.New("refused")); err != nil {
		t.Error(err)
	}
	if got, want := out.String(), first+`,{"command":["EVAL"],"reply":"(error) ERR"}],"changed":0,"moved":2,"error":"refused"}`+"\n"; got != want {
		t.Errorf("it is %s, want %s", got, want)
	}
}

func TestASingleChangeThatSentNothingIsAWholeObject(t *testing.T) {
	var out programtest.Screen
	o := singleOutput{to: &out, json: true, change: &singleChange{kind: &change.Trim, of: change.Target{Stream: "events:a.b"}}}
	if err := o.end(&singleResult{}, nil); err != nil || out.String() != `{"action":"trim","stream":"events:a.b","receipts":[],"changed":0,"error":null}`+"\n" {
		t.Errorf("%v, %s", err, out.String())
	}
}

// fillingDisk takes so many writes and no more.
type fillingDisk struct{ room int }

func (d *fillingDisk) Write(b []byte) (int, error) {
	if d.room == 0 {
		return 0, errors.New("no space left on device")
	}
	d.room--
	return len(b), nil
}

// holding is a server on which a consumer of group g on events:a.b holds entries 1-0, 2-0 ….
func holding(t *testing.T, consumer string, n int) *redis.Client {
	t.Helper()
	client := redistest.Start(t).Client()
	pipe := client.Pipeline()
	for i := range n {
		pipe.XAdd(t.Context(), &redis.XAddArgs{Stream: "events:a.b", ID: fmt.Sprintf("%d-0", i+1), Values: []string{"data", "{}"}})
	}
	if _, err := pipe.Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	send(t, client, "XGROUP CREATE events:a.b g 0")
	send(t, client, fmt.Sprintf("XREADGROUP GROUP g %s COUNT %d STREAMS events:a.b >", consumer, n))
	return client
}

func TestDeletingAConsumerTellsOfEachClaimHoweverManyThereAre(t *testing.T) {
	const many = 2*idsAtOnce + 1
	client := holding(t, "worker-1", many)
	h := newHost(t, client.Options().Addr)
	args := []string{"consumer", "delete", "a.b", "g", "worker-1", "--move-to", "worker-2"}
	if r := h.run(t.Context(), "", append(args, "--dry-run")...); r.code != program.ExitDone || strings.Count(r.out, "XCLAIM ") != 3 || !strings.HasPrefix(lastLine(r.out), "EVAL ") {
		t.Errorf("the dry run: %+v", r)
	}
	o := objects(t, h.want(t, append(args, "--yes", "--output", "json")...))
	if len(o) != 1 || o[0]["changed"] != 1.0 || o[0]["moved"] != float64(many) || o[0]["error"] != nil {
		t.Fatalf("%v", o)
	}
	claimed := 0
	for _, receipt := range o[0]["receipts"].([]any) {
		command := receipt.(map[string]any)["command"].([]any)
		if command[0] == "XCLAIM" {
			claimed += len(command) - len([]string{"XCLAIM", "events:a.b", "g", "worker-2", "0", "JUSTID"})
		}
	}
	if written := auditOf(t, h); claimed != many || len(written) != 4 {
		t.Errorf("%d entries are told of, and %d lines written down", claimed, len(written))
	}
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

func TestAConsumerGoesThoughItsReceiptsCannotBePrinted(t *testing.T) {
	for _, output := range []string{"text", "json"} {
		for room := range 2 {
			client := holding(t, "worker-1", 2*idsAtOnce)
			h := newHost(t, client.Options().Addr)
			var told programtest.Screen
			code := Main(t.Context(), []string{"consumer", "delete", "a.b", "g", "worker-1", "--move-to", "worker-2", "--yes", "--output", output},
				h.streams(strings.NewReader(""), &fillingDisk{room}, &told))
			left := client.XInfoConsumers(t.Context(), "events:a.b", "g").Val()
			if fails := output == "json" || room == 0; (code == program.ExitFailed) != fails || fails && strings.Count(told.String(), "no space left") != 1 ||
				len(left) != 1 || left[0].Name != "worker-2" || left[0].Pending != 2*idsAtOnce {
				t.Errorf("%s with room for %d: exit %d, %s; left are %+v", output, room, code, told.String(), left)
			}
		}
	}
}
