package desk

import (
	"cmp"
	"runtime"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model/config"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// looks is which theme is worn, and what it depends on.
type looks struct {
	theme      *theme.Theme
	dimmed     *theme.Theme // what is drawn while what is shown is stale
	settings   theme.Settings
	configured string // the theme of the settings
	asked      string // the one that was asked for at the start, which goes before one that was chosen earlier
	chosen     string // the one that was chosen with a key, in an earlier run too; empty for that of the settings
	background background
	ascii      bool // nothing else leaves for the terminal
}

// shown is text as it leaves for the terminal.
func (l *looks) shown(text string) string {
	if l.ascii {
		return widget.ASCII(text)
	}
	return text
}

// asciiBy says whether the desk is drawn in ASCII alone: by the settings, or because the locale's characters aren't UTF-8. A POSIX system
// on which nobody has said a word has none but those of ASCII.
func asciiBy(glyphs config.Glyphs, env func(string) string) bool {
	if glyphs != config.GlyphsAuto {
		return glyphs == config.GlyphsASCII
	}
	locale := cmp.Or(env("LC_ALL"), env("LC_CTYPE"), env("LANG"))
	if locale == "" {
		return runtime.GOOS != "windows"
	}
	return !strings.Contains(strings.ReplaceAll(strings.ToLower(locale), "-", ""), "utf8")
}

// worn is the name of the theme that is worn.
func (l *looks) worn() string { return cmp.Or(l.asked, l.chosen, l.configured) }

// wear puts on the theme that is to be worn. One that isn't known changes nothing.
func (l *looks) wear() {
	if th, err := theme.New(l.worn(), l.settings); err == nil {
		l.theme, l.dimmed = th, th.Dimmed()
	}
}

// choose wears a theme from now on.
func (l *looks) choose(name string) {
	if l.asked, l.chosen = "", name; name == l.configured {
		l.chosen = ""
	}
	l.wear()
}

// keep goes on with the theme that was chosen in an earlier run, as far as it is known.
func (l *looks) keep(name string) {
	if slices.Contains(l.settings.Names(), name) {
		l.chosen = name
		l.wear()
	}
}

// next goes on to the next theme, and says which one that is.
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
