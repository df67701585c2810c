package desk

import (
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
	"streamdesk/ui/desk/layout"
	"streamdesk/ui/pane"
)

// moveActions returns the actions that move the cursor and the focus.
func moveActions() []*action {
	list := []*action{
		{name: "next-pane", menu: menuWindow, title: "next pane", keys: []string{"tab"}, hint: "pane", run: func(d *Desk) tea.Cmd { return d.cyclePane(1) }},
		{name: "previous-pane", menu: menuWindow, title: "previous pane", keys: []string{"shift+tab"}, run: func(d *Desk) tea.Cmd { return d.cyclePane(-1) }},
		{name: "up", title: "up", keys: []string{"k", "up"}, run: mover(pane.Up)},
		{name: "down", title: "down", keys: []string{"j", "down"}, run: mover(pane.Down)},
		{name: "half-up", title: "half a page up", keys: []string{"ctrl+u"}, run: mover(pane.HalfUp)},
		{name: "half-down", title: "half a page down", keys: []string{"ctrl+d"}, run: mover(pane.HalfDown)},
		{name: "page-up", title: "a page up", keys: []string{"pgup"}, run: mover(pane.PageUp)},
		{name: "page-down", title: "a page down", keys: []string{"pgdown"}, run: mover(pane.PageDown)},
		{name: "top", title: "to the top (the oldest)", keys: []string{"g", "home"}, run: mover(pane.Top)},
		{name: "bottom", title: "to the bottom (the newest)", keys: []string{"G", "end"}, run: mover(pane.Bottom)},
		{name: "open", menu: menuEvent, title: "open: the next pane inwards; fold; read whole", keys: []string{"enter"}, run: (*Desk).enter},
		{name: "fold", title: "fold the event's JSON, or go out; a group or an agent to the left", keys: []string{"h", "left"}, can: needSideways, run: func(d *Desk) tea.Cmd { return d.aside(false) }},
		{name: "unfold", title: "unfold the event's JSON, or go in; a group or an agent to the right", keys: []string{"l", "right"}, can: needSideways, run: func(d *Desk) tea.Cmd { return d.aside(true) }},
		{name: "back", menu: menuWindow, title: "back: search, window, marks, zoom, filter, then outwards", keys: []string{"esc"}, run: (*Desk).back},
	}
	for id := range paneCount {
		if specOf(id).Over {
			continue
		}
		list = append(list, &action{
			name: "pane-" + strconv.Itoa(int(id)+1), menu: menuWindow, title: "pane " + specOf(id).Name, keys: []string{keyOf(id)},
			run: func(d *Desk) tea.Cmd { return d.choosePane(id) },
		})
	}
	return list
}

func mover(m pane.Move) func(*Desk) tea.Cmd {
	return func(d *Desk) tea.Cmd { return d.move(m) }
}

