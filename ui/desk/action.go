package desk

import (
	"maps"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/ui/desk/menubar"
	"streamdesk/ui/dialog"
	"streamdesk/ui/dialog/reader"
	"streamdesk/ui/filterbar"
)

// action is one thing a person can do. The keys, the menus, the palette, the help and the hint line use the registry of actions.
type action struct {
	// name is its name in the config file; title is the text that a person reads.
	name, title string
	// group is its heading in the help; the registry sets it.
	group string
	// menu is its menu in the menu bar; cursor moves have none.
	menu menubar.Menu
	// keys are its default keys, as Bubble Tea writes them; an action without keys is in the palette.
	keys []string
	// hint is its short form in the hint line; empty leaves it out.
	hint string
	// change is true if it changes something on the server; a read-only desk disables it.
	change bool
	// kind is its kind of change; nil if it isn't one.
	kind *change.Kind
	// then is true if its keys are its own only while the past is shown, where they take precedence over others'.
	then bool
	// can returns why it can't be done now, or ""; nil means that it always can.
	can func(*Desk) (why string)
	run func(*Desk) tea.Cmd
}

// disabled returns why the action can't be done; empty when it can.
func (a *action) disabled(d *Desk) string {
	if a.change {
		if why := d.unchangeable(); why != "" {
			return why
		}
	}
	if a.can != nil {
		return a.can(d)
	}
	return ""
}

// unchangeable returns why nothing can be changed; empty when it can.
func (d *Desk) unchangeable() string {
	switch {
	case d.past.Active():
		return d.thatWasThen()
	case d.options.ReadOnly:
		return "this desk is read-only (" + d.options.ReadOnlyWhy + ")"
	}
	return ""
}

// actionGroup is a heading of the help with the actions under it.
type actionGroup struct {
	title   string
	actions func() []*action
}

// actionGroups returns the groups in the order of the help.
func actionGroups() []actionGroup {
	return []actionGroup{
		{"Moving about", moveActions},
		{"Workspaces", workspaceActions},
		{"Seeing", seeActions},
		{"The past", pastActions},
		{"Changing (each opens a dialog first)", changeActions},
		{"Copying", copyActions},
		{"Windows", windowActions},
		{"Menus", menuActions},
		{"The desk", deskActions},
	}
}

// actions returns the registry in the order of the help.
func actions() []*action {
	var list []*action
	for _, g := range actionGroups() {
		for _, a := range g.actions() {
			a.group = g.title
			list = append(list, a)
		}
	}
	return list
}

// openPalette lists every action by its title, and the saved filters: recently chosen actions first, and cursor moves, which
// have keys, after the other actions.
func (d *Desk) openPalette() tea.Cmd {
	moves := actionGroups()[0].title
	list := slices.Clone(d.keys.recent)
	for _, moving := range []bool{false, true} {
		for _, a := range d.keys.actions {
			if (a.group == moves) == moving && !slices.Contains(d.keys.recent, a) {
				list = append(list, a)
			}
		}
	}
	commands := make([]dialog.Command, 0, len(list))
	for _, a := range list {
		commands = append(commands, d.command(a))
	}
	for _, name := range slices.Sorted(maps.Keys(d.filter.Saved())) {
		commands = append(commands, dialog.Command{
			Name: filterbar.SavedMark + name, Title: "filter " + filterbar.SavedMark + name + ": " + d.filter.Saved()[name],
		})
	}
	return d.open(dialog.NewPalette(commands, d.readCommand), nil)
}

// chosen runs the action, or applies the saved filter, that was chosen in the palette.
func (d *Desk) chosen(name string) tea.Cmd {
	if saved, ok := strings.CutPrefix(name, filterbar.SavedMark); ok {
		return d.useSaved(saved)
	}
	if text, ok := strings.CutPrefix(name, atCommand); ok {
		if to, err := model.ParseMoment(text, d.present().In(d.options.Location)); err == nil {
			return d.toPast(to.ID.Time())
		}
	}
	if a := d.keys.named(name); a != nil {
		d.keys.recent = slices.Insert(slices.DeleteFunc(d.keys.recent, func(b *action) bool { return a == b }), 0, a)
		return d.perform(a)
	}
	return nil
}

// readingTitle is the heading of the reading window's keys in the help.
const readingTitle = "Reading a value whole"

// openHelp lists every action with its keys, and why it can't be done now.
func (d *Desk) openHelp() tea.Cmd {
	var groups []dialog.HelpGroup
	for _, group := range actionGroups() {
		g := dialog.HelpGroup{Title: group.title}
		for _, a := range d.keys.actions {
			if a.group == group.title {
				key := dialog.HelpKey{Key: d.keys.inHelp(a), Title: a.title}
				if !a.then { // whose title says when it can be done
					key.Disabled = a.disabled(d)
				}
				g.Keys = append(g.Keys, key)
			}
		}
		groups = append(groups, g)
	}
	groups = append(groups, dialog.HelpGroup{Title: readingTitle, Keys: reader.Keys()})
	return d.open(dialog.NewHelp(groups), nil)
}
