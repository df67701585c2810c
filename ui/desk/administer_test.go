package desk

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/model"
	"streamdesk/ui/dialog"
)

// tended is a harness on a real server where db_writers has read five of ten entries and acknowledged three of them.
func tended(t *testing.T, change ...func(*Options)) *harness {
	t.Helper()
	b := newRealHarness(t, 120, 40, change...)
	for i := range 10 {
		b.publish(model.WorkflowFailed, fmt.Sprintf("wf-%d", i), `{}`)
	}
	const stream = "events:workflow.failed"
	b.deliver(stream, "db_writers", "worker-3", 5)
	ids := b.pendingIDs(stream, "db_writers")
	if err := b.client.XAck(context.Background(), stream, "db_writers", ids[:3]...).Err(); err != nil {
		t.Fatal(err)
	}
	b.look()
	return b
}

func TestTrimRemovesWhatEveryGroupHasAcknowledged(t *testing.T) {
	b := tended(t)
	first := b.pendingIDs("events:workflow.failed", "db_writers")[0]
	b.press("T")
	b.sees("Removes 3 entries that every group has acknowledged; 7 stay because db_writers")
	b.others(10)
	b.press("tab enter")
	b.sees("removed 3 entries")
	entries, err := b.client.XRange(context.Background(), "events:workflow.failed", "-", "+").Result()
	if err != nil || len(entries) != 17 || entries[0].ID != first {
		t.Errorf("%d entries are left, %v: want 17 from %s on", len(entries), err, first)
	}
	b.press("esc @")
	b.sees("XTRIM events:workflow.failed MINID =")
}

func TestSetIDMovesTheGroup(t *testing.T) {
	b := tended(t)
	b.press("S down")
	b.typing("$")
	b.press("tab")
	b.sees("db_writers will skip 5 entries nobody of this group has read.")
	b.press("tab enter")
	b.sees("db_writers goes on with what is added from now on")
	groups, err := b.client.XInfoGroups(context.Background(), "events:workflow.failed").Result()
	if err != nil {
		t.Fatal(err)
	}
	newest, err := b.client.XRevRangeN(context.Background(), "events:workflow.failed", "+", "-", 1).Result()
	if err != nil || groups[0].LastDeliveredID != newest[0].ID || groups[0].Pending != 2 {
		t.Errorf("the group is %+v, the newest entry %v, %v", groups[0], newest, err)
	}
}

func TestATimeIsTypedInTheZoneThatIsShown(t *testing.T) {
	zone := time.FixedZone("IST", 5*3600+1800)
	b := newHarness(t, 140, 45, func(o *Options) { o.Location = zone })
	b.add("events:a.b", "data", `{"id":"1"}`)
	b.look()
	b.press("i")
	b.typing("a.b")
	b.press("tab tab tab tab tab")
	b.typing("15:04")
	b.press("tab")
	b.sees(":04:00 IST") // the seconds that the field doesn't name
	b.press("esc")
	b.press("esc")
	if at := b.desk.env().Now(); at.Location() != zone {
		t.Errorf("dialogs have the time %s", at)
	}
}

func TestRequeueBringsADeadLetterBack(t *testing.T) {
	b := tended(t)
	b.press("3")
	b.untilRead()
	want, _ := b.desk.subject.record.Field("data")
	b.press("D tab enter enter")
	b.press("L")
	b.sees("given up by hand")
	b.press("tab tab enter")
	b.sees("db_writers, the one group on events:workflow.failed, will receive it again.")
	b.press("tab enter")
	b.sees("requeued as")
	ctx := context.Background()
	newest, err := b.client.XRevRangeN(ctx, "events:workflow.failed", "+", "-", 1).Result()
	if err != nil || newest[0].Values["data"] != want || len(newest[0].Values) != 1 {
		t.Errorf("the newest entry is %v, %v", newest, err)
	}
	if n, err := b.client.XLen(ctx, "dead:events:workflow.failed").Result(); err != nil || n != 0 {
		t.Errorf("%d dead letters are left, %v", n, err)
	}
	b.press("esc")
	b.sees("No dead letters")
}

// command runs an action through the palette.
func (b *harness) command(name string) {
	b.t.Helper()
	b.send(dialog.Chosen{Name: name})
}

