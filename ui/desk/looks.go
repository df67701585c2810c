package desk

import (
	"cmp"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/theme"
)

// looks is which theme is worn, and what it depends on.
type looks struct {
	theme      *theme.Theme
	dimmed     *theme.Theme // what is drawn while what is shown is stale
	settings   theme.Settings
	configured string // the theme of the settings
	chosen     string // the one that was chosen since, empty for that of the settings
	background background
}

// worn is the name of the theme that is worn.
func (l *looks) worn() string { return cmp.Or(l.chosen, l.configured) }

// wear puts a theme on. One that isn't known changes nothing.
func (l *looks) wear(name string) {
	th, err := theme.New(name, l.settings)
	if err != nil {
		return
	}
	if l.chosen = name; name == l.configured {
		l.chosen = ""
	}
	l.theme, l.dimmed = th, th.Dimmed()
}

// next goes on to the next theme, and says which one that is.
func (l *looks) next() (said string) {
	names := theme.Names()
	name := names[(slices.Index(names, l.worn())+1)%len(names)]
	l.wear(name)
	said = "theme " + name
	if l.theme.Name != name {
		said += " (" + l.theme.Name + ")"
	}
	if l.settings.NoColor {
		said += ": NO_COLOR is set, which leaves every colour out"
	}
	return said + " · there are " + strings.Join(names, ", ")
}

// wear puts a theme on.
func (d *Desk) wear(name string) {
	d.looks.wear(name)
	d.drawn.all()
}

func (d *Desk) nextTheme() tea.Cmd {
	d.notes.status.say(levelGood, d.looks.next())
	d.drawn.all()
	return nil
}
