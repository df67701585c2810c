package theme

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"streamdesk/model/config"
)

// light is the relative luminance of a colour of a palette, as WCAG 2 reckons it, on a terminal of that profile.
func light(t *testing.T, c lipgloss.TerminalColor, p termenv.Profile) float64 {
	t.Helper()
	complete, ok := c.(lipgloss.CompleteColor)
	if !ok {
		t.Fatalf("%v says nothing of its light", c)
	}
	code := complete.TrueColor
	if p == termenv.ANSI256 {
		code = complete.ANSI256
	}
	r, g, b := termenv.ConvertToRGB(p.Color(code)).LinearRgb()
	return 0.2126*r + 0.7152*g + 0.0722*b
}

func contrast(a, b float64) float64 { return (max(a, b) + 0.05) / (min(a, b) + 0.05) }

// TestHighContrastHasIt: AAA of WCAG 2 with all colours; with 256 of them there are no others as near, and AA is kept.
func TestHighContrastHasIt(t *testing.T) {
	for name, behind := range map[string]float64{highContrast: 0, highContrastLight: 1} {
		p := palettes[name]
		texts := map[string]lipgloss.TerminalColor{
			"text": p.text, "dim": p.dim, "faint": p.faint, "accent": p.accent, "good": p.good, "warn": p.warn, "bad": p.bad,
			"string": p.jsonString, "number": p.number, "word": p.word, "bar text": p.barText,
		}
		for color, tint := range p.tints {
			texts["badge "+color], texts["edge "+color] = tint[0], tint[1]
		}
		for profile, least := range map[termenv.Profile]float64{termenv.TrueColor: 7, termenv.ANSI256: 4.5} {
			for _, what := range slices.Sorted(maps.Keys(texts)) {
				text := light(t, texts[what], profile)
				if c := contrast(text, behind); c < least {
					t.Errorf("%s: %s has a contrast of %.1f, want %.1f", name, what, c, least)
				}
				for where, back := range map[string]lipgloss.TerminalColor{"selection": p.selection, "bar": p.bar} {
					if c := contrast(text, light(t, back, profile)); c < least && what != "faint" {
						t.Errorf("%s: %s on the %s has a contrast of %.1f, want %.1f", name, what, where, c, least)
					}
				}
			}
		}
	}
}

func TestAThemeOfTheSettingsChangesWhatItNames(t *testing.T) {
	s := Settings{Dark: true, Profile: termenv.TrueColor, Own: own}
	dark, high, night, amber, plain := mustNew(t, "dark", s), mustNew(t, "high-contrast", s), mustNew(t, "night", s), mustNew(t, "amber", s), mustNew(t, "plain", s)
	for _, c := range []struct {
		what      string
		got, want string
	}{
		{"a colour of its own", night.Good.Paint("x"), "\x1b[38;2;160;192;112mx\x1b[0m"},
		{"a number", amber.Accent.Paint("x"), "\x1b[1;38;5;214mx\x1b[0m"},
		{"a name", amber.Warn.Paint("x"), "\x1b[93mx\x1b[0m"},
		{"what it doesn't name", amber.Good.Paint("x"), high.Good.Paint("x")},
		{"what it doesn't name, without a base", plain.Good.Paint("x"), dark.Good.Paint("x")},
		{"the terminal's own", plain.Text.Paint("x"), "x"},
		{"a selection of its own", night.Text.On(true, "x"), "\x1b[38;2;255;224;224;48;2;64;32;32mx\x1b[0m"},
		{"a selection that swaps", plain.Text.On(true, "x"), "\x1b[7mx\x1b[0m"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
	if night.Name != "night" || !night.Dark || !plain.Dark {
		t.Errorf("%q is dark: %v; plain: %v", night.Name, night.Dark, plain.Dark)
	}
}

// TestEveryColourOfTheSettingsIsWorn: each role that can be set changes some ink.
func TestEveryColourOfTheSettingsIsWorn(t *testing.T) {
	base := inks(mustNew(t, "dark", Settings{Profile: termenv.TrueColor}))
	for name, colors := range map[string]config.Colors{
		"text": {Text: "#010203"}, "dim": {Dim: "#010203"}, "faint": {Faint: "#010203"}, "accent": {Accent: "#010203"}, "good": {Good: "#010203"},
		"warn": {Warn: "#010203"}, "bad": {Bad: "#010203"}, "selection": {Selection: "#010203"}, "bar": {Bar: "#010203"},
		"bar_text": {BarText: "#010203"}, "json_string": {JSONString: "#010203"}, "json_number": {JSONNumber: "#010203"}, "json_word": {JSONWord: "#010203"},
	} {
		colors.Base = config.ThemeDark
		changed := 0
		for what, ink := range inks(mustNew(t, name, Settings{Profile: termenv.TrueColor, Own: map[string]config.Colors{name: colors}})) {
			if ink != base[what] {
				changed++
				if !strings.Contains(ink.open+ink.selOpen, "2;1;2;3") {
					t.Errorf("%s changes %s to something else: %q", name, what, ink.Paint("x"))
				}
			}
		}
		if changed == 0 {
			t.Errorf("%s changes no ink", name)
		}
	}
}

func TestHighContrastFollowsTheBackground(t *testing.T) {
	onDark := mustNew(t, "high-contrast", Settings{Dark: true, Profile: termenv.TrueColor})
	onLight := mustNew(t, "high-contrast", Settings{Profile: termenv.TrueColor})
	if onDark.Text == onLight.Text || !onDark.Dark || onLight.Dark {
		t.Errorf("on dark %q, on light %q", onDark.Text.Paint("x"), onLight.Text.Paint("x"))
	}
}
