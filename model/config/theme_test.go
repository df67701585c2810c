package config

import (
	"reflect"
	"strings"
	"testing"
)

func TestAThemeOfTheSettingsIsRead(t *testing.T) {
	got, err := Decode("c.toml", []byte(`
[desk]
theme = "night"
[themes.night]
base = "dark"
accent = "#FF9060"
good = "bright-green"
faint = 240
selection = "default"
`))
	want := Colors{Base: ThemeDark, Accent: "#FF9060", Good: "bright-green", Faint: "240", Selection: "default"}
	if err != nil || got.Desk.Theme != "night" || !reflect.DeepEqual(got.Themes, map[string]Colors{"night": want}) {
		t.Fatalf("%v: %q, %+v", err, got.Desk.Theme, got.Themes)
	}
	for hue, want := range map[Hue]string{want.Accent: "#ff9060", want.Good: "10", want.Faint: "240", want.Selection: "", "Black": "0"} {
		if code, err := hue.Code(); err != nil || code != want {
			t.Errorf("%s is %q, %v; want %q", hue, code, err, want)
		}
	}
}

func TestFaultsOfThemesNamePlaceKeyAndMend(t *testing.T) {
	for _, c := range []struct{ name, document, want string }{
		{"a colour that is none", "[themes.a]\naccent = \"redd\"", `c.toml:2:1: themes.a.accent: "redd" is no colour; did you mean "red"?`},
		{"short hex", "[themes.a]\n  bad = \"#f00\"", `c.toml:2:3: themes.a.bad: "#f00" is no colour; write "#rrggbb", a number from 0 to 255, or one of black, red, `},
		{"a number too high", "[themes.a]\nbad = 256", `c.toml:2:1: themes.a.bad: "256" is no colour; write "#rrggbb", a number`},
		{"a number below", "[themes.a]\nbad = -1", `c.toml:2:1: themes.a.bad: "-1" is no colour`},
		{"a number as nobody writes it", "[themes.a]\nbad = \"+7\"", `c.toml:2:1: themes.a.bad: "+7" is no colour`},
		{"an escape", "[themes.a]\nbad = \"\\u001b[31m\"", `c.toml:2:1: themes.a.bad: "\x1b[31m" is no colour`},
		{"no text", "[themes.a]\nbad = true", `c.toml:2:1: themes.a.bad: true or false where a colour is wanted; write "#rrggbb"`},
		{"unknown role", "[themes.a]\nacent = \"red\"", `c.toml:2:1: themes.a.acent: unknown key; did you mean "accent"?`},
		{"unknown base", "[themes.a]\nbase = \"drak\"", `c.toml:2:1: themes.a.base: "drak" is not known; did you mean "dark"? (one of auto, light, dark, high-contrast, ansi)`},
		{"a base without colours", "[themes.a]\nbase = \"none\"", `c.toml:2:1: themes.a.base: "none" is not known`},
		{"a built-in name", "[themes.dark]\naccent = \"red\"", `c.toml:1:9: themes.dark: "dark" is a built-in theme; give this one another name, and say base = "dark"`},
		{"no name", "[themes.\"\"]\naccent = \"red\"", `c.toml:1:9: themes."": the theme has no name`},
		{"no table", "[themes]\nnight = \"dark\"", `c.toml:2:1: themes.night: text where a table is wanted; write [themes.night] and its keys below`},
		{"text on its own colour", "[themes.a]\ntext = \"#102030\"\nselection = \"#102030\"", `c.toml:3:1: themes.a.selection: it is the colour of text too`},
		{"the bar's text on its own colour", "[themes.a]\nbar_text = 7\nbar = 7", `c.toml:3:1: themes.a.bar: it is the colour of bar_text too`},
		{"a theme that isn't there", "[desk]\ntheme = \"nigt\"\n[themes.night]\naccent = \"red\"", `c.toml:2:1: desk.theme: "nigt" is not known; did you mean "night"? (one of auto, light, dark, high-contrast, ansi, none, night)`},
	} {
		_, err := Decode("c.toml", []byte(c.document))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v\nwant %s", c.name, err, c.want)
		}
	}
}
