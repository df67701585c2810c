package theme

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"streamdesk/model/config"
)

// inks are the inks of a theme by name.
func inks(t *Theme) map[string]Ink {
	out := map[string]Ink{}
	for color := range t.tints {
		out["edge "+color], out["badge "+color] = t.Tint(color)
	}
	v := reflect.ValueOf(*t)
	for i := range v.NumField() {
		if !v.Type().Field(i).IsExported() {
			continue
		}
		if ink, ok := reflect.TypeAssert[Ink](v.Field(i)); ok {
			out[v.Type().Field(i).Name] = ink
		}
	}
	return out
}

// own are themes as settings have them: one of all colours, one of a name and a number, one of the terminal's own.
var own = map[string]config.Colors{
	"night": {
		Base: config.ThemeDark, Text: "#FFE0E0", Dim: "#C09090", Faint: "#604040", Accent: "#FF9060", Good: "#A0C070", Warn: "#F0C040",
		Bad: "#FF5050", Selection: "#402020", Bar: "#301818", BarText: "#FFE0E0", JSONString: "#C0C080", JSONNumber: "#E0A080", JSONWord: "#D080C0",
	},
	"amber": {Base: config.ThemeHighContrast, Accent: "214", Warn: "bright-yellow"},
	"plain": {Selection: "default", Bar: "default", Text: "default"},
}

// everyTheme are the names of all.
func everyTheme() []string { return Settings{Own: own}.Names() }

func mustNew(t testing.TB, name string, s Settings) *Theme {
	t.Helper()
	th, err := New(name, s)
	if err != nil {
		t.Fatal(err)
	}
	return th
}

// colour matches escape sequences that set a colour: 30 to 49, 90 to 107, and the long forms 38 and 48.
var colour = regexp.MustCompile(`\x1b\[(\d+;)*([34]\d|9[0-7]|10[0-7])(;\d+)*m`)

func TestEveryInkLeavesTheTextAndEndsItself(t *testing.T) {
	for _, name := range everyTheme() {
		for inkName, ink := range inks(mustNew(t, name, Settings{Profile: termenv.TrueColor, Own: own})) {
			for what, painted := range map[string]string{
				"Paint": ink.Paint("wörd"), "On": ink.On(true, "wörd"),
			} {
				if ansi.Strip(painted) != "wörd" {
					t.Errorf("%s %s %s changes the text: %q", name, inkName, what, painted)
				}
				if strings.Contains(painted, "\x1b") && !strings.HasSuffix(painted, "\x1b[0m") {
					t.Errorf("%s %s %s doesn't end: %q", name, inkName, what, painted)
				}
			}
			if ink.Paint("") != "" || ink.On(true, "") != "" {
				t.Errorf("%s %s paints nothing as something", name, inkName)
			}
			if ink.On(false, "x") != ink.Paint("x") {
				t.Errorf("%s %s: not selected differs from plain", name, inkName)
			}
		}
	}
}

// TestASelectedRowStandsOut: every ink that a row is written in looks different there. Bars, buttons and fields have
// a background of their own, and never stand in a row.
func TestASelectedRowStandsOut(t *testing.T) {
	for _, name := range everyTheme() {
		th := mustNew(t, name, Settings{Profile: termenv.TrueColor, Own: own})
		for _, ink := range []Ink{
			th.Text, th.Dim, th.Faint, th.Strong, th.Accent, th.Good, th.Warn, th.Bad, th.Mark,
			th.JSONKey, th.JSONString, th.JSONNumber, th.JSONWord, th.JSONPunct, th.Line, th.Line2,
		} {
			if ink.On(true, "x") == ink.Paint("x") {
				t.Errorf("%s: selected, %q looks the same", name, ink.Paint("x"))
			}
		}
		if th.Match.On(true, "x") == th.Text.On(true, "x") {
			t.Errorf("%s: in a selected row what was found can't be seen", name)
		}
	}
}

func TestColouredThemesColourEveryInk(t *testing.T) {
	for _, name := range []string{"dark", "light", "high-contrast", "night", "amber"} {
		for _, profile := range []termenv.Profile{termenv.TrueColor, termenv.ANSI256, termenv.ANSI} {
			for inkName, ink := range inks(mustNew(t, name, Settings{Profile: profile, Own: own})) {
				if !colour.MatchString(ink.Paint("x")) {
					t.Errorf("%s %s has no colour: %q", name, inkName, ink.Paint("x"))
				}
			}
		}
	}
}

func TestStatesDiffer(t *testing.T) {
	for _, name := range []string{"dark", "light", "high-contrast", "ansi", "night", "amber", "plain"} {
		th := mustNew(t, name, Settings{Profile: termenv.TrueColor, Own: own})
		seen := map[string]string{}
		for state, ink := range map[string]Ink{"good": th.Good, "warn": th.Warn, "bad": th.Bad, "text": th.Text, "accent": th.Accent} {
			if other, found := seen[ink.Paint("x")]; found {
				t.Errorf("%s: %s looks like %s", name, state, other)
			}
			seen[ink.Paint("x")] = state
		}
	}
}

