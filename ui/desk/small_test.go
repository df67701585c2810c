package desk

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"pgregory.net/rapid"

	"streamdesk/ui/desk/layout"
)

func TestScreensOfOnePane(t *testing.T) {
	for _, size := range [][2]int{{59, 14}, {40, 10}, {20, 5}} {
		b := busyBench(t, size[0], size[1])
		b.fits()
		golden(t, fmt.Sprintf("small/desk-%dx%d", size[0], size[1]), b.desk.View()+"\n")
		b.press("3 j space A")
		b.fits()
		golden(t, fmt.Sprintf("small/ack-%dx%d", size[0], size[1]), b.desk.View()+"\n")
		b.press("esc esc ?")
		b.fits()
		b.sees("Moving about")
	}
}

// One pane has the screen, and tab goes through all of the workspace.
func TestTabGoesThroughThePanesOfASmallScreen(t *testing.T) {
	for _, w := range workspaces {
		b := withTroubles(t, 40, 10)
		b.press(w.Key)
		var seen []layout.PaneID
		for range w.Panes {
			body, focus := b.desk.tiles.Layout.Body(), b.desk.tiles.Focus
			if got := b.desk.tiles.Layout.Across(); !slices.Equal(got, []layout.PaneID{focus}) || b.desk.tiles.Layout.Panes[focus] != body {
				t.Errorf("%s: %v are shown, %d has the focus", w.Name, got, focus)
			}
			b.fits()
			b.sees(tabTitle(focus))
			seen = append(seen, focus)
			b.press("tab")
		}
		slices.Sort(seen)
		want := slices.Sorted(slices.Values(w.Panes))
		if !slices.Equal(seen, want) {
			t.Errorf("%s: tab leads to %v, want %v", w.Name, seen, want)
		}
	}
}

func TestBelowTheLeastSizeTheDeskSaysSo(t *testing.T) {
	b := newHarness(t, 19, 5)
	b.sees("needs 20x5")
	b.fits()
	b.send(tea.WindowSizeMsg{Width: 10, Height: 2})
	b.fits()
	for _, key := range []string{"i", "A", "p", "?"} {
		b.press(key)
	}
	if len(b.desk.dialogs) > 0 || b.desk.data.Log.Paused() {
		t.Error("keys do what nobody can see")
	}
	b.press("q")
	if !b.quit {
		t.Error("q doesn't quit")
	}
}

// TestEveryDialogFitsASmallScreen: what any action opens, at every size that anything is shown at, and further with some keys.
func TestEveryDialogFitsASmallScreen(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{59, 14}, {31, 7}, {20, 5}} {
		for _, r := range rows {
			t.Run(fmt.Sprintf("%s after %q %dx%d", r.action, r.given, size[0], size[1]), func(t *testing.T) {
				t.Parallel()
				if r.action == "quit" || r.action == "suspend" {
					return
				}
				b := withTroubles(t, 120, 40)
				b.press(r.given)
				b.settled()
				b.command(r.action)
				b.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				for _, keys := range []string{"", "pgdown", "tab", "tab", "G", "?"} {
					b.press(keys)
					b.fits()
				}
			})
		}
	}
}

// TestAnySizeIsDrawn: whatever is pressed and however the terminal is resized, nothing breaks and every line fits.
func TestAnySizeIsDrawn(t *testing.T) {
	t.Parallel()
	keys := strings.Fields("1 2 3 4 5 6 7 8 9 tab enter esc j k G g z ? : / @ ! i A C P m F10 v s space w W R down up pgdown left right x ctrl+w > }")
	rapid.Check(t, func(rt *rapid.T) {
		b := withTraffic(t, 120, 40)
		defer b.close()
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			if rapid.Bool().Draw(rt, "resized") {
				b.send(tea.WindowSizeMsg{Width: rapid.IntRange(1, 60).Draw(rt, "width"), Height: rapid.IntRange(1, 20).Draw(rt, "height")})
			} else {
				b.press(rapid.SampledFrom(keys).Draw(rt, "key"))
			}
			b.fits()
		}
	})
}

// TestEverySizeIsDrawn goes through all of them, in every workspace.
func TestEverySizeIsDrawn(t *testing.T) {
	t.Parallel()
	b := withTroubles(t, 120, 40)
	for _, w := range workspaces {
		b.press("esc " + w.Key)
		for width := 1; width <= 60; width++ {
			for height := 1; height <= 20; height++ {
				b.send(tea.WindowSizeMsg{Width: width, Height: height})
				b.fits()
			}
		}
		b.send(tea.WindowSizeMsg{Width: 120, Height: 40})
	}
}
