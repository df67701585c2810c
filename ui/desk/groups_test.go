package desk

import (
	"strconv"
	"testing"
	"time"

	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// TestR30_TheGroupsPaneSaysWhatWasNeverDelivered: entries that were trimmed before a group had read them.
func TestR30_TheGroupsPaneSaysWhatWasNeverDelivered(t *testing.T) {
	redistest.Needs(t, redistest.Lag)
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		b := newRealHarness(t, size[0], size[1])
		for i := range 6 {
			b.add("events:a.b", "data", strconv.Itoa(i))
		}
		b.deliver("events:a.b", "reader", "c", 1)
		b.deliver("events:a.b", "writer", "c", 6)
		if err := b.client.XTrimMaxLen(t.Context(), "events:a.b", 2).Err(); err != nil {
			t.Fatal(err)
		}
		b.look()
		b.groups().Select("reader")
		b.press("2")
		b.sees("keeping up · 3 entries were never delivered t")
		b.press("z")
		b.sees("3 entries were never delivered to reader")
		b.sees("LOST")
		b.press("j")
		b.seesNot("never delivered to writer")
	}
}

// TestThePausedGroupSaysUntilWhenAndByWhom, has a sign of its own in the list, and no alert; and it is resumed from the desk.
func TestThePausedGroupSaysUntilWhenAndByWhom(t *testing.T) {
	b := newRealHarness(t, 120, 40)
	b.add("events:a.b", "data", "1")
	b.deliver("events:a.b", "reader", "c", 1)
	set := model.Pause{By: "ann", Why: "a move", Since: time.UnixMilli(1)}
	if err := b.client.Set(t.Context(), model.PauseKey("events:", "reader"), set.Text(), time.Hour).Err(); err != nil {
		t.Fatal(err)
	}
	if err := b.client.HSet(t.Context(), model.LimitKey("events:", "reader"), model.FieldPerSecond, "200").Err(); err != nil {
		t.Fatal(err)
	}
	b.look()
	b.press("2")
	b.sees("paused until ")
	b.sees("by ann: a move · limite")
	b.sees("‖")
	if n := len(b.desk.notes.Alerts.Standing); n != 0 {
		t.Errorf("%d alerts stand", n)
	}
	b.seesNot("! ") // in the row of its stream
	b.press(":")
	b.typing("limit the group")
	b.press("enter")
	b.sees("Rate   200/s")
	b.press("esc")
	b.press(":")
	b.typing("resume the")
	b.press("enter tab enter")
	b.look()
	b.seesNot("paused until")
	if n := b.client.Exists(t.Context(), "paused:events:reader").Val(); n != 0 {
		t.Error("it is still paused")
	}
}
