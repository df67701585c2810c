package config

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"streamdesk/model/words"
)

// Theme is the name of a set of colours: a built-in one, or a key of [Config.Themes].
type Theme string

// The themes that are built in.
const (
	ThemeAuto         Theme = "auto"          // light or dark, as the terminal's background is
	ThemeLight        Theme = "light"         // for a light background
	ThemeDark         Theme = "dark"          // for a dark background
	ThemeHighContrast Theme = "high-contrast" // for either, with nothing faint
	ThemeANSI         Theme = "ansi"          // the terminal's own sixteen colours
	ThemeNone         Theme = "none"          // no colour at all
)

var themes = []Theme{ThemeAuto, ThemeLight, ThemeDark, ThemeHighContrast, ThemeANSI, ThemeNone}

// ThemeNames returns the themes that can be chosen: the built-in ones, then those of the settings, sorted by name.
func ThemeNames(own map[string]Colors) []Theme {
	names := slices.Clone(themes)
	for _, name := range slices.Sorted(maps.Keys(own)) {
		names = append(names, Theme(name))
	}
	return names
}

// Colors is a theme of the settings: what it changes in a built-in one. A colour that is "" is the base's.
type Colors struct {
	// Base is a built-in theme with colours; "" is auto.
	Base Theme `toml:"base"`
	// Text is ordinary text, Dim what matters less, Faint lines and axes.
	Text  Hue `toml:"text"`
	Dim   Hue `toml:"dim"`
	Faint Hue `toml:"faint"`
	// Accent means "here": the focus, the cursor, the current value.
	Accent Hue `toml:"accent"`
	// Good, Warn and Bad are states.
	Good Hue `toml:"good"`
	Warn Hue `toml:"warn"`
	Bad  Hue `toml:"bad"`
	// Selection is the background of the selected row; "default" swaps the colours of its text and background.
	Selection Hue `toml:"selection"`
	// Bar is the background of the top line, buttons and fields, BarText the text on it.
	Bar     Hue `toml:"bar"`
	BarText Hue `toml:"bar_text"`
	// JSONString, JSONNumber and JSONWord are values of JSON; a word is true, false or null.
	JSONString Hue `toml:"json_string"`
	JSONNumber Hue `toml:"json_number"`
	JSONWord   Hue `toml:"json_word"`
}

// Hue is a colour: #rrggbb, a number of the terminal's 256 colours, or a name; "" means that none is set.
type Hue string

// hueDefault is the terminal's own colour.
const hueDefault = "default"

// hues are the names of the terminal's sixteen colours, each at its number.
var hues = []string{
	"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
	"bright-black", "bright-red", "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan", "bright-white",
}

var hex = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

// Code returns the colour as #rrggbb or as a number from 0 to 255; "" is the terminal's own colour. The error says what
// can be written.
func (h Hue) Code() (string, error) {
	const most = 255
	name := strings.ToLower(string(h))
	if at := slices.Index(hues, name); at >= 0 {
		return strconv.Itoa(at), nil
	}
	n, err := strconv.Atoi(name)
	switch {
	case name == hueDefault:
		return "", nil
	case hex.MatchString(name), err == nil && n >= 0 && n <= most && strconv.Itoa(n) == name:
		return name, nil
	}
	if meant := words.Nearest(name, append([]string{hueDefault}, hues...)); meant != "" {
		return "", fmt.Errorf("%q is no colour; did you mean %q?", string(h), meant)
	}
	return "", fmt.Errorf(`%q is no colour; write "#rrggbb", a number from 0 to %d, or one of %s, %s`,
		string(h), most, strings.Join(hues, ", "), hueDefault)
}

// hue stores a colour, which may be written as a number without quotes.
func (d *decoder) hue(key string, into *Hue, raw any) {
	switch value := raw.(type) {
	case string:
		*into = Hue(value)
	case int64:
		*into = Hue(strconv.FormatInt(value, 10))
	default:
		d.refuse(key, `%s where a colour is wanted; write "#rrggbb", a number from 0 to 255 or a name such as "bright-red"`, kindOf(raw))
	}
}

func (f *check) themes(own map[string]Colors) {
	for _, name := range slices.Sorted(maps.Keys(own)) {
		table, colors := keyName("themes", name), own[name]
		if slices.Contains(themes, Theme(name)) {
			f.refuse(table, "%q is a built-in theme; give this one another name, and say base = %q", name, name)
		}
		if strings.TrimSpace(name) == "" {
			f.refuse(table, "the theme has no name; write it as in [themes.night]")
		}
		if colors.Base != "" {
			oneOf(f, table+".base", colors.Base, ThemeAuto, ThemeLight, ThemeDark, ThemeHighContrast, ThemeANSI)
		}
		for _, part := range fields(reflect.ValueOf(&colors).Elem()) {
			hue, ok := reflect.TypeAssert[Hue](part.value)
			if !ok || hue == "" {
				continue
			}
			if _, err := hue.Code(); err != nil {
				f.refuse(keyName(table, part.name), "%s", err)
			}
		}
		f.readable(table, "selection", colors.Selection, map[string]Hue{
			"text": colors.Text, "dim": colors.Dim, "accent": colors.Accent, "good": colors.Good, "warn": colors.Warn, "bad": colors.Bad,
		})
		f.readable(table, "bar", colors.Bar, map[string]Hue{"bar_text": colors.BarText, "text": colors.Text, "dim": colors.Dim, "accent": colors.Accent})
	}
}

// readable refuses text on a background of the same colour.
func (f *check) readable(table, name string, behind Hue, texts map[string]Hue) {
	if behind == "" || behind == hueDefault {
		return
	}
	for _, text := range slices.Sorted(maps.Keys(texts)) {
		if texts[text] == behind {
			f.refuse(keyName(table, name), "it is the colour of %s too, which couldn't be read on it; choose another", text)
			return
		}
	}
}
