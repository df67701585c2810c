// Package menubar is the line of menus at the top of the desk: their names, how the line is drawn, and which menu is at a column.
// What a menu holds is up to the actions that name it.
package menubar

import (
	"iter"
	"strings"

	"streamdesk/ui/theme"
)

// Menu is one of the menus in the bar; None is the zero value.
type Menu uint8

// The menus, from left to right.
const (
	None Menu = iota
	Bus
	View
	Stream
	Group
	Event
	Window
	Help
	count
	Copy // of what can be copied; it isn't in the bar
)

var names = [count]string{"", "Bus", "View", "Stream", "Group", "Event", "Window", "Help"}

// gap is the number of cells between two words of the bar. Half of them belong to each, so that a click needn't be exact.
const gap = 2

// All yields the menus of the bar from left to right.
func All() iter.Seq[Menu] {
	return func(yield func(Menu) bool) {
		for m := None + 1; m < count; m++ {
			if !yield(m) {
				return
			}
		}
	}
}

// Name returns the word in the bar.
func (m Menu) Name() string { return names[m] }

// Beside returns the menu so many words to the right, or to the left if negative. Beyond an end it begins at the other.
func (m Menu) Beside(by int) Menu {
	const words = int(count) - 1
	return Menu((int(m)-1+by+words)%words + 1)
}

// Begins returns the column where the menu's word begins.
func (m Menu) Begins() int {
	x := 0
	for before := None + 1; before < m; before++ {
		x += len(names[before]) + gap
	}
	return x
}

// Width returns the width of all words in cells.
func Width() int { return count.Begins() }

// Called returns the menu with a name; None when there is none.
func Called(name string) Menu {
	for m := range All() {
		if names[m] == name {
			return m
		}
	}
	return None
}

// At returns the menu whose word is at column x; None when there is none.
func At(x int) Menu {
	for m := range All() {
		if begins := m.Begins(); x >= begins && x < begins+len(names[m])+gap {
			return m
		}
	}
	return None
}

// Draw returns the words of the bar; the open menu is highlighted.
func Draw(th *theme.Theme, open Menu) string {
	var b strings.Builder
	for m := range All() {
		name := names[m]
		if m == open {
			b.WriteString(th.ButtonFocused.Paint(" " + name + " "))
			continue
		}
		b.WriteString(th.Bar.Paint(" ") + th.BarKey.Paint(name[:1]) + th.Bar.Paint(name[1:]+" "))
	}
	return b.String()
}
