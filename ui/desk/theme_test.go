package desk

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"streamdesk/model/config"
	"streamdesk/ui/state"
)

// ownThemes are themes of settings: one with all colours, one with few.
var ownThemes = map[string]config.Colors{
	"night": {
		Base: config.ThemeDark, Text: "#FFE0E0", Dim: "#C09090", Faint: "#604040", Accent: "#FF9060", Good: "#A0C070", Warn: "#F0C040",
		Bad: "#FF5050", Selection: "#402020", Bar: "#301818", BarText: "#FFE0E0", JSONString: "#C0C080", JSONNumber: "#E0A080", JSONWord: "#D080C0",
	},
	"paper": {Base: config.ThemeLight, Accent: "magenta", Selection: "default"},
}

func TestTheThemeGoesRound(t *testing.T) {
	b := withTraffic(t, 120, 40)
	b.desk.looks.Configured, b.desk.looks.Settings.Own = "dark", ownThemes
	var seen []string
	for range b.desk.looks.Settings.Names() {
		b.press("t")
		seen = append(seen, b.desk.looks.Chosen)
		b.fits()
	}
	if got := strings.Join(seen, " "); got != "high-contrast ansi none night paper auto light " {
		t.Errorf("the themes were %q", got)
	}
}

// TestThemesChangeNothingButColours: whatever a colour says, a word or a sign says too, since the screen reads the same without
// any.
func TestThemesChangeNothingButColours(t *testing.T) {
	for i := range workspaces {
		b := withTroubles(t, 120, 40)
		b.press(workspaces[i].Key)
		b.pass(readAgain)
		b.look()
		b.dress("none")
		b.look()
		plain := ansi.Strip(b.desk.View())
		for _, name := range b.desk.looks.Settings.Names() {
			b.dress(name)
			b.look()
			if text := ansi.Strip(b.desk.View()); text != plain {
				t.Errorf("%s in %s reads\n%s\nand without colours\n%s", workspaces[i].Name, name, text, plain)
			}
		}
	}
}

func TestAThemeThatWasAskedForGoesBeforeOneThatWasChosenEarlier(t *testing.T) {
	b := withTraffic(t, 120, 40)
	b.desk.looks.Configured, b.desk.looks.Asked = "light", "light"
	b.desk.arrange(state.State{Theme: "high-contrast"})
	if worn := b.desk.looks.Worn(); worn != "light" {
		t.Errorf("%s is worn", worn)
	}
	if kept := b.desk.arrangement().Theme; kept != "high-contrast" {
		t.Errorf("%q is kept for the next run", kept)
	}
	b.press("t")
	if worn, kept := b.desk.looks.Worn(), b.desk.arrangement().Theme; worn != "dark" || kept != "dark" {
		t.Errorf("chosen since: %s is worn, %q kept", worn, kept)
	}
}

func TestAThemeThatIsGoneFromTheSettingsIsNotWorn(t *testing.T) {
	b := withTraffic(t, 120, 40)
	b.desk.looks.Configured = "dark"
	b.desk.arrange(state.State{Theme: "night"})
	if worn := b.desk.looks.Worn(); worn != "dark" || b.desk.arrangement().Theme != "" {
		t.Errorf("%s is worn", worn)
	}
}
