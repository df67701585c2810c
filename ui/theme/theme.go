// Package theme holds every colour and attribute of the screen as one struct of semantic inks: what a thing means
// decides how it looks, and no other package makes a style. It leaves to the widgets where ink goes, and keeps
// meaning readable without colour: each state also has a sign and a word. Start reading at [Theme] and [New].
package theme

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// Theme is the looks of the whole screen.
type Theme struct {
	// Name is auto's outcome: light, dark, ansi or none.
	Name string

	// Text is ordinary text, Dim what matters less, Faint lines and axes, Strong what matters most.
	Text, Dim, Faint, Strong Ink
	// Accent is the one colour that means "here": focus, cursor, current value.
	Accent Ink
	// Good, Warn and Bad are states; each is also told by a sign or a word.
	Good, Warn, Bad Ink
	// Header is a table's head; Key a key in a hint; Mark a marked row; Match a found text.
	Header, Key, Mark, Match Ink
	// Bar and BarDim are the lines at the top and the bottom of the screen; BarBadge is a word in them that must be seen,
	// BarKey the letter that opens a menu.
	Bar, BarDim, BarBadge, BarBad, BarKey Ink
	// Button and ButtonFocused are a dialog's buttons; Field is a form's text field, FieldFocused the one being typed in.
	Button, ButtonFocused, Field, FieldFocused Ink
	// JSON's parts.
	JSONKey, JSONString, JSONNumber, JSONWord, JSONPunct Ink
	// Line is a chart's first series, Line2 its second.
	Line, Line2 Ink

	tints map[string]tint // by colour
}

// tint is how an environment is told apart: the ink of the frames, and of its badge.
type tint struct{ edge, badge Ink }

// Tint is the ink of frames and of the badge in an environment of that colour (blue, green, amber, red or violet); without
// a colour, or with one that the theme doesn't have, frames are faint and the badge is like any other.
func (t *Theme) Tint(color string) (edge, badge Ink) {
	if tint, ok := t.tints[color]; ok {
		return tint.edge, tint.badge
	}
	return t.Faint, t.BarBadge
}

// Names are the themes that can be asked for.
func Names() []string { return []string{"auto", "light", "dark", "ansi", "none"} }

// palette is what a theme is made from: one colour a role, as lipgloss takes them (hex or ANSI number, "" for the
// terminal's own).
type palette struct {
	text, dim, faint, accent, good, warn, bad, selection, bar, barText lipgloss.TerminalColor
	jsonString, number, word                                           lipgloss.TerminalColor
	// tints are the environments' colours: loud for the badge, quiet for the frames.
	tints map[string][2]lipgloss.TerminalColor
}

// color is a colour for terminals with all of them, and the one of 256 that we want instead: the nearest by reckoning
// turns a dark grey into navy.
func color(hex, of256 string) lipgloss.TerminalColor {
	return lipgloss.CompleteColor{TrueColor: hex, ANSI256: of256, ANSI: of256}
}

// sixteen is one of the terminal's own sixteen colours; empty is its default.
func sixteen(s string) lipgloss.TerminalColor {
	if s == "" {
		return lipgloss.NoColor{}
	}
	return lipgloss.Color(s)
}

var palettes = map[string]palette{
	// A quiet slate with one blue: red, amber and green are left to mean something.
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
	// The sixteen colours that the terminal's owner has chosen.
	"ansi": {
		text: sixteen(""), dim: sixteen("8"), faint: sixteen("8"), accent: sixteen("6"),
		good: sixteen("2"), warn: sixteen("3"), bad: sixteen("1"),
		selection: sixteen(""), bar: sixteen(""), barText: sixteen(""),
		jsonString: sixteen("2"), number: sixteen("3"), word: sixteen("5"),
		tints: map[string][2]lipgloss.TerminalColor{
			"blue": {sixteen("4"), sixteen("4")}, "green": {sixteen("2"), sixteen("2")}, "amber": {sixteen("3"), sixteen("3")},
			"red": {sixteen("1"), sixteen("1")}, "violet": {sixteen("5"), sixteen("5")},
		},
	},
}

// Settings are what a theme depends on besides its name.
type Settings struct {
	// Dark says whether the terminal's background is dark, for auto.
	Dark bool
	// Profile is how many colours the terminal has.
	Profile termenv.Profile
	// NoColor is the NO_COLOR convention: no colours, whatever was asked for.
	NoColor bool
}

