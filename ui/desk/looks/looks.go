// Package looks keeps which theme the desk wears, by what was asked for, chosen and configured, and whether the terminal shows more
// than ASCII. Start reading at [Looks].
package looks

import (
	"cmp"
	"slices"
	"strings"

	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// Looks is the current theme, and what it depends on.
type Looks struct {
	// Theme is what is worn; Dimmed is it for stale content.
	Theme, Dimmed *theme.Theme
	Settings      theme.Settings
	// Configured is the theme of the settings; Asked is the one requested at the start, which takes precedence over Chosen: the one
	// chosen with a key, in this run or an earlier one, where "" means Configured.
	Configured, Asked, Chosen string
	// ASCII is true if only ASCII is sent to the terminal.
	ASCII bool
	// Background is the query whether the terminal is dark, nil for none; the first frame waits for its answer while Waiting.
	Background func()
	Waiting    bool
}

// Shown returns text as it is sent to the terminal.
func (l *Looks) Shown(text string) string {
	if l.ASCII {
		return widget.ASCII(text)
	}
	return text
}

// Worn returns the name of the theme to use.
func (l *Looks) Worn() string { return cmp.Or(l.Asked, l.Chosen, l.Configured) }

// Wear applies the theme to use. An unknown one changes nothing.
func (l *Looks) Wear() {
	if th, err := theme.New(l.Worn(), l.Settings); err == nil {
		l.Theme, l.Dimmed = th, th.Dimmed()
	}
}

// Darken handles the terminal's answer whether it is dark, and reports whether that changes anything.
func (l *Looks) Darken(dark bool) (changed bool) {
	l.Waiting = false
	if l.Settings.Dark == dark {
		return false
	}
	l.Settings.Dark = dark
	l.Wear()
	return true
}

// Choose changes to a theme, for later runs too.
func (l *Looks) Choose(name string) {
	if l.Asked, l.Chosen = "", name; name == l.Configured {
		l.Chosen = ""
	}
	l.Wear()
}

// Keep restores the theme that was chosen in an earlier run, if it is known.
func (l *Looks) Keep(name string) {
	if slices.Contains(l.Settings.Names(), name) {
		l.Chosen = name
		l.Wear()
	}
}

// Next changes to the next theme, and returns what to tell the person.
func (l *Looks) Next() (said string) {
	names := l.Settings.Names()
	name := names[(slices.Index(names, l.Worn())+1)%len(names)]
	l.Choose(name)
	said = "theme " + name
	if l.Theme.Name != name {
		said += " (" + l.Theme.Name + ")"
	}
	if l.Settings.NoColor {
		said += ": NO_COLOR is set, which leaves every colour out"
	}
	return said + " · there are " + strings.Join(names, ", ")
}
