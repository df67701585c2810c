package cli

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"streamdesk/bus/redistest"
	"streamdesk/model"
	"streamdesk/ui/cli/program"
)

// scheduledAt is the Redis command that schedules an event.
func scheduledAt(stream, id, due string) string {
	at, err := time.Parse(time.RFC3339, due)
	if err != nil {
		panic(err)
	}
	e := model.Event{ID: id, Type: model.TypeOf(stream, "events:"), WorkflowID: "wf-1", Timestamp: at}
	s := model.Scheduled{Stream: stream, ID: id, Fields: []model.Field{{Name: model.FieldData, Value: string(e.AppendJSON(nil))}}}
	return fmt.Sprintf("ZADD %s %d '%s'", model.ScheduledKey(stream), at.UnixMilli(), s.Member())
}

func TestAnEventIsScheduledListedAndCancelled(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	h := newHost(t, server.Addr())
	var done planned
	r := h.run(t.Context(), "", "publish", "workflow.cancelled", "--workflow", "wf-9", "--in", "10m", "--output", "json")
	if err := json.Unmarshal([]byte(r.out), &done); err != nil || r.code != program.ExitDone || done.Stream != "events:workflow.cancelled" {
		t.Fatalf("exit %d: %s%s %v", r.code, r.out, r.err, err)
	}
	if in := time.Until(time.Time(done.Due)); in > 10*time.Minute || in < 9*time.Minute {
		t.Errorf("it is due in %s", in)
	}
	var list []jsonScheduled
	r = h.run(t.Context(), "", "scheduled", "workflow.cancelled", "--output", "json")
	if err := json.Unmarshal([]byte(r.out), &list); err != nil || len(list) != 1 || *list[0].EventID != done.EventID || *list[0].WorkflowID != "wf-9" {
		t.Fatalf("%s%s %v", r.out, r.err, err)
	}
	if r = h.run(t.Context(), "", "scheduled", "cancel", "workflow.cancelled", done.EventID, "--yes"); r.code != program.ExitDone || !strings.Contains(r.out, "cancelled event") {
		t.Errorf("exit %d: %s%s", r.code, r.out, r.err)
	}
	if n := server.Client().DBSize(t.Context()).Val(); n != 0 {
		t.Errorf("%d keys are left", n)
	}
}

func TestWhenAnEventIsDueIsSaidOnceAndRight(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	h := newHost(t, server.Addr())
	for _, c := range []struct{ args, says string }{
		{"--at soon", "want a time such as 15:04"},
		{"--in soon", "not a length of time"},
		{"--in 1m --at 15:04", "give one of the two"},
		{"--in 1m --jsonl -", "leave --at and --in out"},
	} {
		args := append([]string{"publish"}, strings.Fields(c.args)...)
		if r := h.run(t.Context(), "", append(args, "workflow.started")...); r.code != program.ExitWrongUse || !strings.Contains(r.err, c.says) {
			t.Errorf("%s: exit %d: %s", c.args, r.code, r.err)
		}
	}
	r := h.run(t.Context(), "", "publish", "workflow.started", "--at", "2100-01-02T03:04:05Z", "--dry-run")
	if r.code != program.ExitDone || !strings.HasPrefix(r.out, "ZADD scheduled:{events:workflow.started} 4102542245000 ") {
		t.Errorf("exit %d: %s%s", r.code, r.out, r.err)
	}
	if n := server.Client().DBSize(t.Context()).Val(); n != 0 {
		t.Errorf("%d keys are there", n)
	}
}