func TestAConsumerIsDeletedOnceItsEntriesHaveMoved(t *testing.T) {
	b := tended(t)
	const stream = "events:workflow.failed"
	b.deliver(stream, "db_writers", "worker-1", 1)
	held := b.pendingIDs(stream, "db_writers")
	b.look()
	b.command("delete-consumer")
	b.sees("worker-3 has 2 entries pending, which would be lost with it")
	b.press("tab enter")
	b.sees("deleted consumer worker-3 of db_writers")
	consumers, err := b.client.XInfoConsumers(context.Background(), stream, "db_writers").Result()
	if err != nil || len(consumers) != 1 || consumers[0].Name != "worker-1" || consumers[0].Pending != 3 {
		t.Errorf("the consumers are %+v, %v", consumers, err)
	}
	if after := b.pendingIDs(stream, "db_writers"); !slices.Equal(held, after) {
		t.Errorf("%v are pending, want %v", after, held)
	}
	b.press("esc @")
	b.sees("XCLAIM events:workflow.failed db_writers worker-1 0")
}

func TestAGroupIsCreatedAndDestroyed(t *testing.T) {
	b := tended(t)
	const stream = "events:workflow.failed"
	groups := func() (names []string) {
		list, err := b.client.XInfoGroups(context.Background(), stream).Result()
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range list {
			names = append(names, g.Name+" "+g.LastDeliveredID)
		}
		return names
	}
	b.command("create-group")
	b.typing("audit")
	b.press("tab backspace")
	b.typing("0")
	b.press("tab")
	b.sees("audit will be given all 10 entries that the stream holds")
	b.press("tab enter")
	b.sees("created audit")
	if got := groups(); len(got) != 2 || got[0] != "audit 0-0" {
		t.Errorf("the groups are %v", got)
	}
	b.press("esc")
	b.look()
	b.command("destroy-group")
	b.sees("db_writers will never handle 2 entries it has pending and 5")
	b.press("tab enter enter")
	if got := groups(); len(got) != 2 {
		t.Errorf("a group was destroyed without its name: %v", got)
	}
	b.press("esc")
	b.command("destroy-group")
	b.press("down")
	b.typing("db_writers")
	b.press("tab tab enter")
	b.sees("destroyed group db_writers")
	if got := groups(); len(got) != 1 || got[0] != "audit 0-0" {
		t.Errorf("the groups are %v", got)
	}
}

func TestWhatHasNoKeyIsFoundInThePaletteAndListedInTheHelp(t *testing.T) {
	b := tended(t)
	b.press(":")
	b.typing("destroy")
	b.press("enter")
	b.sees("Destroy group · db_writers")
	b.press("esc ? /")
	b.typing("delete a consumer")
	b.sees("palette  delete a consumer of the group")
}

func TestWithNothingSelectedActionsSayWhy(t *testing.T) {
	b := newHarness(t, 120, 40)
	b.look()
	for _, name := range []string{"trim", "set-group-id", "create-group", "destroy-group", "move-consumer", "delete-consumer", "dead-letters"} {
		b.command(name)
		b.sees("no stream is selected: go to pane 1")
	}
}

func TestWhatIsCancelledIsNotSent(t *testing.T) {
	b := tended(t)
	before := b.state()
	for _, keys := range []string{"T enter", "T tab esc", "S enter", "S tab esc", "L esc", "L tab enter"} {
		b.press(keys)
	}
	if after := b.state(); after != before {
		t.Errorf("cancelled dialogs changed\n%s\nto\n%s", before, after)
	}
}

func TestOnAReadOnlyDeskChangesSayWhyTheyCannotBe(t *testing.T) {
	b := tended(t, func(o *Options) { o.ReadOnly, o.ReadOnlyWhy = true, "--read-only" })
	for _, open := range []string{"T", "S"} {
		b.press(open)
		b.sees("this desk is read-only (--read-only)")
	}
	if err := b.client.XAdd(context.Background(), &redis.XAddArgs{Stream: "dead:events:workflow.failed", Values: []string{"data", "{}"}}).Err(); err != nil {
		t.Fatal(err)
	}
	b.press("L tab tab enter")
	b.sees("1 dead letter, all there are")
	b.sees("this desk is read-only (--read-only)")
}
