package dialog

import (
	"context"
	"fmt"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// world is a real server with one entry pending for worker-3 in db_writers, and many that come later.
type world struct {
	t      *testing.T
	client *redis.Client
	bus    *bus.Bus
	target Target
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, client: redistest.Start(t).Client()}
	ctx := t.Context()
	var err error
	if w.bus, err = bus.Open(ctx, w.client); err != nil {
		t.Fatal(err)
	}
	for _, group := range []string{"db_writers", "log_aggregators"} {
		w.must(w.client.XGroupCreateMkStream(ctx, testStream, group, "0").Err())
	}
	w.add(1)
	read := w.client.XReadGroup(ctx, &redis.XReadGroupArgs{Group: "db_writers", Consumer: "worker-3", Streams: []string{testStream, ">"}})
	w.must(read.Err())
	id, err := model.ParsePosition(read.Val()[0].Messages[0].ID)
	w.must(err)
	w.target = Target{Stream: testStream, IDs: []model.Position{id}}
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// add adds n entries in one go.
func (w *world) add(n int) {
	w.t.Helper()
	pipe := w.client.Pipeline()
	for range n {
		pipe.XAdd(w.t.Context(), &redis.XAddArgs{Stream: testStream, Values: []string{"data", testPayload}})
	}
	_, err := pipe.Exec(w.t.Context())
	w.must(err)
}

// flood lets 2,000 entries come in and be delivered before each of the dialog's questions and actions.
func (w *world) flood() {
	w.add(2000)
	w.must(w.client.XReadGroup(w.t.Context(), &redis.XReadGroupArgs{
		Group: "db_writers", Consumer: "worker-3", Streams: []string{testStream, ">"}, Count: 2000,
	}).Err())
}

func (w *world) pending() []redis.XPendingExt {
	w.t.Helper()
	rows, err := w.client.XPendingExt(w.t.Context(), &redis.XPendingExtArgs{
		Stream: testStream, Group: "db_writers", Start: "-", End: "+", Count: 100_000,
	}).Result()
	w.must(err)
	return rows
}

func (w *world) newest() redis.XMessage {
	w.t.Helper()
	entries, err := w.client.XRevRangeN(w.t.Context(), testStream, "+", "-", 1).Result()
	w.must(err)
	return entries[0]
}

func TestAckOnRedisActsOnItsTargetAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d, cmd := NewAck(testEnv(OnBus(w.bus)), w.target, "")
	b := newHarness(t, d, cmd)
	b.shows("Ack · db_writers", "worker-3")
	b.between = w.flood
	b.press("tab enter")
	b.shows("✓ acked 1 of 1", "→ (integer) 1")
	rows := w.pending()
	if len(rows) != 4000 {
		t.Errorf("%d entries are pending, want the 4000 that came meanwhile", len(rows))
	}
	for _, r := range rows {
		if r.ID == w.target.IDs[0].String() {
			t.Error("the target is still pending")
		}
	}
	b.between = nil
	again, cmd := NewAck(testEnv(OnBus(w.bus)), w.target, "db_writers")
	b = newHarness(t, again, cmd)
	b.shows("acked meanwhile")
	b.press("tab enter")
	b.shows("acked 0 of 1: not pending (any more)")
}

func TestAckOnRedisOfManyFindsThemAmongMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.flood()
	rows := w.pending()
	w.target.IDs = nil
	for i := 0; i < len(rows); i += 10 {
		id, err := model.ParsePosition(rows[i].ID)
		w.must(err)
		w.target.IDs = append(w.target.IDs, id)
	}
	w.must(w.client.XDel(t.Context(), testStream, rows[0].ID).Err())
	w.must(w.client.XAck(t.Context(), testStream, "db_writers", rows[10].ID).Err())
	d, cmd := NewAck(testEnv(OnBus(w.bus)), w.target, "db_writers")
	b := newHarness(t, d, cmd)
	n := len(w.target.IDs)
	b.shows(fmt.Sprintf("%d of %d pending, 1 gone, 1 no longer pending", n-1, n), "gone", "acked meanwhile")
	b.press("tab enter")
	b.shows(fmt.Sprintf("acked %d of %d", n-1, n))
	if left := len(w.pending()); left != len(rows)-n {
		t.Errorf("%d are pending, want %d", left, len(rows)-n)
	}
}

func TestClaimOnRedisActsOnItsTargetAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d, cmd := NewClaim(testEnv(OnBus(w.bus)), w.target, "db_writers", nil)
	b := newHarness(t, d, cmd)
	b.shows("streamdesk will own this entry instead of worker-3, which isn't told.")
	b.between = w.flood
	b.press("down ctrl+u 'worker-9' down ctrl+u '0s' down*2 '7'")
	d.form.FocusButton(buttonAct)
	b.press("enter")
	b.shows("✓ claimed 1 of 1 for worker-9")
	for _, r := range w.pending() {
		if mine := r.ID == w.target.IDs[0].String(); mine != (r.Consumer == "worker-9") || mine && r.RetryCount != 7 {
			t.Fatalf("%s belongs to %s after %d deliveries", r.ID, r.Consumer, r.RetryCount)
		}
	}
}

func TestClaimOnRedisOfWhatIsGoneDropsIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(w.client.XDel(t.Context(), testStream, w.target.IDs[0].String()).Err())
	d, cmd := NewClaim(testEnv(OnBus(w.bus)), w.target, "db_writers", nil)
	b := newHarness(t, d, cmd)
	b.shows("gone", "the claim drops it from the pending entries instead")
	b.press("tab enter")
	b.shows("claimed 0 of 1 for streamdesk: gone from the stream")
}

func TestRepublishOnRedisIsByteForByte(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d, cmd := NewRepublish(testEnv(OnBus(w.bus)), w.target)
	b := newHarness(t, d, cmd)
	b.shows("Both groups on events:workflow.failed will receive this again.")
	b.between = func() { w.add(1000) }
	b.press("up right tab*2 enter")
	b.shows("✓ republished as ", ", original acked in db_writers")
	newest := w.newest()
	if newest.ID != b.done[0].Added.ID.String() || newest.Values["data"] != testPayload ||
		newest.Values["origin"] != testStream+"/"+w.target.IDs[0].String() {
		t.Errorf("the newest entry is %v", newest)
	}
	if rows := w.pending(); len(rows) != 0 {
		t.Errorf("the original is still pending: %v", rows)
	}
}

func TestInjectOnRedisIsAnEvent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d, cmd := NewInject(testEnv(OnBus(w.bus)), Draft{}, nil, nil)
	b := newHarness(t, d, cmd)
	b.press("'workflow.fa' right tab 'wf-1' tab 'me' tab*2 delete*2 paste'{\"a\":\\n 1}' tab*2")
	b.shows("Both groups on events:workflow.failed will receive this.")
	b.press("tab enter")
	newest := w.newest()
	b.shows("✓ added as " + newest.ID)
	event, err := model.ParseEvent(fmt.Sprint(newest.Values["data"]))
	if err != nil || event.WorkflowID != "wf-1" || string(event.Data) != `{"a":1}` || !event.Timestamp.Equal(testTime) {
		t.Errorf("the event is %+v (%v)", event, err)
	}
}

func TestLookingOnRedisChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(w.client.ConfigResetStat(t.Context()).Err())
	env := testEnv(OnBus(w.bus))
	type opening func() (Dialog, tea.Cmd)
	for _, open := range []opening{
		func() (Dialog, tea.Cmd) { return NewAck(env, w.target, "") },
		func() (Dialog, tea.Cmd) { return NewClaim(env, w.target, "", nil) },
		func() (Dialog, tea.Cmd) { return NewRepublish(env, w.target) },
		func() (Dialog, tea.Cmd) { return NewInject(env, Draft{Type: "no.such"}, nil, nil) },
	} {
		d, cmd := open()
		newHarness(t, d, cmd).press("tab esc")
	}
	stats, err := w.client.Info(context.Background(), "commandstats").Result()
	w.must(err)
	for _, change := range []string{"xadd", "xack", "xclaim", "xdel", "xgroup", "set", "del"} {
		if strings.Contains(stats, "cmdstat_"+change+":") {
			t.Errorf("looking sent %s:\n%s", change, stats)
		}
	}
	if n, err := w.client.Exists(t.Context(), "events:no.such").Result(); err != nil || n != 0 {
		t.Errorf("looking made a stream (%v)", err)
	}
}
