package theme

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"streamdesk/model/config"
)

// palette is the colours of a theme, one per role, as lipgloss colours (hex or ANSI number, "" for the terminal's own).
type palette struct {
	text, dim, faint, accent, good, warn, bad, selection, bar, barText lipgloss.TerminalColor
	jsonString, number, word                                           lipgloss.TerminalColor
	// tints are the colours of environments: bright for the badge, muted for the frames.
	tints map[string][2]lipgloss.TerminalColor
}

// color returns a colour for true-colour terminals, and the replacement on terminals with 256. The nearest by
// calculation would turn a dark grey into navy.
func color(hex, of256 string) lipgloss.TerminalColor {
	return lipgloss.CompleteColor{TrueColor: hex, ANSI256: of256, ANSI: of256}
}

// terminal is the terminal's own colour for text or background.
var terminal lipgloss.TerminalColor = lipgloss.NoColor{}

// sixteen returns one of the terminal's sixteen colours.
func sixteen(s string) lipgloss.TerminalColor { return lipgloss.Color(s) }

var palettes = map[string]palette{
	// A quiet slate with one blue, so that red, amber and green keep their meaning.
	"dark": {
		text: color("#C8CCD4", "252"), dim: color("#8A93A3", "246"), faint: color("#4A5160", "239"), accent: color("#6CB6FF", "75"),
		good: color("#7FC28A", "114"), warn: color("#E0B060", "179"), bad: color("#F07178", "204"),
		selection: color("#2A3445", "237"), bar: color("#1E2430", "235"), barText: color("#C8CCD4", "252"),
		jsonString: color("#A3BE8C", "150"), number: color("#D8A477", "180"), word: color("#B48EAD", "139"),
		tints: map[string][2]lipgloss.TerminalColor{
			"blue": {color("#6CB6FF", "75"), color("#48709B", "67")}, "green": {color("#7FC28A", "114"), color("#4F7F5A", "65")},
			"amber": {color("#E0B060", "179"), color("#8F7340", "137")}, "red": {color("#F07178", "204"), color("#9B4A52", "131")},
			"violet": {color("#C39BDF", "140"), color("#7A5F92", "97")},
		},
	},
	"light": {
		text: color("#24292F", "235"), dim: color("#5F6875", "241"), faint: color("#B4BBC5", "250"), accent: color("#0550AE", "25"),
		good: color("#1A7F37", "28"), warn: color("#8A5A00", "94"), bad: color("#C1232C", "160"),
		selection: color("#D8E6F8", "189"), bar: color("#E7EBF0", "254"), barText: color("#24292F", "235"),
		jsonString: color("#2F6F3E", "22"), number: color("#8A4B08", "94"), word: color("#7B3FA0", "91"),
		tints: map[string][2]lipgloss.TerminalColor{
			"blue": {color("#0550AE", "25"), color("#6E98CC", "68")}, "green": {color("#1A7F37", "28"), color("#67A678", "71")},
			"amber": {color("#8A5A00", "94"), color("#BD9650", "137")}, "red": {color("#C1232C", "160"), color("#D27B80", "167")},
			"violet": {color("#7B3FA0", "91"), color("#AC86C4", "140")},
		},
	},
	// Every text has a contrast of 7:1 on black or white, on a selected row and on the bar.
	highContrast: {
		text: color("#FFFFFF", "231"), dim: color("#E0E0E0", "254"), faint: color("#B0B0B0", "249"), accent: color("#5FFFFF", "87"),
		good: color("#5FFF87", "84"), warn: color("#FFD75F", "221"), bad: color("#FFAFAF", "217"),
		selection: color("#00336B", "17"), bar: color("#262626", "235"), barText: color("#FFFFFF", "231"),
		jsonString: color("#87FF87", "120"), number: color("#FFD787", "222"), word: color("#FFAFFF", "219"),
		tints: map[string][2]lipgloss.TerminalColor{
			"blue": {color("#87D7FF", "117"), color("#87D7FF", "117")}, "green": {color("#5FFF87", "84"), color("#5FFF87", "84")},
			"amber": {color("#FFD75F", "221"), color("#FFD75F", "221")}, "red": {color("#FFAFAF", "217"), color("#FFAFAF", "217")},
			"violet": {color("#FFAFFF", "219"), color("#FFAFFF", "219")},
		},
	},
	highContrastLight: {
		text: color("#000000", "16"), dim: color("#262626", "235"), faint: color("#4E4E4E", "239"), accent: color("#00328C", "18"),
		good: color("#004B1E", "22"), warn: color("#5A3700", "58"), bad: color("#870000", "88"),
		selection: color("#FFF3B0", "229"), bar: color("#E4E4E4", "254"), barText: color("#000000", "16"),
		jsonString: color("#003F17", "22"), number: color("#553000", "58"), word: color("#55006B", "53"),
		tints: map[string][2]lipgloss.TerminalColor{
			"blue": {color("#00328C", "18"), color("#00328C", "18")}, "green": {color("#004B1E", "22"), color("#004B1E", "22")},
			"amber": {color("#5A3700", "58"), color("#5A3700", "58")}, "red": {color("#870000", "88"), color("#870000", "88")},
			"violet": {color("#55006B", "53"), color("#55006B", "53")},
		},
	},
	// The sixteen colours as the terminal is configured.
	"ansi": {
		text: terminal, dim: sixteen("8"), faint: sixteen("8"), accent: sixteen("6"),
		good: sixteen("2"), warn: sixteen("3"), bad: sixteen("1"),
		selection: terminal, bar: terminal, barText: terminal,
		jsonString: sixteen("2"), number: sixteen("3"), word: sixteen("5"),
		tints: map[string][2]lipgloss.TerminalColor{
			"blue": {sixteen("4"), sixteen("4")}, "green": {sixteen("2"), sixteen("2")}, "amber": {sixteen("3"), sixteen("3")},
			"red": {sixteen("1"), sixteen("1")}, "violet": {sixteen("5"), sixteen("5")},
		},
	},
}

