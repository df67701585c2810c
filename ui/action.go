package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/dialog"
	"streamdesk/ui/pane"
)

// action is one thing a person can do. The registry of them feeds the keys, the help and the hint line.
type action struct {
	// name is what the config file calls it; title is what a person reads.
	name, title string
	// group is its heading in the help.
	group string
	// keys are its keys unless rebound, as Bubble Tea writes them; without any it is found in the palette.
	keys []string
	// hint is its short form in the hint line, empty to leave it out there.
	hint string
	// change says that it changes something on the server, which a read-only desk doesn't.
	change bool
	// can says why it can't be done just now; nil means that it always can.
	can func(*Desk) (why string)
	run func(*Desk) tea.Cmd
}

// disabled is empty when the action can be done, or says why not.
func (a *action) disabled(d *Desk) string {
	if a.change && d.options.ReadOnly {
		return "this desk is read-only (" + d.options.ReadOnlyWhy + ")"
	}
	if a.can != nil {
		return a.can(d)
	}
	return ""
}

const (
	groupMove   = "Moving about"
	groupSee    = "Seeing"
	groupChange = "Changing (each opens a dialog first)"
	groupDesk   = "The desk"
)

// actions is the registry, in the order in which the help shows it.
func actions() []*action {
	list := []*action{
		{name: "next-pane", title: "next pane", group: groupMove, keys: []string{"tab"}, hint: "pane", run: func(d *Desk) tea.Cmd { return d.cyclePane(1) }},
		{name: "previous-pane", title: "previous pane", group: groupMove, keys: []string{"shift+tab"}, run: func(d *Desk) tea.Cmd { return d.cyclePane(-1) }},
		{name: "up", title: "up", group: groupMove, keys: []string{"k", "up"}, run: mover(pane.Up)},
		{name: "down", title: "down", group: groupMove, keys: []string{"j", "down"}, run: mover(pane.Down)},
		{name: "half-up", title: "half a page up", group: groupMove, keys: []string{"ctrl+u"}, run: mover(pane.HalfUp)},
		{name: "half-down", title: "half a page down", group: groupMove, keys: []string{"ctrl+d"}, run: mover(pane.HalfDown)},
		{name: "page-up", title: "a page up", group: groupMove, keys: []string{"pgup"}, run: mover(pane.PageUp)},
		{name: "page-down", title: "a page down", group: groupMove, keys: []string{"pgdown"}, run: mover(pane.PageDown)},
		{name: "top", title: "to the top (the oldest)", group: groupMove, keys: []string{"g", "home"}, run: mover(pane.Top)},
		{name: "bottom", title: "to the bottom (the newest)", group: groupMove, keys: []string{"G", "end"}, run: mover(pane.Bottom)},
		{name: "open", title: "open: the next pane inwards, or fold", group: groupMove, keys: []string{"enter"}, run: (*Desk).enter},
		{name: "fold", title: "fold the event's JSON, or go out", group: groupMove, keys: []string{"h", "left"}, can: needDetailPane, run: func(d *Desk) tea.Cmd { d.detail.Fold(); return nil }},
		{name: "unfold", title: "unfold the event's JSON, or go in", group: groupMove, keys: []string{"l", "right"}, can: needDetailPane, run: func(d *Desk) tea.Cmd { d.detail.Unfold(); return nil }},
		{name: "back", title: "back: marks, zoom, filter, then outwards", group: groupMove, keys: []string{"esc"}, run: (*Desk).back},

		{name: "filter", title: "filter the events", group: groupSee, keys: []string{"/"}, hint: "filter", run: (*Desk).openFilter},
		{name: "workflow", title: "open this event's workflow", group: groupSee, keys: []string{"w"}, hint: "workflow", can: needWorkflow, run: (*Desk).openWorkflow},
		{name: "workflow-next", title: "the workflow's next event", group: groupSee, keys: []string{"o"}, can: needCourse, run: func(d *Desk) tea.Cmd { return d.nextOfWorkflow(true) }},
		{name: "workflow-previous", title: "the workflow's event before", group: groupSee, keys: []string{"O"}, can: needCourse, run: func(d *Desk) tea.Cmd { return d.nextOfWorkflow(false) }},
		{name: "follow", title: "follow the newest event", group: groupSee, keys: []string{"f"}, hint: "follow", run: (*Desk).follow},
		{name: "pause", title: "pause the screen (not the bus)", group: groupSee, keys: []string{"p"}, hint: "pause", run: (*Desk).pause},
		{name: "view", title: "event as JSON, raw, fields", group: groupSee, keys: []string{"v"}, run: func(d *Desk) tea.Cmd { d.detail.NextView(); return nil }},
		{name: "sort", title: "sort the streams otherwise", group: groupSee, keys: []string{"s"}, run: func(d *Desk) tea.Cmd { d.streams.NextSort(d.data); return nil }},
		{name: "chart-in", title: "chart a shorter time", group: groupSee, keys: []string{"+", "="}, run: func(d *Desk) tea.Cmd { d.throughput.Zoom(true); return nil }},
		{name: "chart-out", title: "chart a longer time", group: groupSee, keys: []string{"-"}, run: func(d *Desk) tea.Cmd { d.throughput.Zoom(false); return nil }},
		{name: "copy", title: "copy the event's payload", group: groupSee, keys: []string{"y"}, can: needSubject, run: (*Desk).copyText},
		{name: "zoom", title: "zoom the pane, and back", group: groupSee, keys: []string{"z"}, hint: "zoom", run: (*Desk).zoom},

		{name: "mark", title: "mark the pending entry", group: groupChange, keys: []string{" "}, can: needPendingPane, run: func(d *Desk) tea.Cmd { d.pending.Mark(d.data); return nil }},
		{name: "ack", title: "acknowledge", group: groupChange, keys: []string{"A"}, hint: "ack", change: true, can: needTarget, run: (*Desk).openAck},
		{name: "claim", title: "claim for another consumer", group: groupChange, keys: []string{"C"}, hint: "claim", change: true, can: needTarget, run: (*Desk).openClaim},
		{name: "republish", title: "republish as a new entry", group: groupChange, keys: []string{"R"}, hint: "republish", change: true, can: needTarget, run: (*Desk).openRepublish},
		{name: "dead-letter", title: "give up: to the dead letters", group: groupChange, keys: []string{"D"}, change: true, can: needPendingEntry, run: (*Desk).openDeadLetter},
		{name: "delete", title: "delete from the stream", group: groupChange, keys: []string{"X"}, change: true, can: needTarget, run: (*Desk).openDelete},
		{name: "trim", title: "trim the stream", group: groupChange, keys: []string{"T"}, change: true, can: needStream, run: (*Desk).openTrim},
		{name: "set-group-id", title: "set the group's ID: deliver again, or skip", group: groupChange, keys: []string{"S"}, change: true, can: needGroup, run: (*Desk).openSetID},
		{name: "dead-letters", title: "dead letters: look, requeue, delete", group: groupChange, keys: []string{"L"}, can: needStream, run: (*Desk).openDeadLetters},
		{name: "create-group", title: "create a group on the stream", group: groupChange, change: true, can: needStream, run: (*Desk).openCreateGroup},
		{name: "destroy-group", title: "destroy the group", group: groupChange, change: true, can: needGroup, run: (*Desk).openDestroyGroup},
		{name: "delete-consumer", title: "delete a consumer of the group", group: groupChange, change: true, can: needConsumer, run: (*Desk).openDeleteConsumer},
		{name: "inject", title: "inject an event", group: groupChange, keys: []string{"i"}, hint: "inject", change: true, run: (*Desk).openInject},
		{name: "edit", title: "edit this event and inject it", group: groupChange, keys: []string{"e"}, change: true, can: needSubject, run: (*Desk).openEdit},

		{name: "alerts", title: "alerts: what is wrong, and where", group: groupSee, keys: []string{"!"}, run: (*Desk).openAlerts},
		{name: "action-log", title: "what was done, as Redis commands", group: groupDesk, keys: []string{"@"}, run: (*Desk).openLog},
		{name: "palette", title: "find a command", group: groupDesk, keys: []string{":", "ctrl+p"}, hint: "commands", run: (*Desk).openPalette},
		{name: "help", title: "every key", group: groupDesk, keys: []string{"?"}, hint: "help", run: (*Desk).openHelp},
		{name: "suspend", title: "suspend to the shell", group: groupDesk, keys: []string{"ctrl+z"}, run: func(*Desk) tea.Cmd { return tea.Suspend }},
		{name: "quit", title: "quit", group: groupDesk, keys: []string{"q", "ctrl+c"}, hint: "quit", run: func(*Desk) tea.Cmd { return tea.Quit }},
	}
	for id := range paneCount {
		list = append(list, &action{
			name: "pane-" + string('1'+rune(id)), title: "pane " + paneNames[id], group: groupMove, keys: []string{string('1' + rune(id))},
			run: func(d *Desk) tea.Cmd { return d.focusOn(id) },
		})
	}
	return list
}

