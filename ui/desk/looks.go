package desk

import (
	"cmp"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// looks is the current theme, and what it depends on.
type looks struct {
	theme      *theme.Theme
	dimmed     *theme.Theme // for stale content
	settings   theme.Settings
	configured string // the theme of the settings
	asked      string // the theme requested at the start; it takes precedence over chosen
	chosen     string // the theme chosen with a key, in this run or an earlier one; empty means configured
	background background
	ascii      bool // only ASCII is sent to the terminal
}

// shown returns text as it is sent to the terminal.
func (l *looks) shown(text string) string {
	if l.ascii {
		return widget.ASCII(text)
	}
	return text
}

// worn returns the name of the theme to use.
func (l *looks) worn() string { return cmp.Or(l.asked, l.chosen, l.configured) }

// wear applies the theme to use. An unknown one changes nothing.
func (l *looks) wear() {
	if th, err := theme.New(l.worn(), l.settings); err == nil {
		l.theme, l.dimmed = th, th.Dimmed()
	}
}

// choose changes to a theme, for later runs too.
func (l *looks) choose(name string) {
	if l.asked, l.chosen = "", name; name == l.configured {
		l.chosen = ""
	}
	l.wear()
}

// keep restores the theme that was chosen in an earlier run, if it is known.
func (l *looks) keep(name string) {
	if slices.Contains(l.settings.Names(), name) {
		l.chosen = name
		l.wear()
	}
}

// next changes to the next theme, and returns what to tell the person.
func (l *looks) next() (said string) {
	names := l.settings.Names()
	name := names[(slices.Index(names, l.worn())+1)%len(names)]
	l.choose(name)
	said = "theme " + name
	if l.theme.Name != name {
		said += " (" + l.theme.Name + ")"
	}
	if l.settings.NoColor {
		said += ": NO_COLOR is set, which leaves every colour out"
	}
	return said + " · there are " + strings.Join(names, ", ")
}

func (d *Desk) nextTheme() tea.Cmd {
	d.notes.status.say(levelGood, d.looks.next())
	d.drawn.all()
	return nil
}
