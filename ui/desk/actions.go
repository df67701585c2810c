package desk

import (
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
	"streamdesk/ui/desk/layout"
	"streamdesk/ui/desk/menubar"
	"streamdesk/ui/pane"
)

// moveActions returns the actions that move the cursor and the focus.
func moveActions() []*action {
	list := []*action{
		{name: "next-pane", menu: menubar.Window, title: "next pane", keys: []string{"tab"}, hint: "pane", run: func(d *Desk) tea.Cmd { return d.cyclePane(1) }},
		{name: "previous-pane", menu: menubar.Window, title: "previous pane", keys: []string{"shift+tab"}, run: func(d *Desk) tea.Cmd { return d.cyclePane(-1) }},
		{name: "up", title: "up", keys: []string{"k", "up"}, run: mover(pane.Up)},
		{name: "down", title: "down", keys: []string{"j", "down"}, run: mover(pane.Down)},
		{name: "half-up", title: "half a page up", keys: []string{"ctrl+u"}, run: mover(pane.HalfUp)},
		{name: "half-down", title: "half a page down", keys: []string{"ctrl+d"}, run: mover(pane.HalfDown)},
		{name: "page-up", title: "a page up", keys: []string{"pgup"}, run: mover(pane.PageUp)},
		{name: "page-down", title: "a page down", keys: []string{"pgdown"}, run: mover(pane.PageDown)},
		{name: "top", title: "to the top (the oldest)", keys: []string{"g", "home"}, run: mover(pane.Top)},
		{name: "bottom", title: "to the bottom (the newest)", keys: []string{"G", "end"}, run: mover(pane.Bottom)},
		{name: "open", menu: menubar.Event, title: "open: the next pane inwards; fold; read whole", keys: []string{"enter"}, run: (*Desk).enter},
		{name: "fold", title: "fold the event's JSON, or go out; a group or an agent to the left", keys: []string{"h", "left"}, can: needSideways, run: func(d *Desk) tea.Cmd { return d.aside(false) }},
		{name: "unfold", title: "unfold the event's JSON, or go in; a group or an agent to the right", keys: []string{"l", "right"}, can: needSideways, run: func(d *Desk) tea.Cmd { return d.aside(true) }},
		{name: "back", menu: menubar.Window, title: "back: search, window, marks, zoom, filter, then outwards", keys: []string{"esc"}, run: (*Desk).back},
	}
	for id := range paneCount {
		if specOf(id).Over {
			continue
		}
		list = append(list, &action{
			name: "pane-" + strconv.Itoa(int(id)+1), menu: menubar.Window, title: "pane " + specOf(id).Name, keys: []string{keyOf(id)},
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
		{name: "filter", menu: menubar.View, title: "search the pane; filter the events; narrow the workflows, or the agents", keys: []string{"/"}, hint: "search", run: (*Desk).openFilter},
		{name: "find", menu: menubar.View, title: "search the rows, of the events and workflows too", keys: []string{"ctrl+f"}, can: needRows, run: (*Desk).find},
		{name: "find-next", menu: menubar.View, title: "the next hit; without a search narrow what is pending", keys: []string{"n"}, run: func(d *Desk) tea.Cmd { return d.findNext(true) }},
		{name: "find-previous", menu: menubar.View, title: "the hit before", keys: []string{"N"}, run: func(d *Desk) tea.Cmd { return d.findNext(false) }},
		{name: "filter-events", menu: menubar.View, title: "filter the events, from any pane", keys: []string{"|"}, run: (*Desk).filterEvents},
		{name: "scope", menu: menubar.View, title: "only the events of the chosen stream, or all again", keys: []string{"."}, can: needStream, run: (*Desk).scopeEvents},
		{name: "drop-filter", menu: menubar.View, title: "drop the filter", can: needFilter, run: (*Desk).dropFilter},
		{name: "narrow", menu: menubar.Group, title: "narrow what is pending: consumer, idle, tries", keys: []string{"&"}, can: needGroup, run: (*Desk).openNarrow},
		{name: "go-to", menu: menubar.View, title: "go to an entry ID or a time", keys: []string{"ctrl+g", "'"}, run: (*Desk).openJump},
		{name: "workflow", menu: menubar.Event, title: "open this event's workflow", keys: []string{"w"}, hint: "workflow", can: needWorkflow, run: (*Desk).openWorkflow},
		{name: "workflow-next", menu: menubar.Event, title: "the workflow's next event", keys: []string{"o"}, can: needCourse, run: func(d *Desk) tea.Cmd { return d.nextOfWorkflow(true) }},
		{name: "workflow-previous", menu: menubar.Event, title: "the workflow's event before", keys: []string{"O"}, can: needCourse, run: func(d *Desk) tea.Cmd { return d.nextOfWorkflow(false) }},
		{name: "conversation", menu: menubar.View, title: "what the workflow's agents say to each other", keys: []string{"v"}, can: needConversation, run: (*Desk).converse},
		{name: "compare", menu: menubar.View, title: "compare two workflows, or two events: = on each", keys: []string{"="}, can: needPair, run: (*Desk).compare},
		{name: "follow", menu: menubar.View, title: "follow the newest event; in the map only what is ill", keys: []string{"f"}, hint: "follow", run: (*Desk).follow},
		{name: "pause", menu: menubar.View, title: "pause the screen (not the bus)", keys: []string{"p"}, hint: "pause", run: (*Desk).pause},
		{name: "view", menu: menubar.View, title: "event as JSON, raw, fields, hex", keys: []string{"V"}, can: needShown[pane.Viewer], run: func(d *Desk) tea.Cmd { d.shownDetail().NextView(); return nil }},
		{name: "sort", menu: menubar.View, title: "sort the rows otherwise", keys: []string{"s"}, can: needShown[pane.Sortable], run: (*Desk).sort},
		{name: "chart-in", menu: menubar.View, title: "chart a shorter time; a conversation by finer time", keys: []string{"+"}, can: needShown[pane.Zoomer], run: func(d *Desk) tea.Cmd { d.zoomer().Zoom(true, d.data); return nil }},
		{name: "chart-out", menu: menubar.View, title: "chart a longer time; a conversation by coarser time", keys: []string{"-"}, can: needShown[pane.Zoomer], run: func(d *Desk) tea.Cmd { d.zoomer().Zoom(false, d.data); return nil }},
		{name: "read", menu: menubar.Event, title: "read the value under the cursor whole", keys: []string{"r"}, can: needValue, run: (*Desk).readWhole},
		{name: "copy", menu: menubar.Event, title: "copy the event's payload", keys: []string{"y"}, can: needSubject, run: (*Desk).copyText},
		{name: "copy-menu", menu: menubar.Event, title: "copy an ID, a value, its path, a command …", keys: []string{"c"}, can: needSubject, run: (*Desk).openCopyMenu},
		{name: "save-screen", menu: menubar.View, title: "save the screen: an image, a page or text", keys: []string{"ctrl+s"}, can: needHere, run: (*Desk).openPicture},
		{name: "pin", menu: menubar.Event, title: "pin the event in a window", keys: []string{"P"}, can: needRoomForWindow, run: (*Desk).pin},
		{name: "zoom", menu: menubar.Window, title: "zoom the pane, and back", keys: []string{"z"}, hint: "zoom", can: needTile, run: (*Desk).zoom},
		{name: "alerts", menu: menubar.Bus, title: "alerts: what is wrong, what was, and where", keys: []string{"!"}, run: (*Desk).openAlerts},
		{name: "stream", menu: menubar.Stream, title: "the stream: entries, IDs, repeats", can: needStream, run: (*Desk).openStream},
	}
}

// kindAction returns the action of a kind of change. Its key and its hint may be empty.
func kindAction(kind *change.Kind, key, hint string) *action {
	a := &action{
		name: kind.Name, menu: menubar.Event, title: kind.Action, hint: hint, kind: kind, change: true, can: needTarget,
		run: func(d *Desk) tea.Cmd { return d.openChange(kind) },
	}
	if key != "" {
		a.keys = []string{key}
	}
	return a
}

// named gives the action another name than its kind's, and another menu than the event's.
func (a *action) named(name string, in menubar.Menu) *action {
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
		{name: "mark", menu: menubar.Event, title: "mark the entry or workflow; fold in the map", keys: []string{" "}, can: needMarks, run: (*Desk).mark},
		{name: "mark-all", menu: menubar.Event, title: "mark every pending entry shown, or none", keys: []string{"a"}, can: needPendingPane, run: func(d *Desk) tea.Cmd { d.marker().MarkAll(); return nil }},
		kindAction(&change.Ack, "A", "ack"),
		kindAction(&change.Claim, "C", "claim"),
		kindAction(&change.Republish, "R", "republish"),
		kindAction(&change.DeadLetter, "D", "").only(needPendingEntry),
		kindAction(&change.Delete, "X", ""),
		kindAction(&change.AckDelete, "B", ""),
		kindAction(&change.Trim, "T", "").named("trim", menubar.Stream).only(needStream),
		kindAction(&change.SetGroupID, "S", "").named("set-group-id", menubar.Group).only(needGroup),
		{name: "dead-letters", menu: menubar.Stream, title: "dead letters: look, requeue, delete", keys: []string{"L"}, can: needStream, run: (*Desk).openDeadLetters},
		kindAction(&change.CreateGroup, "", "").named("create-group", menubar.Stream).only(needStream),
		kindAction(&change.DestroyGroup, "", "").named("destroy-group", menubar.Group).only(needGroup),
		kindAction(&change.PauseGroup, "", "").named("pause-group", menubar.Group).only(needGroup),
		kindAction(&change.ResumeGroup, "", "").named("resume-group", menubar.Group).only(needGroup),
		kindAction(&change.LimitGroup, "", "").named("limit-group", menubar.Group).only(needGroup),
		kindAction(&change.MoveConsumer, "", "").named("move-consumer", menubar.Group).only(needConsumer),
		kindAction(&change.DeleteConsumer, "", "").named("delete-consumer", menubar.Group).only(needConsumer),
		{name: "inject", menu: menubar.Bus, title: "inject an event", keys: []string{"i"}, hint: "inject", change: true, run: (*Desk).openInject},
		{name: "inject-file", menu: menubar.Bus, title: "inject a file of events, one JSON object a line", keys: []string{"I"}, change: true, can: needHere, run: (*Desk).openBatch},
		{name: "edit", menu: menubar.Event, title: "edit this event and inject it", keys: []string{"e"}, change: true, can: needSubject, run: (*Desk).openEdit},
	}
}

// workspaceActions returns an action per workspace, which goes there.
func workspaceActions() []*action {
	list := make([]*action, len(workspaces))
	for i := range list {
		w := &workspaces[i]
		list[i] = &action{
			name: "workspace-" + strings.ToLower(w.Name), menu: menubar.View, title: "workspace " + w.Name + ": " + w.About, keys: []string{w.Key},
			run: func(d *Desk) tea.Cmd { return d.enterWorkspace(w) },
		}
	}
	return list
}

// windowActions returns the actions that arrange the screen.
func windowActions() []*action {
	across, down := needEdge(layout.ToLeft, layout.ToRight), needEdge(layout.ToTop, layout.ToBottom)
	return []*action{
		{name: "wider", menu: menubar.Window, title: "make the pane wider", keys: []string{">"}, can: across, run: func(d *Desk) tea.Cmd { return d.resize(1, 0) }},
		{name: "narrower", menu: menubar.Window, title: "make the pane narrower", keys: []string{"<"}, can: across, run: func(d *Desk) tea.Cmd { return d.resize(-1, 0) }},
		{name: "taller", menu: menubar.Window, title: "make the pane taller", keys: []string{"}"}, can: down, run: func(d *Desk) tea.Cmd { return d.resize(0, 1) }},
		{name: "shorter", menu: menubar.Window, title: "make the pane shorter", keys: []string{"{"}, can: down, run: func(d *Desk) tea.Cmd { return d.resize(0, -1) }},
		{name: "reset-layout", menu: menubar.Window, title: "give every pane its usual size", keys: []string{"0"}, run: (*Desk).resetLayout},
		{name: "next-window", menu: menubar.Window, title: "next pinned event", keys: []string{"ctrl+w"}, can: needWindow, run: (*Desk).nextWindow},
		{name: "window-left", menu: menubar.Window, title: "move the pinned event left", keys: []string{"ctrl+left"}, can: needWindow, run: func(d *Desk) tea.Cmd { return d.moveWindow(-1, 0) }},
		{name: "window-right", menu: menubar.Window, title: "move the pinned event right", keys: []string{"ctrl+right"}, can: needWindow, run: func(d *Desk) tea.Cmd { return d.moveWindow(1, 0) }},
		{name: "window-up", menu: menubar.Window, title: "move the pinned event up", keys: []string{"ctrl+up"}, can: needWindow, run: func(d *Desk) tea.Cmd { return d.moveWindow(0, -1) }},
		{name: "window-down", menu: menubar.Window, title: "move the pinned event down", keys: []string{"ctrl+down"}, can: needWindow, run: func(d *Desk) tea.Cmd { return d.moveWindow(0, 1) }},
		{name: "close-window", menu: menubar.Window, title: "close the pinned event on top", can: needWindow, run: (*Desk).closeWindow},
		{name: "theme", menu: menubar.View, title: "next theme, those of the settings too", keys: []string{"t"}, run: (*Desk).nextTheme},
		{name: "mouse", menu: menubar.Window, title: "give the terminal the mouse, or take it", keys: []string{"M"}, run: (*Desk).toggleMouse},
	}
}

// deskActions returns the actions of the desk itself.
func deskActions() []*action {
	return []*action{
		{name: "action-log", menu: menubar.Bus, title: "what was done, as Redis commands", keys: []string{"@"}, run: (*Desk).openLog},
		{name: "connect", menu: menubar.Bus, title: "go to another profile's server", keys: []string{"b"}, can: needProfiles, run: (*Desk).openConnect},
		{name: "server", menu: menubar.Bus, title: "the server: version, memory, durability", can: needServer, run: (*Desk).openServer},
		{name: "connections", menu: menubar.Bus, title: "who is connected to the server", can: needLive, run: (*Desk).openConnections},
		{name: "scheduled", menu: menubar.Bus, title: "what is scheduled, and when it is due", can: needLive, run: (*Desk).openScheduled},
		{name: "doctor", menu: menubar.Bus, title: "doctor: what is wrong with the server and the bus, and what mends it", keys: []string{"d"}, can: needExamine, run: (*Desk).openDoctor},
		{name: "palette", menu: menubar.Help, title: "find a command", keys: []string{":", "ctrl+p"}, hint: "commands", run: (*Desk).openPalette},
		{name: "help", menu: menubar.Help, title: "every key", keys: []string{"?"}, hint: "help", run: (*Desk).openHelp},
		{name: "suspend", menu: menubar.Bus, title: "suspend to the shell", keys: []string{"ctrl+z"}, can: needHere, run: func(*Desk) tea.Cmd { return tea.Suspend }},
		{name: "quit", menu: menubar.Bus, title: "quit", keys: []string{"q", "ctrl+c"}, hint: "quit", run: func(*Desk) tea.Cmd { return tea.Quit }},
	}
}
