package desk

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"streamdesk/ui/filterbar"

	"streamdesk/model"
)

var savedFilters = map[string]string{"failures": "type:*.failed", "mine": "agent:me"}

func withSaved(o *Options) { o.Config.Filters = savedFilters }

func TestFilterKeys(t *testing.T) {
	for _, c := range []struct {
		keys, typed, then string
		inBar, inForce    string
	}{
		{"|", "", "", "", ""},
		{"|", "wf:wf-1", "", "wf:wf-1", "wf:wf-1"},
		{"|", "wf:wf-1", "enter", "", "wf:wf-1"},
		{"|", "wf:wf-1", "esc", "", ""},
		{"|", "w", "tab", "wf:", "w"},
		{"|", "type:audit.f", "tab", "type:audit.failed", "type:audit.failed"},
		{"|", "-type:a2a.mess", "tab", "-type:a2a.message", "-type:a2a.message"},
		{"|", "type:x,audit.f", "tab", "type:x,audit.failed", "type:x,audit.failed"},
		{"|", "state:p", "tab", "state:pending", "state:pending"},
		{"|", "state:dead|p", "tab", "state:dead|pending", "state:dead|pending"},
		{"|", "group:db", "tab", "group:db_writers", "group:db_writers"},
		{"|", "agent:co", "tab", "agent:coordinator", "agent:coordinator"},
		{"|", "stream:audit", "tab", "stream:events:audit.failed", "stream:events:audit.failed"},
		{"|", "age<5", "tab", "age<5m", "age<5m"},
		{"|", "jq:.reason | starts", "tab", "jq:.reason | startswith", "jq:.reason"},
		{"|", "age", "tab tab", "age<", "age"},
		{"|", "age", "tab tab tab", "age>", "age"},
		{"|", "age", "shift+tab", "age>", "age"},
		{"|", "@fail", "tab", "@failures", "type:*.failed"},
		{"|", "@mine", "enter", "", "agent:me"},
		{"|", "wf:", "enter", "wf:", "wf"}, // an error keeps the bar open, and what was typed
		{"|", "@no", "enter", "@no", ""},
		{"|", "wf:wf-1", "enter | ctrl+u up", "wf:wf-1", "wf:wf-1"},
		{"|", "wf:wf-1", "enter | ctrl+u up down", "", ""},
		{"5 /", "wf:wf-1", "enter esc", "", ""},
	} {
		t.Run(c.typed+" "+c.then, func(t *testing.T) {
			b := withTraffic(t, 120, 40, withSaved)
			b.press(c.keys)
			b.typing(c.typed)
			b.press(c.then)
			bar := ""
			if b.desk.filter.Typing() {
				bar, _, _ = strings.Cut(stripped(b.desk.filter.Line(b.desk.looks.Theme, 200)), "tab completes")
				bar = strings.TrimSpace(strings.TrimLeft(bar, " /✗"))
			}
			if bar != c.inBar || b.desk.data.Log.Filter().String() != c.inForce {
				t.Errorf("in the bar %q, in force %q; want %q, %q", bar, b.desk.data.Log.Filter(), c.inBar, c.inForce)
			}
			b.fits()
		})
	}
}

func TestTheFilterBarListsWhatAWordCouldBecome(t *testing.T) {
	b := withTraffic(t, 80, 24, withSaved)
	b.press("|")
	b.sees("keys")
	b.sees("state:")
	b.typing("type:")
	b.sees("types")
	b.sees("a2a.*")
	b.typing("aud")
	b.sees("audit.failed")
	b.press("tab tab")
	b.sees("▸ audit.completed")
	b.fits()
	b.press("esc")
	b.seesNot("audit.completed")
}

func TestAFaultyFilterSaysWhereAndKeepsWhatWasTyped(t *testing.T) {
	b := withTraffic(t, 120, 40)
	b.press("|")
	b.typing("wf:wf-1 jq:.a = 1")
	b.sees("                 ▾ jq: = can't be used in a filter: to compare, write ==")
	b.press("enter")
	b.sees("wf:wf-1 jq:.a = 1")
	if got := b.desk.data.Log.Filter().String(); got != "wf:wf-1 jq:.a" {
		t.Errorf("%q is in force, want the last that could be read", got)
	}
	b.press("esc")
	if !b.desk.data.Log.Filter().Empty() {
		t.Error("esc keeps the half-typed filter")
	}
}

