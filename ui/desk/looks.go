package desk

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/theme"
)

// looks is which theme is worn, and what it depends on.
type looks struct {
	settings theme.Settings
	// configured is the theme of the settings; chosen the one that was chosen since, empty for that.
	configured, chosen string
	background         background
}

// wear puts a theme on. One that isn't known changes nothing.
func (d *Desk) wear(name string) {
	th, err := theme.New(name, d.looks.settings)
	if err != nil {
		return
	}
	if d.looks.chosen = name; name == d.looks.configured {
		d.looks.chosen = ""
	}
	d.theme, d.dimmed = th, th.Dimmed()
	d.drawn.all()
}

// nextTheme goes on to the next theme.
func (d *Desk) nextTheme() tea.Cmd {
	names := theme.Names()
	worn := d.looks.chosen
	if worn == "" {
		worn = d.looks.configured
	}
	name := names[(slices.Index(names, worn)+1)%len(names)]
	d.wear(name)
	text := "theme " + name
	if d.theme.Name != name {
		text += " (" + d.theme.Name + ")"
	}
	if d.looks.settings.NoColor {
		text += ": NO_COLOR is set, which leaves every colour out"
	}
	d.status.say(levelGood, text+" · there are "+strings.Join(names, ", "))
	return nil
}
