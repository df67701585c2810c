package desk

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/desk/layout"
	"streamdesk/ui/desk/menubar"
	"streamdesk/ui/dialog"
	"streamdesk/ui/pane"
)

// menuActions returns the actions that open the menus: the bar, each menu by alt and its letter, and the context menu.
func menuActions() []*action {
	list := []*action{
		{name: "menu", title: "the menu bar", keys: []string{"f10"}, run: func(d *Desk) tea.Cmd { return d.openMenu(menubar.Bus) }},
		{name: "context-menu", title: "what can be done here", keys: []string{"m"}, run: (*Desk).openContextMenu},
	}
	for m := range menubar.All() {
		name := strings.ToLower(m.Name())
		list = append(list, &action{
			name: "menu-" + name, title: "the menu " + m.Name(), keys: []string{"alt+" + name[:1]},
			run: func(d *Desk) tea.Cmd { return d.openMenu(m) },
		})
	}
	return list
}

// menuBar returns the words of the bar.
func (d *Desk) menuBar() string {
	open := menubar.None
	if m := d.dialogs.menu(); m != nil {
		open = menubar.Called(m.Title())
	}
	return menubar.Draw(d.looks.Theme, open)
}

// openMenu opens a menu of the bar.
func (d *Desk) openMenu(m menubar.Menu) tea.Cmd {
	var items []dialog.MenuItem
	group := ""
	for _, a := range d.keys.actions {
		if a.menu != m {
			continue
		}
		items = append(items, dialog.MenuItem{Command: d.command(a), Apart: a.group != group})
		group = a.group
	}
	return d.open(dialog.NewMenu(m.Name(), items, m.Begins(), layout.TopHeight, true), nil)
}

// nextMenu opens the menu beside the open one.
func (d *Desk) nextMenu(by int) tea.Cmd {
	top := d.dialogs.menu()
	if top == nil {
		return nil
	}
	d.closeTop()
	return d.openMenu(menubar.Called(top.Title()).Beside(by))
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
	if w := d.windows.Current(); w != nil {
		rect = w.Placed(d.tiles.Layout.Body())
	}
	const indent = 4 // the row under the cursor stays readable
	return rect.X + indent, rect.Y + layout.TopHeight + 1
}

// contextMenu opens the focused pane's own menu at a place.
func (d *Desk) contextMenu(x, y int) tea.Cmd {
	var items []dialog.MenuItem
	apart := false
	id := d.tiles.Focus
	if d.windows.Focused {
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

// throughMenu returns the action of a key that closes an open menu and acts, as those of workspaces and of other menus do.
func (d *Desk) throughMenu(key string) *action {
	a := d.keys.action(key, d.past.Active())
	if d.dialogs.menu() == nil || a == nil || !strings.HasPrefix(a.name, "workspace-") && !strings.HasPrefix(a.name, "menu-") {
		return nil
	}
	return a
}

// menuMouse handles a press outside the open menu: it closes that menu, and opens another when the press is on its word.
func (d *Desk) menuMouse(msg tea.MouseMsg) tea.Cmd {
	top := d.dialogs.menu()
	d.closeTop()
	if msg.Button == tea.MouseButtonRight {
		return d.mouse(msg)
	}
	if m := menubar.At(msg.X); msg.Y == 0 && m != menubar.None && m.Name() != top.Title() {
		return d.openMenu(m)
	}
	return nil
}