// seeActions returns the actions that change what is shown.
func seeActions() []*action {
	return []*action{
		{name: "filter", menu: menuView, title: "search the pane; filter the events; narrow the workflows, or the agents", keys: []string{"/"}, hint: "search", run: (*Desk).openFilter},
		{name: "find", menu: menuView, title: "search the rows, of the events and workflows too", keys: []string{"ctrl+f"}, can: needRows, run: (*Desk).find},
		{name: "find-next", menu: menuView, title: "the next hit; without a search narrow what is pending", keys: []string{"n"}, run: func(d *Desk) tea.Cmd { return d.findNext(true) }},
		{name: "find-previous", menu: menuView, title: "the hit before", keys: []string{"N"}, run: func(d *Desk) tea.Cmd { return d.findNext(false) }},
		{name: "filter-events", menu: menuView, title: "filter the events, from any pane", keys: []string{"|"}, run: (*Desk).filterEvents},
		{name: "scope", menu: menuView, title: "only the events of the chosen stream, or all again", keys: []string{"."}, can: needStream, run: (*Desk).scopeEvents},
		{name: "drop-filter", menu: menuView, title: "drop the filter", can: needFilter, run: (*Desk).dropFilter},
		{name: "narrow", menu: menuGroup, title: "narrow what is pending: consumer, idle, tries", keys: []string{"&"}, can: needGroup, run: (*Desk).openNarrow},
		{name: "go-to", menu: menuView, title: "go to an entry ID or a time", keys: []string{"ctrl+g", "'"}, run: (*Desk).openJump},
		{name: "workflow", menu: menuEvent, title: "open this event's workflow", keys: []string{"w"}, hint: "workflow", can: needWorkflow, run: (*Desk).openWorkflow},
		{name: "workflow-next", menu: menuEvent, title: "the workflow's next event", keys: []string{"o"}, can: needCourse, run: func(d *Desk) tea.Cmd { return d.nextOfWorkflow(true) }},
		{name: "workflow-previous", menu: menuEvent, title: "the workflow's event before", keys: []string{"O"}, can: needCourse, run: func(d *Desk) tea.Cmd { return d.nextOfWorkflow(false) }},
		{name: "conversation", menu: menuView, title: "what the workflow's agents say to each other", keys: []string{"v"}, can: needConversation, run: (*Desk).converse},
		{name: "compare", menu: menuView, title: "compare two workflows, or two events: = on each", keys: []string{"="}, can: needPair, run: (*Desk).compare},
		{name: "follow", menu: menuView, title: "follow the newest event; in the map only what is ill", keys: []string{"f"}, hint: "follow", run: (*Desk).follow},
		{name: "pause", menu: menuView, title: "pause the screen (not the bus)", keys: []string{"p"}, hint: "pause", run: (*Desk).pause},
		{name: "view", menu: menuView, title: "event as JSON, raw, fields, hex", keys: []string{"V"}, run: func(d *Desk) tea.Cmd { d.shownDetail().NextView(); return nil }},
		{name: "sort", menu: menuView, title: "sort the rows otherwise", keys: []string{"s"}, run: (*Desk).sort},
		{name: "chart-in", menu: menuView, title: "chart a shorter time; a conversation by finer time", keys: []string{"+"}, run: func(d *Desk) tea.Cmd { d.zoomer().Zoom(true, d.data); return nil }},
		{name: "chart-out", menu: menuView, title: "chart a longer time; a conversation by coarser time", keys: []string{"-"}, run: func(d *Desk) tea.Cmd { d.zoomer().Zoom(false, d.data); return nil }},
		{name: "read", menu: menuEvent, title: "read the value under the cursor whole", keys: []string{"r"}, can: needValue, run: (*Desk).readWhole},
		{name: "copy", menu: menuEvent, title: "copy the event's payload", keys: []string{"y"}, can: needSubject, run: (*Desk).copyText},
		{name: "copy-menu", menu: menuEvent, title: "copy an ID, a value, its path, a command …", keys: []string{"c"}, can: needSubject, run: (*Desk).openCopyMenu},
		{name: "save-screen", menu: menuView, title: "save the screen: an image, a page or text", keys: []string{"ctrl+s"}, run: (*Desk).openPicture},
		{name: "pin", menu: menuEvent, title: "pin the event in a window", keys: []string{"P"}, can: needRoomForWindow, run: (*Desk).pin},
		{name: "zoom", menu: menuWindow, title: "zoom the pane, and back", keys: []string{"z"}, hint: "zoom", can: needTile, run: (*Desk).zoom},
		{name: "alerts", menu: menuBus, title: "alerts: what is wrong, what was, and where", keys: []string{"!"}, run: (*Desk).openAlerts},
		{name: "stream", menu: menuStream, title: "the stream: entries, IDs, repeats", can: needStream, run: (*Desk).openStream},
	}
}

// kindAction returns the action of a kind of change. Its key and its hint may be empty.
func kindAction(kind *change.Kind, key, hint string) *action {
	a := &action{
		name: kind.Name, menu: menuEvent, title: kind.Action, hint: hint, kind: kind, change: true, can: needTarget,
		run: func(d *Desk) tea.Cmd { return d.openChange(kind) },
	}
	if key != "" {
		a.keys = []string{key}
	}
	return a
}

// named gives the action another name than its kind's, and another menu than the event's.
func (a *action) named(name string, in menu) *action {
	a.name, a.menu = name, in
	return a
}

// only sets the function that returns why the action can't be done.
func (a *action) only(can func(*Desk) string) *action {
	a.can = can
	return a
}

// changeActions returns the actions that change something on the server, and those that prepare a change.
func changeActions() []*action {
	return []*action{
		{name: "mark", menu: menuEvent, title: "mark the pending entry, or the workflow", keys: []string{" "}, can: needMarks, run: (*Desk).mark},
		{name: "mark-all", menu: menuEvent, title: "mark every pending entry shown, or none", keys: []string{"a"}, can: needPendingPane, run: func(d *Desk) tea.Cmd { d.marker().MarkAll(); return nil }},
		kindAction(&change.Ack, "A", "ack"),
		kindAction(&change.Claim, "C", "claim"),
		kindAction(&change.Republish, "R", "republish"),
		kindAction(&change.DeadLetter, "D", "").only(needPendingEntry),
		kindAction(&change.Delete, "X", ""),
		kindAction(&change.AckDelete, "B", ""),
		kindAction(&change.Trim, "T", "").named("trim", menuStream).only(needStream),
		kindAction(&change.SetGroupID, "S", "").named("set-group-id", menuGroup).only(needGroup),
		{name: "dead-letters", menu: menuStream, title: "dead letters: look, requeue, delete", keys: []string{"L"}, can: needStream, run: (*Desk).openDeadLetters},
		kindAction(&change.CreateGroup, "", "").named("create-group", menuStream).only(needStream),
		kindAction(&change.DestroyGroup, "", "").named("destroy-group", menuGroup).only(needGroup),
		kindAction(&change.MoveConsumer, "", "").named("move-consumer", menuGroup).only(needConsumer),
		kindAction(&change.DeleteConsumer, "", "").named("delete-consumer", menuGroup).only(needConsumer),
		{name: "inject", menu: menuBus, title: "inject an event", keys: []string{"i"}, hint: "inject", change: true, run: (*Desk).openInject},
		{name: "inject-file", menu: menuBus, title: "inject a file of events, one JSON object a line", keys: []string{"I"}, change: true, run: (*Desk).openBatch},
		{name: "edit", menu: menuEvent, title: "edit this event and inject it", keys: []string{"e"}, change: true, can: needSubject, run: (*Desk).openEdit},
	}
}