func TestNoneUsesNoColour(t *testing.T) {
	for what, th := range map[string]*Theme{
		"none":               mustNew(t, "none", Settings{Profile: termenv.TrueColor, Own: own}),
		"NO_COLOR":           mustNew(t, "dark", Settings{Profile: termenv.TrueColor, NoColor: true}),
		"NO_COLOR and auto":  mustNew(t, "", Settings{Profile: termenv.TrueColor, NoColor: true}),
		"no colours at all":  mustNew(t, "light", Settings{Profile: termenv.Ascii}),
		"none, and dimmed":   mustNew(t, "none", Settings{Profile: termenv.TrueColor, Own: own}).Dimmed(),
		"none, dark, anyhow": mustNew(t, "none", Settings{Dark: true}),
	} {
		if th.Name != "none" {
			t.Errorf("%s is %s", what, th.Name)
		}
		for name, ink := range inks(th) {
			for _, painted := range []string{ink.Paint("x"), ink.On(true, "x")} {
				if colour.MatchString(painted) {
					t.Errorf("%s: %s has a colour: %q", what, name, painted)
				}
			}
		}
	}
}

func TestNoneStillTellsThingsApart(t *testing.T) {
	th := mustNew(t, "none", Settings{})
	for name, ink := range map[string]Ink{"Strong": th.Strong, "Accent": th.Accent, "Bad": th.Bad, "Match": th.Match, "ButtonFocused": th.ButtonFocused} {
		if ink.Paint("x") == th.Text.Paint("x") {
			t.Errorf("%s looks like any text", name)
		}
	}
}

func TestAutoFollowsTheTerminal(t *testing.T) {
	for _, c := range []struct {
		name     string
		settings Settings
		want     string
	}{
		{"auto", Settings{Dark: true, Profile: termenv.TrueColor}, "dark"},
		{"auto", Settings{Dark: false, Profile: termenv.TrueColor}, "light"},
		{"", Settings{Dark: true, Profile: termenv.ANSI256}, "dark"},
		{"auto", Settings{Dark: true, Profile: termenv.ANSI}, "ansi"},
		{"dark", Settings{Dark: false, Profile: termenv.ANSI}, "dark"},
		{"auto", Settings{Dark: true, Profile: termenv.Ascii}, "none"},
	} {
		if got := mustNew(t, c.name, c.settings).Name; got != c.want {
			t.Errorf("%q with %+v is %s, want %s", c.name, c.settings, got, c.want)
		}
	}
}

func TestAnUnknownThemeNamesThoseThereAre(t *testing.T) {
	_, err := New("solarized", Settings{Profile: termenv.TrueColor, Own: own})
	if err == nil || !strings.Contains(err.Error(), "solarized") || !strings.Contains(err.Error(), "auto, light, dark, high-contrast, ansi, none, amber, night, plain") {
		t.Errorf("%v", err)
	}
}

func TestDimmedLeavesOnlyWhatIsWrong(t *testing.T) {
	th := mustNew(t, "dark", Settings{Profile: termenv.TrueColor, Own: own})
	d := th.Dimmed()
	if d.Text != th.Dim || d.Good != th.Dim || d.Line != th.Dim {
		t.Error("what is stale isn't dim")
	}
	if d.Bad != th.Bad || d.Bar != th.Bar {
		t.Error("what is wrong, and the bars, should stay")
	}
	if th.Text == th.Dim {
		t.Error("the theme itself was changed")
	}
}

func BenchmarkPaint(b *testing.B) {
	th := mustNew(b, "dark", Settings{Profile: termenv.TrueColor, Own: own})
	b.ReportAllocs()
	for b.Loop() {
		th.Accent.Paint("workflow.started")
	}
}

func TestProductionIsToldApartInEveryTheme(t *testing.T) {
	for _, name := range everyTheme() {
		th := mustNew(t, name, Settings{Profile: termenv.TrueColor, Own: own})
		_, production := th.Tint("red")
		_, other := th.Tint("")
		if production.Paint("x") == other.Paint("x") {
			t.Errorf("%s: the badge of production looks like any other", name)
		}
		if name == "none" {
			continue
		}
		seen := map[string]string{}
		for _, color := range append(slices.Sorted(maps.Keys(th.tints)), "") {
			edge, _ := th.Tint(color)
			if twin, found := seen[edge.Paint("x")]; found {
				t.Errorf("%s: frames in %q look like those in %q", name, color, twin)
			}
			seen[edge.Paint("x")] = color
		}
	}
}
