package desk

import (
	"strconv"
	"testing"

	"streamdesk/bus/redistest"
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
