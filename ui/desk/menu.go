package desk

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/desk/layout"
	"streamdesk/ui/dialog"
	"streamdesk/ui/pane"
)

// menu is one of the menus in the bar at the top of the screen.
type menu uint8

// The menus, from left to right.
const (
	menuNone menu = iota
	menuBus
	menuView
	menuStream
	menuGroup
	menuEvent
	menuWindow
	menuHelp
	menuCount
	menuCopy // of what can be copied; it isn't in the bar
)

var menuNames = [menuCount]string{"", "Bus", "View", "Stream", "Group", "Event", "Window", "Help"}

// menuGap is the number of cells between two words of the bar. Half of them belong to each, so that a click needn't be exact.
const menuGap = 2

// menuActions returns the actions that open the menus: the bar, each menu by alt and its letter, and the context menu.
func menuActions() []*action {
	list := []*action{
		{name: "menu", title: "the menu bar", keys: []string{"f10"}, run: func(d *Desk) tea.Cmd { return d.openMenu(menuBus) }},
		{name: "context-menu", title: "what can be done here", keys: []string{"m"}, run: (*Desk).openContextMenu},
	}
	for m := menuNone + 1; m < menuCount; m++ {
		name := strings.ToLower(menuNames[m])
		list = append(list, &action{
			name: "menu-" + name, title: "the menu " + menuNames[m], keys: []string{"alt+" + name[:1]},
			run: func(d *Desk) tea.Cmd { return d.openMenu(m) },
		})
	}
	return list
}

// menuBar returns the words of the bar; the open menu is highlighted.
func (d *Desk) menuBar() string {
	th := d.looks.theme
	open := menuNone
	if m := d.dialogs.menu(); m != nil {
		open = menuCalled(m.Title())
	}
	var b strings.Builder
	for m := menuNone + 1; m < menuCount; m++ {
		name := menuNames[m]
		if m == open {
			b.WriteString(th.ButtonFocused.Paint(" " + name + " "))
			continue
		}
		b.WriteString(th.Bar.Paint(" ") + th.BarKey.Paint(name[:1]) + th.Bar.Paint(name[1:]+" "))
	}
	return b.String()
}

func menuCalled(name string) menu {
	for m := menuNone + 1; m < menuCount; m++ {
		if menuNames[m] == name {
			return m
		}
	}
	return menuNone
}

// menuAt returns the menu whose word is at column x of the bar; menuNone when there is none.
func menuAt(x int) menu {
	begins := 0
	for m := menuNone + 1; m < menuCount; m++ {
		width := len(menuNames[m]) + menuGap
		if x >= begins && x < begins+width {
			return m
		}
		begins += width
	}
	return menuNone
}

// menuBegins returns the column where a menu's word begins.
func menuBegins(m menu) int {
	x := 0
	for before := menuNone + 1; before < m; before++ {
		x += len(menuNames[before]) + menuGap
	}
	return x
}

// openMenu opens a menu of the bar.
func (d *Desk) openMenu(m menu) tea.Cmd {
	var items []dialog.MenuItem
	group := ""
	for _, a := range d.keys.actions {
		if a.menu != m {
			continue
		}
		items = append(items, dialog.MenuItem{Command: d.command(a), Apart: a.group != group})
		group = a.group
	}
	return d.open(dialog.NewMenu(menuNames[m], items, menuBegins(m), layout.TopHeight, true), nil)
}

// nextMenu opens the menu beside the open one.
func (d *Desk) nextMenu(by int) tea.Cmd {
	top := d.dialogs.menu()
	if top == nil {
		return nil
	}
	d.closeTop()
	const words = int(menuCount) - 1
	m := (int(menuCalled(top.Title())) - 1 + by + words) % words
	return d.openMenu(menu(m + 1))
}

// command returns an action as the palette and the menus show it.
func (d *Desk) command(a *action) dialog.Command {
	return dialog.Command{Name: a.name, Title: a.title, Key: d.keys.show(a), Disabled: a.disabled(d)}
}

// openContextMenu opens the focused pane's own menu beside its cursor.
func (d *Desk) openContextMenu() tea.Cmd { return d.contextMenu(d.besideCursor()) }

// besideCursor returns a place for a menu in the pane or window that keys go to.
func (d *Desk) besideCursor() (x, y int) {
	rect := d.tiles.Layout.Panes[d.tiles.Focus]
	if w := d.windows.current(); w != nil {
		rect = w.placed(d.tiles.Layout.Body())
	}
	const indent = 4 // the row under the cursor stays readable
	return rect.X + indent, rect.Y + layout.TopHeight + 1
}

// contextMenu opens the focused pane's own menu at a place.
func (d *Desk) contextMenu(x, y int) tea.Cmd {
	var items []dialog.MenuItem
	apart := false
	id := d.tiles.Focus
	if d.windows.focused {
		_, id = the[pane.Viewer](&d.panes)
	}
	for _, name := range specOf(id).Menu {
		if name == "" {
			apart = true
			continue
		}
		if a := d.keys.named(name); a != nil {
			items = append(items, dialog.MenuItem{Command: d.command(a), Apart: apart})
			apart = false
		}
	}
	return d.open(dialog.NewMenu(specOf(id).Name, items, x, y, false), nil)
}

// menuMouse handles a press outside the open menu: it closes that menu, and opens another when the press is on its word.
func (d *Desk) menuMouse(msg tea.MouseMsg) tea.Cmd {
	top := d.dialogs.menu()
	d.closeTop()
	if msg.Button == tea.MouseButtonRight {
		return d.mouse(msg)
	}
	if m := menuAt(msg.X); msg.Y == 0 && m != menuNone && menuNames[m] != top.Title() {
		return d.openMenu(m)
	}
	return nil
}

// barWidth returns the width of the bar's words.
func barWidth() int { return menuBegins(menuCount) }