// workspaceActions returns an action per workspace, which goes there.
func workspaceActions() []*action {
	list := make([]*action, len(workspaces))
	for i := range list {
		w := &workspaces[i]
		list[i] = &action{
			name: "workspace-" + strings.ToLower(w.Name), menu: menuView, title: "workspace " + w.Name + ": " + w.About, keys: []string{w.Key},
			run: func(d *Desk) tea.Cmd { return d.enterWorkspace(w) },
		}
	}
	return list
}

// windowActions returns the actions that arrange the screen.
func windowActions() []*action {
	across, down := needEdge(layout.ToLeft, layout.ToRight), needEdge(layout.ToTop, layout.ToBottom)
	return []*action{
		{name: "wider", menu: menuWindow, title: "make the pane wider", keys: []string{">"}, can: across, run: func(d *Desk) tea.Cmd { return d.resize(1, 0) }},
		{name: "narrower", menu: menuWindow, title: "make the pane narrower", keys: []string{"<"}, can: across, run: func(d *Desk) tea.Cmd { return d.resize(-1, 0) }},
		{name: "taller", menu: menuWindow, title: "make the pane taller", keys: []string{"}"}, can: down, run: func(d *Desk) tea.Cmd { return d.resize(0, 1) }},
		{name: "shorter", menu: menuWindow, title: "make the pane shorter", keys: []string{"{"}, can: down, run: func(d *Desk) tea.Cmd { return d.resize(0, -1) }},
		{name: "reset-layout", menu: menuWindow, title: "give every pane its usual size", keys: []string{"0"}, run: (*Desk).resetLayout},
		{name: "next-window", menu: menuWindow, title: "next pinned event", keys: []string{"ctrl+w"}, can: needWindow, run: (*Desk).nextWindow},
		{name: "window-left", menu: menuWindow, title: "move the pinned event left", keys: []string{"ctrl+left"}, can: needWindow, run: func(d *Desk) tea.Cmd { return d.moveWindow(-1, 0) }},
		{name: "window-right", menu: menuWindow, title: "move the pinned event right", keys: []string{"ctrl+right"}, can: needWindow, run: func(d *Desk) tea.Cmd { return d.moveWindow(1, 0) }},
		{name: "window-up", menu: menuWindow, title: "move the pinned event up", keys: []string{"ctrl+up"}, can: needWindow, run: func(d *Desk) tea.Cmd { return d.moveWindow(0, -1) }},
		{name: "window-down", menu: menuWindow, title: "move the pinned event down", keys: []string{"ctrl+down"}, can: needWindow, run: func(d *Desk) tea.Cmd { return d.moveWindow(0, 1) }},
		{name: "close-window", menu: menuWindow, title: "close the pinned event on top", can: needWindow, run: (*Desk).closeWindow},
		{name: "theme", menu: menuView, title: "next theme, those of the settings too", keys: []string{"t"}, run: (*Desk).nextTheme},
		{name: "mouse", menu: menuWindow, title: "give the terminal the mouse, or take it", keys: []string{"M"}, run: (*Desk).toggleMouse},
	}
}

// deskActions returns the actions of the desk itself.
func deskActions() []*action {
	return []*action{
		{name: "action-log", menu: menuBus, title: "what was done, as Redis commands", keys: []string{"@"}, run: (*Desk).openLog},
		{name: "connect", menu: menuBus, title: "go to another profile's server", keys: []string{"b"}, can: needProfiles, run: (*Desk).openConnect},
		{name: "server", menu: menuBus, title: "the server: version, memory, durability", can: needServer, run: (*Desk).openServer},
		{name: "palette", menu: menuHelp, title: "find a command", keys: []string{":", "ctrl+p"}, hint: "commands", run: (*Desk).openPalette},
		{name: "help", menu: menuHelp, title: "every key", keys: []string{"?"}, hint: "help", run: (*Desk).openHelp},
		{name: "suspend", menu: menuBus, title: "suspend to the shell", keys: []string{"ctrl+z"}, run: func(*Desk) tea.Cmd { return tea.Suspend }},
		{name: "quit", menu: menuBus, title: "quit", keys: []string{"q", "ctrl+c"}, hint: "quit", run: func(*Desk) tea.Cmd { return tea.Quit }},
	}
}