func TestSavedFiltersAreInThePaletteAndDroppedFromThere(t *testing.T) {
	b := withTraffic(t, 120, 40, withSaved)
	b.press(":")
	b.typing("@failures")
	b.sees("filter @failures: type:*.failed")
	b.press("enter")
	if got := b.desk.data.Log.Filter().String(); got != "type:*.failed" || b.desk.tiles.Focus != EventsPane {
		t.Errorf("%q is in force, pane %d has the focus", got, b.desk.tiles.Focus)
	}
	b.press(":")
	b.typing("drop the filter")
	b.press("enter")
	if !b.desk.data.Log.Filter().Empty() {
		t.Error("it isn't dropped")
	}
	b.press(":")
	b.typing("drop the filter")
	b.sees("no filter is in force")
}

func TestASavedFilterThatCannotBeReadIsNamed(t *testing.T) {
	err := filterbar.Check(map[string]string{"good": "wf:a", "bad": "wf:"})
	if err == nil || err.Error() != "the saved filter bad ([filters] in the config): filter, column 1: wf: wants a value, such as wf:wf-8f31" {
		t.Error(err)
	}
	if err := filterbar.Check(savedFilters); err != nil {
		t.Error(err)
	}
}

func TestFiltersAreRememberedForTheNextTime(t *testing.T) {
	var told []string
	b := withTraffic(t, 120, 40, func(o *Options) {
		o.PastFilters = []string{"wf:old", "wf:older"}
		o.RememberFilters = func(filters []string) { told = filters }
	})
	b.press("|")
	b.typing("wf:wf-1")
	b.press("enter | ctrl+u up up up enter")
	if want := []string{"wf:older", "wf:wf-1", "wf:old"}; !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
}

func TestAFilterThatCannotDecideSaysSo(t *testing.T) {
	b := newHarness(t, 200, 60)
	b.publish(model.WorkflowStarted, "wf-1", `{}`)
	b.press("|")
	b.typing("jq:range(1e9) < 0")
	b.press("enter")
	b.frame()
	b.sees("1 not decided: the jq expression takes too many steps")
}

func TestAFilterOnAgeLetsGoOfWhatGrowsOlder(t *testing.T) {
	b := newHarness(t, 120, 40)
	b.publish(model.WorkflowStarted, "wf-1", `{}`)
	b.look()
	b.press("|")
	b.typing("age<1m")
	b.press("enter")
	if b.desk.data.Log.Len() != 1 {
		t.Fatal("it isn't in view")
	}
	b.pass(2 * time.Minute)
	b.look()
	if b.desk.data.Log.Len() != 0 {
		t.Error("it stays in view after two minutes")
	}
}

func TestFilterScreens(t *testing.T) {
	for _, size := range [][2]int{{60, 15}, {80, 24}, {120, 40}, {200, 60}} {
		b := withTraffic(t, size[0], size[1], withSaved)
		b.press("5 /")
		b.typing("type:wo")
		b.press("tab tab")
		b.fits()
		golden(t, fmt.Sprintf("filter-%dx%d", size[0], size[1]), b.desk.View()+"\n")
		b.press("ctrl+u")
		b.typing("wf:wf-1 jq:.attempt = 2")
		b.fits()
		golden(t, fmt.Sprintf("filter-faulty-%dx%d", size[0], size[1]), b.desk.View()+"\n")
		b.press("esc ctrl+g")
		b.typing("14:0")
		b.press("enter")
		b.fits()
		golden(t, fmt.Sprintf("jump-%dx%d", size[0], size[1]), b.desk.View()+"\n")
		b.press("esc")
		past := withPast(t, 300)
		past.desk.tiles.Layout.Width, past.desk.tiles.Layout.Height = size[0], size[1]
		past.desk.place()
		past.press("ctrl+g")
		past.typing(start.Add(60 * time.Second).Format("15:04:05"))
		past.press("enter")
		past.frame()
		past.fits()
		golden(t, fmt.Sprintf("past-%dx%d", size[0], size[1]), past.desk.View()+"\n")
	}
}
