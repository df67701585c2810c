// Package theme holds every colour and attribute of the screen as one struct of semantic inks: the meaning of a thing
// decides its looks, and no other package makes a style. The widgets decide where ink goes. Everything stays readable
// without colour, because each state also has a sign and a word. Start reading at [Theme] and [New].
package theme

import (
	"cmp"
	"io"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"streamdesk/model/config"
)

// Theme is the appearance of the whole screen.
type Theme struct {
	// Name is light, dark or ansi when auto was requested; otherwise the requested theme.
	Name string
	// Dark reports whether it is made for a dark background.
	Dark bool

	// Text is ordinary text, Dim less important text, Faint lines and axes, Strong the most important text.
	Text, Dim, Faint, Strong Ink
	// Accent is the one colour that means "here": focus, cursor, current value.
	Accent Ink
	// Good, Warn and Bad are states; each also has a sign or a word.
	Good, Warn, Bad Ink
	// Header is a table's head, Key a key in a hint, Mark a marked row, Match a search match.
	Header, Key, Mark, Match Ink
	// Bar and BarDim are the lines at the top and the bottom of the screen. BarBadge is an important word in them,
	// BarKey the letter that opens a menu.
	Bar, BarDim, BarBadge, BarBad, BarKey Ink
	// Button and ButtonFocused are a dialog's buttons; Field is a form's text field, FieldFocused the one being typed in.
	Button, ButtonFocused, Field, FieldFocused Ink
	// The parts of JSON.
	JSONKey, JSONString, JSONNumber, JSONWord, JSONPunct Ink
	// Line is a chart's first series, Line2 its second.
	Line, Line2 Ink

	tints map[string]tint // by colour
}

// tint is the inks of an environment: for the frames, and for its badge.
type tint struct{ edge, badge Ink }

// Tint returns the inks of frames and of the badge in an environment of that colour (blue, green, amber, red or
// violet). Without a colour, or with an unknown one, frames are faint and the badge is like any other.
func (t *Theme) Tint(color string) (edge, badge Ink) {
	if tint, ok := t.tints[color]; ok {
		return tint.edge, tint.badge
	}
	return t.Faint, t.BarBadge
}

// Settings are what a theme depends on besides its name.
type Settings struct {
	// Dark reports whether the terminal's background is dark, for auto.
	Dark bool
	// Profile is the terminal's colour support.
	Profile termenv.Profile
	// NoColor is the NO_COLOR convention: no colours, whatever theme is requested.
	NoColor bool
	// Own are the themes of the settings, by name.
	Own map[string]config.Colors
}

// Names returns the names of all themes.
func (s Settings) Names() []string {
	var names []string
	for _, name := range config.ThemeNames(s.Own) {
		names = append(names, string(name))
	}
	return names
}

// New returns the theme of that name (auto picks light or dark). An unknown name is an error that lists the themes.
func New(name string, s Settings) (*Theme, error) {
	p, called, dark, err := s.palette(cmp.Or(name, string(config.ThemeAuto)))
	if s.NoColor || s.Profile == termenv.Ascii {
		called = none
	}
	r := lipgloss.NewRenderer(io.Discard)
	switch {
	case called == none:
		// The ASCII profile would also drop bold and reverse, which are needed to distinguish things.
		r.SetColorProfile(termenv.ANSI)
		t := attributesOnly(r)
		t.Dark = s.Dark
		return t, nil
	case err != nil:
		return nil, err
	}
	r.SetColorProfile(s.Profile)
	t := paint(r, p)
	t.Name, t.Dark = called, dark
	return t, nil
}

// none is the theme that has no palette.
const none = string(config.ThemeNone)

// paint builds the inks from a palette.
func paint(r *lipgloss.Renderer, p palette) *Theme {
	selection := r.NewStyle().Background(p.selection)
	if p.selection == terminal {
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
		tints: tints,
		Text:  ink(p.text), Dim: ink(p.dim), Faint: ink(p.faint), Strong: bold(p.text),
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

// attributesOnly returns the theme without colours: bold, faint, underline and reverse.
func attributesOnly(r *lipgloss.Renderer) *Theme {
	selection := r.NewStyle().Reverse(true)
	ink := func(s lipgloss.Style) Ink { return newInk(s, selection) }
	plain, bold := ink(r.NewStyle()), ink(r.NewStyle().Bold(true))
	under, inverse := ink(r.NewStyle().Underline(true)), ink(r.NewStyle().Reverse(true))
	// Only the environment with the warning colour has a different badge; the word in the badge says the rest.
	return &Theme{
		Name: none, tints: map[string]tint{"red": {edge: plain, badge: inverse}},
		Text: plain, Dim: plain, Faint: plain, Strong: bold, Accent: bold, Good: plain, Warn: bold, Bad: bold,
		Header: under, Key: bold, Mark: bold, Match: ink(r.NewStyle().Reverse(true).Underline(true)), Bar: plain, BarDim: plain, BarBadge: bold, BarBad: inverse, BarKey: under,
		Button: plain, ButtonFocused: inverse, Field: under, FieldFocused: ink(r.NewStyle().Underline(true).Bold(true)),
		JSONKey: bold, JSONString: plain, JSONNumber: plain, JSONWord: plain, JSONPunct: plain, Line: plain, Line2: plain,
	}
}

// Dimmed returns the theme for stale content: one quiet ink for everything except errors.
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
