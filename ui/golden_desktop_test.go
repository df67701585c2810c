package ui

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/muesli/termenv"

	"streamdesk/ui/theme"
)

// dress puts a theme on, with all colours.
func (b *bench) dress(name string) {
	b.t.Helper()
	b.desk.looks.settings = theme.Settings{Profile: termenv.TrueColor}
	b.desk.wear(name)
}

// What floats above the panes: a menu of the bar, a pane's own menu, the profiles, and pinned events; at every size
// without colours, and in colour where people mostly look.
func TestScreensOfTheDesktop(t *testing.T) {
	for _, size := range [][2]int{{60, 15}, {80, 24}, {120, 40}, {200, 60}} {
		b := busyBench(t, size[0], size[1])
		b.desk.options.Profiles = profiles()
		b.desk.options.Open = func(context.Context, string) (Connection, error) { return Connection{}, errors.New("not here") }
		for _, shown := range []struct{ name, keys, back string }{
			{"menu", "1 alt+e", "esc"},
			{"context", "3 m", "esc"},
			{"connect", "1 b j", "esc"},
			{"pinned", "5 k k P 5 k P", "esc esc"},
		} {
			b.press(shown.keys)
			for _, name := range []string{"none", "dark", "light"} {
				if name != "none" && size != [2]int{80, 24} && size != [2]int{120, 40} {
					continue
				}
				b.dress(name)
				b.fits()
				golden(t, fmt.Sprintf("desktop/%s-%dx%d-%s", shown.name, size[0], size[1], name), b.desk.View()+"\n")
			}
			b.dress("none")
			b.press(shown.back)
		}
	}
}

// A desk on production is told apart at the first glance: by a word, and by colour where there is one.
func TestScreensOfProduction(t *testing.T) {
	for _, name := range []string{"none", "dark", "light"} {
		b := busyBench(t, 80, 24)
		b.desk.options.Environment, b.desk.options.Color, b.desk.options.Production = "prod", "red", true
		b.dress(name)
		b.sees("[PROD]")
		golden(t, "desktop/production-80x24-"+name, b.desk.View()+"\n")
	}
}