const (
	onDark, onLight = string(config.ThemeDark), string(config.ThemeLight)
	// The two variants of one theme, for a dark and for a light background.
	highContrast      = string(config.ThemeHighContrast)
	highContrastLight = highContrast + ", light"
)

// palette returns the colours of the theme of that name, the theme's actual name, and whether it is for a dark
// background.
func (s Settings) palette(name string) (p palette, called string, dark bool, err error) {
	if own, ok := s.Own[name]; ok {
		p, _, dark, err = s.palette(cmp.Or(string(own.Base), string(config.ThemeAuto)))
		p.change(own)
		return p, name, dark, err
	}
	if name == string(config.ThemeAuto) {
		name = s.auto()
	}
	key := name
	if name == highContrast && !s.Dark {
		key = highContrastLight
	}
	p, ok := palettes[key]
	if !ok && name != none {
		err = fmt.Errorf("unknown theme %q: there are %s", name, strings.Join(s.Names(), ", "))
	}
	return p, name, name == onDark || name != onLight && s.Dark, err
}

// auto returns the theme that fits the terminal.
func (s Settings) auto() string {
	switch {
	case s.Profile == termenv.ANSI:
		return string(config.ThemeANSI) // with sixteen colours the terminal's own are better than our nearest match
	case s.Dark:
		return onDark
	}
	return onLight
}

// change replaces colours by those of a theme in the settings.
func (p *palette) change(own config.Colors) {
	for _, part := range []struct {
		hue  config.Hue
		into *lipgloss.TerminalColor
	}{
		{own.Text, &p.text},
		{own.Dim, &p.dim},
		{own.Faint, &p.faint},
		{own.Accent, &p.accent},
		{own.Good, &p.good},
		{own.Warn, &p.warn},
		{own.Bad, &p.bad},
		{own.Selection, &p.selection},
		{own.Bar, &p.bar},
		{own.BarText, &p.barText},
		{own.JSONString, &p.jsonString},
		{own.JSONNumber, &p.number},
		{own.JSONWord, &p.word},
	} {
		code, err := part.hue.Code()
		switch {
		case part.hue == "" || err != nil: // config has already rejected invalid colours
		case code == "":
			*part.into = terminal
		default:
			*part.into = lipgloss.Color(code)
		}
	}
}
