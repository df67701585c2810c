package desk

import (
	"strings"
	"testing"

	"streamdesk/ui/desk/notes"
)

func TestALongNameOfTheEnvironmentLeavesTheMenusAlone(t *testing.T) {
	for _, size := range [][2]int{{60, 15}, {80, 24}, {120, 40}} {
		b := newHarness(t, size[0], size[1], func(o *Options) { o.Environment, o.ReadOnly = strings.Repeat("production-", 30), true })
		b.look()
		top := stripped(strings.SplitN(b.screen(), "\n", 2)[0])
		if !strings.HasPrefix(top, " Bus  View  Stream  Group  Event  Window  Help ") || !strings.Contains(top, "[PROD") || !strings.Contains(top, "…][RO]") {
			t.Errorf("%v: the top line is %q", size, top)
		}
		b.fits()
	}
}

func TestAWarningThatOneLineHasNoRoomForTakesTheLineOfTheKeys(t *testing.T) {
	const missing = "the user monitor may not run XTRIM on events:workflow.started: what it lacks is +xtrim in its ACL, on the keys ~events:* and on no others"
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		b := withTraffic(t, size[0], size[1])
		b.desk.notes.Say(notes.Warn, missing)
		b.desk.drawn.all()
		lines := strings.Split(stripped(b.screen()), "\n")
		if text := strings.Join(strings.Fields(strings.ReplaceAll(strings.Join(lines[len(lines)-2:], " "), "! 1 alert", "")), " "); !strings.Contains(text, missing) {
			t.Errorf("%v: the two lines at the bottom are %q", size, text)
		}
		b.fits()
		b.press("j")
		b.sees("q quit")
	}
}

func TestTheMenuOfAnEventFitsASmallScreen(t *testing.T) {
	b := withTraffic(t, 80, 24)
	b.press("5 alt+e")
	b.sees("edit this event and inject it")
	b.seesNot("more")
}
