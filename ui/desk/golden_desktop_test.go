package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"streamdesk/ui/desk/layout"
	"streamdesk/ui/theme"
)

// dress puts a theme on, with all colours.
func (b *harness) dress(name string) {
	b.t.Helper()
	b.desk.looks.Settings = theme.Settings{Profile: termenv.TrueColor, Own: ownThemes}
	b.desk.looks.Choose(name)
	b.desk.drawn.all()
}

// What floats above the panes: a menu of the bar, a pane's own menu, the profiles, pinned events, the palette, a file of
// events that isn't there, a claim with a fault and a trim; at every size and in every theme. Of the larger coloured
// screens what floats is kept, with a margin: the panes beside it are the same as without it.
func TestScreensOfTheDesktop(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{60, 15}, {80, 24}, {120, 40}, {200, 60}} {
		b := busyBench(t, size[0], size[1])
		b.desk.options.Profiles = profiles()
		b.desk.options.Open = func(context.Context, string) (Connection, error) { return Connection{}, errors.New("not here") }
		for _, shown := range []struct{ name, keys, back string }{
			{"menu", "1 alt+e", "esc"},
			{"context", "3 m", "esc"},
			{"connect", "1 b j", "esc"},
			{"pinned", "5 k k P 5 k P", "esc esc"},
			{"palette", "3 : 'ack' down", "esc"},
			{"batch", "1 I '/nowhere/events.jsonl' enter", "esc"},
			{"claim", "3 j C tab*3 ctrl+u 'soon' enter", "esc"},
			{"trim", "1 T", "esc"},
		} {
			b.keys(shown.keys)
			for _, name := range []string{"none", "dark", "light"} {
				b.dress(name)
				b.fits()
				screen := b.desk.View()
				if name != "none" && size[0] > 80 {
					screen = b.floating()
				}
				golden(t, fmt.Sprintf("desktop/%s-%dx%d-%s", shown.name, size[0], size[1], name), screen+"\n")
			}
			b.dress("none")
			b.keys(shown.back)
		}
	}
}

// floating is the part of the screen that the topmost dialog takes, or the pinned event on top, with a margin.
func (b *harness) floating() string {
	const margin = 1
	var rect layout.Rect
	if n := len(b.desk.dialogs); n > 0 {
		rect, _ = b.desk.dialogRect(b.desk.dialogs[n-1])
	} else {
		rect = b.desk.windows.Top().Placed(b.desk.tiles.Layout.Body())
	}
	lines := strings.Split(b.desk.View(), "\n")
	lines = lines[max(rect.Y-margin, 0):min(rect.Y+rect.Height+margin, len(lines))]
	for i, line := range lines {
		lines[i] = ansi.Cut(line, max(rect.X-margin, 0), rect.X+rect.Width+margin)
	}
	return strings.Join(lines, "\n")
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
