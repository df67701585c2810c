package desk

import (
	"testing"
	"time"

	"streamdesk/model"
)

func TestAJumpGoesToAnEntryOrATime(t *testing.T) {
	old := func(n int) time.Time { return start.Add(time.Duration(n) * 500 * time.Millisecond) }
	for _, c := range []struct{ name, type_, want, says string }{
		{"a time on the server", old(20).Format("15:04:05"), "old-0 old-20", ""},
		{"a time with its date", old(20).Format("2006-01-02 15:04:05"), "old-0 old-20", ""},
		{"an entry's ID", model.PositionAt(old(21)).String(), "old-1 old-21", ""},
		{"an entry in its stream", "events:audit.failed/" + model.PositionAt(old(23)).String(), "old-3 old-23", ""},
		{"an ID that isn't there", model.PositionAt(old(20).Add(time.Millisecond)).String(), "old-1 old-21", "there is no entry"},
		{"some time ago", "9s ago", "new-1", ""},
		{"before all", "2020-01-01", "old-0 old-0", ""},
		{"the newest", "+", "new-9", ""},
		{"the future", "2099-01-01", "new-9", "this is the newest"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := withPast(t, 60)
			b.press("ctrl+g")
			b.typing(c.type_)
			b.press("enter")
			if len(b.desk.dialogs) != 0 {
				t.Fatalf("the dialog stays:\n%s", b.desk.View())
			}
			if at := b.at(); len(at) < len(c.want) || at[:len(c.want)] != c.want {
				t.Errorf("at %q, want %q", at, c.want)
			}
			if c.says != "" {
				b.sees(c.says)
			}
			b.frame()
			b.fits()
		})
	}
}

func TestFromAJumpOneCanGoOnBothWays(t *testing.T) {
	b := withPast(t, 600)
	b.press("'")
	b.typing(start.Add(100 * time.Second).Format("15:04:05"))
	b.press("enter")
	log := b.desk.data.Log
	if !b.detached() || b.at() != "old-0 old-200" {
		t.Fatalf("at %q", b.at())
	}
	b.frame()
	b.sees("history, ")
	b.sees("reads on")
	for range 100 {
		b.press("pgdown")
		b.frame()
	}
	if b.detached() || b.desk.data.Log.Following() {
		t.Errorf("going down doesn't join on to the newest: %d in view", log.Len())
	}
	b.press("f ctrl+g")
	b.typing(start.Add(100 * time.Second).Format("15:04:05"))
	b.press("enter esc")
	if b.detached() || !b.desk.data.Log.Following() {
		t.Error("esc doesn't go back to the newest")
	}
}

func TestAJumpThatCannotBeReadSaysSoBesideTheField(t *testing.T) {
	b := withPast(t, 4)
	b.press("ctrl+g")
	b.typing("25:00")
	b.press("enter")
	b.sees("want an entry ID")
	b.sees("25:00")
	if len(b.desk.dialogs) != 1 {
		t.Error("the dialog is closed")
	}
}
