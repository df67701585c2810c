package desk

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/model"
)

// store writes events to the server that the desk doesn't get to see: two a second, by turns of two types.
func (b *harness) store(n int) {
	b.t.Helper()
	for i := range n {
		t := []model.Type{model.WorkflowStarted, model.AuditFailed}[i%2]
		e := model.Event{ID: fmt.Sprintf("old-%d", i), Type: t, WorkflowID: fmt.Sprintf("old-%d", i%5), Timestamp: b.clock, Data: []byte(fmt.Sprintf(`{"n":%d}`, i))}
		err := b.client.XAdd(context.Background(), &redis.XAddArgs{
			Stream: b.bus.StreamKey(t), Values: []string{"data", string(e.AppendJSON(nil))},
		}).Err()
		if err != nil {
			b.t.Fatal(err)
		}
		b.pass(500 * time.Millisecond)
	}
}

// withPast is a desk that has seen ten events, before which there are n on the server; it looks at the events.
func withPast(t *testing.T, n int) *harness {
	t.Helper()
	b := newHarness(t, 120, 40)
	b.store(n)
	for i := range 10 {
		b.publish(model.WorkflowStarted, fmt.Sprintf("new-%d", i), `{"n":-1}`)
		b.pass(time.Second)
	}
	b.look()
	b.press("5")
	return b
}

func (b *harness) at() string {
	if r := b.events().Current(b.desk.data); r != nil {
		return r.Event.WorkflowID + " " + r.Event.ID
	}
	return ""
}

func TestGoingUpPastTheFirstEventReadsOlderOnes(t *testing.T) {
	b := withPast(t, 30)
	log := b.desk.data.Log
	b.press("k g")
	if log.Len() != 40 {
		t.Fatalf("%d in view after g, want 40", log.Len())
	}
	if at := b.events().Current(b.desk.data).Event.WorkflowID; at != "new-0" {
		t.Errorf("the cursor went from its entry to %s", at)
	}
	b.press("g")
	if b.at() != "old-0 old-0" {
		t.Errorf("g again goes to %q", b.at())
	}
	b.sees("beginning of all streams")
	b.sees("30 older")
	b.press("k")
	b.fits()
	for i := 1; i < log.Len(); i++ {
		if log.At(i).ID.Before(log.At(i - 1).ID) {
			t.Fatalf("%s stands before %s", log.At(i-1).ID, log.At(i).ID)
		}
	}
	b.press("f")
	if log.Len() != 10 || !b.desk.data.Log.Following() {
		t.Errorf("f leaves %d in view, following %v", log.Len(), b.desk.data.Log.Following())
	}
	b.seesNot("older")
}

func TestOlderEventsComeInPagesAndOnlyWhenAskedFor(t *testing.T) {
	b := withPast(t, 2500)
	b.press("k")
	if n := b.desk.data.Log.PastLen(); n != 0 {
		t.Fatalf("%d were read unasked", n)
	}
	b.press("g")
	first := b.desk.data.Log.PastLen()
	if first < 200 || first >= 2500 {
		t.Fatalf("the first page has %d", first)
	}
	b.frame()
	b.press("g")
	b.press("k")
	if n := b.desk.data.Log.PastLen(); n <= first {
		t.Errorf("the second page brought nothing: %d", n)
	}
}

func TestOlderEventsPassTheFilter(t *testing.T) {
	b := withPast(t, 60)
	b.press("|")
	b.typing("wf:old-3")
	b.press("enter")
	b.sees("↑ looks through")
	b.press("k")
	log := b.desk.data.Log
	if log.Len() != 12 {
		t.Fatalf("%d in view, want 12", log.Len())
	}
	b.press("|")
	b.press("ctrl+u")
	b.typing("jq:.n == 7")
	b.press("enter k")
	if log.Len() != 1 || log.At(0).Event.ID != "old-7" {
		t.Fatalf("%d in view", log.Len())
	}
}

func TestEscStopsTheReadingOfOlderEvents(t *testing.T) {
	b := withPast(t, 400)
	b.press("k")
	_, cmd := b.desk.Update(keyMsg("g"))
	if b.events().Walk() == nil {
		t.Fatal("nothing is read")
	}
	b.sees("esc stops")
	b.press("esc")
	b.carryOut(cmd)
	if b.events().Walk() != nil || b.desk.data.Log.PastLen() != 0 {
		t.Errorf("it went on: %d", b.desk.data.Log.PastLen())
	}
	if b.desk.tiles.Focus != EventsPane {
		t.Error("esc did more than stop")
	}
}

func TestAFilterOnStatesKnowsWhatTheServerKnows(t *testing.T) {
	b := newHarness(t, 120, 40)
	for i := range 6 {
		b.publish(model.WorkflowStarted, fmt.Sprintf("wf-%d", i), `{}`)
		b.pass(time.Second)
	}
	b.deliver("events:workflow.started", "db_writers", "worker-1", 4)
	if err := b.client.XAck(context.Background(), "events:workflow.started", "db_writers", b.pendingIDs("events:workflow.started", "db_writers")[0]).Err(); err != nil {
		t.Fatal(err)
	}
	b.look()
	for text, want := range map[string]int{"state:pending": 3, "state:acked": 1, "-state:pending": 3, "-state:pending|acked": 2, "state:dead": 0, "-state:dead": 6, "group:db_writers": 5, "group:nobody": 0, "state:pending group:db*": 3, "state:acked -group:db_writers": 0} {
		b.press("5 /")
		b.press("ctrl+u")
		b.typing(text)
		b.press("enter")
		b.pass(3 * time.Second)
		b.look()
		if n := b.desk.data.Log.Len(); n != want {
			t.Errorf("%s shows %d, want %d", text, n, want)
		}
	}
}