// openPalette offers every action by its title.
func (d *Desk) openPalette() tea.Cmd {
	commands := make([]dialog.Command, 0, len(d.keys.actions))
	for _, a := range d.keys.actions {
		commands = append(commands, dialog.Command{Name: a.name, Title: a.title, Key: d.keys.show(a), Disabled: a.disabled(d)})
	}
	return d.open(dialog.NewPalette(commands), nil)
}

// chosen runs the action that was chosen in the palette.
func (d *Desk) chosen(name string) tea.Cmd {
	for _, a := range d.keys.actions {
		if a.name == name {
			return d.perform(a)
		}
	}
	return nil
}

func mover(m pane.Move) func(*Desk) tea.Cmd {
	return func(d *Desk) tea.Cmd { return d.move(m) }
}

// openHelp lists every action with its keys, and why it can't be done just now.
func (d *Desk) openHelp() tea.Cmd {
	var groups []dialog.HelpGroup
	for _, title := range []string{groupMove, groupSee, groupChange, groupDesk} {
		g := dialog.HelpGroup{Title: title}
		for _, a := range d.keys.actions {
			if a.group == title {
				g.Keys = append(g.Keys, dialog.HelpKey{Key: d.keys.inHelp(a), Title: a.title, Disabled: a.disabled(d)})
			}
		}
		groups = append(groups, g)
	}
	return d.open(dialog.NewHelp(groups), nil)
}
