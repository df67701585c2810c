package cli

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

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
	t.Parallel()
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
	t.Parallel()
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