// New makes the theme of that name (auto picks light or dark), or an error that names those there are.
func New(name string, s Settings) (*Theme, error) {
	if name == "" || name == "auto" {
		name = "light"
		if s.Dark {
			name = "dark"
		}
		if s.Profile == termenv.ANSI {
			name = "ansi" // sixteen colours: the owner's choice beats our nearest match
		}
	}
	if s.NoColor || s.Profile == termenv.Ascii {
		name = "none"
	}
	r := lipgloss.NewRenderer(io.Discard)
	if name == "none" {
		// The ASCII profile would drop bold and reverse too, which is what is left to tell things apart.
		r.SetColorProfile(termenv.ANSI)
		return attributesOnly(r), nil
	}
	p, ok := palettes[name]
	if !ok {
		return nil, fmt.Errorf("unknown theme %q: there are %s", name, strings.Join(Names(), ", "))
	}
	r.SetColorProfile(s.Profile)
	return paint(name, r, p), nil
}

// paint builds the inks from a palette.
func paint(name string, r *lipgloss.Renderer, p palette) *Theme {
	selection := r.NewStyle().Background(p.selection)
	if name == "ansi" {
		selection = r.NewStyle().Reverse(true)
	}
	ink := func(fg lipgloss.TerminalColor) Ink { return newInk(r.NewStyle().Foreground(fg), selection) }
	bold := func(fg lipgloss.TerminalColor) Ink { return newInk(r.NewStyle().Foreground(fg).Bold(true), selection) }
	onBar := func(fg lipgloss.TerminalColor, b bool) Ink {
		return newInk(r.NewStyle().Foreground(fg).Background(p.bar).Bold(b), selection)
	}
	inverse := func(bg lipgloss.TerminalColor) Ink {
		return newInk(r.NewStyle().Foreground(bg).Reverse(true).Bold(true), selection)
	}
	tints := map[string]tint{}
	for name, c := range p.tints {
		tints[name] = tint{edge: ink(c[1]), badge: inverse(c[0])}
	}
	return &Theme{
		Name: name, tints: tints,
		Text: ink(p.text), Dim: ink(p.dim), Faint: ink(p.faint), Strong: bold(p.text),
		Accent: bold(p.accent), Good: ink(p.good), Warn: ink(p.warn), Bad: bold(p.bad),
		Header: ink(p.dim), Key: bold(p.accent), Mark: bold(p.warn), Match: inverse(p.warn),
		Bar: onBar(p.barText, false), BarDim: onBar(p.dim, false), BarBadge: onBar(p.accent, true), BarBad: onBar(p.bad, true),
		BarKey: newInk(r.NewStyle().Foreground(p.barText).Background(p.bar).Underline(true), selection),
		Button: newInk(r.NewStyle().Foreground(p.text).Background(p.bar), selection), ButtonFocused: inverse(p.accent),
		Field:        newInk(r.NewStyle().Foreground(p.text).Background(p.bar), selection),
		FieldFocused: newInk(r.NewStyle().Foreground(p.text).Background(p.bar).Bold(true), selection),
		JSONKey:      ink(p.accent), JSONString: ink(p.jsonString), JSONNumber: ink(p.number), JSONWord: ink(p.word), JSONPunct: ink(p.dim),
		Line: ink(p.accent), Line2: ink(p.good),
	}
}

// attributesOnly is the theme without a colour: bold, faint, underline and reverse.
func attributesOnly(r *lipgloss.Renderer) *Theme {
	selection := r.NewStyle().Reverse(true)
	ink := func(s lipgloss.Style) Ink { return newInk(s, selection) }
	plain, bold := ink(r.NewStyle()), ink(r.NewStyle().Bold(true))
	under, inverse := ink(r.NewStyle().Underline(true)), ink(r.NewStyle().Reverse(true))
	// Of the environments' colours only the one that warns is told apart, by its badge: the word in it says the rest.
	return &Theme{
		Name: "none", tints: map[string]tint{"red": {edge: plain, badge: inverse}},
		Text: plain, Dim: plain, Faint: plain, Strong: bold, Accent: bold, Good: plain, Warn: bold, Bad: bold,
		Header: under, Key: bold, Mark: bold, Match: ink(r.NewStyle().Reverse(true).Underline(true)), Bar: plain, BarDim: plain, BarBadge: bold, BarBad: inverse, BarKey: under,
		Button: plain, ButtonFocused: inverse, Field: under, FieldFocused: ink(r.NewStyle().Underline(true).Bold(true)),
		JSONKey: bold, JSONString: plain, JSONNumber: plain, JSONWord: plain, JSONPunct: plain, Line: plain, Line2: plain,
	}
}

// Dimmed is the theme for what is stale: one quiet ink for everything but what is wrong.
func (t *Theme) Dimmed() *Theme {
	d := *t
	for _, ink := range []*Ink{
		&d.Text, &d.Strong, &d.Accent, &d.Good, &d.Warn, &d.Header, &d.Key, &d.Mark, &d.Match,
		&d.JSONKey, &d.JSONString, &d.JSONNumber, &d.JSONWord, &d.JSONPunct, &d.Line, &d.Line2,
	} {
		*ink = t.Dim
	}
	return &d
}
