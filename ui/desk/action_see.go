package desk

import (
	tea "github.com/charmbracelet/bubbletea"
)

// seeActions are the actions of seeing.
func seeActions() []*action {
	return []*action{
		{name: "filter", menu: menuView, title: "filter the events", keys: []string{"/"}, hint: "filter", run: (*Desk).openFilter},
		{name: "drop-filter", menu: menuView, title: "drop the filter", can: needFilter, run: (*Desk).dropFilter},
		{name: "narrow", menu: menuGroup, title: "narrow what is pending: consumer, idle, tries", keys: []string{"n"}, can: needGroup, run: (*Desk).openNarrow},
		{name: "go-to", menu: menuView, title: "go to an entry ID or a time", keys: []string{"ctrl+g", "'"}, run: (*Desk).openJump},
		{name: "workflow", menu: menuEvent, title: "open this event's workflow", keys: []string{"w"}, hint: "workflow", can: needWorkflow, run: (*Desk).openWorkflow},
		{name: "workflow-next", menu: menuEvent, title: "the workflow's next event", keys: []string{"o"}, can: needCourse, run: func(d *Desk) tea.Cmd { return d.nextOfWorkflow(true) }},
		{name: "workflow-previous", menu: menuEvent, title: "the workflow's event before", keys: []string{"O"}, can: needCourse, run: func(d *Desk) tea.Cmd { return d.nextOfWorkflow(false) }},
		{name: "follow", menu: menuView, title: "follow the newest event", keys: []string{"f"}, hint: "follow", run: (*Desk).follow},
		{name: "pause", menu: menuView, title: "pause the screen (not the bus)", keys: []string{"p"}, hint: "pause", run: (*Desk).pause},
		{name: "view", menu: menuView, title: "event as JSON, raw, fields, hex", keys: []string{"v"}, run: func(d *Desk) tea.Cmd { d.shownDetail().NextView(); return nil }},
		{name: "sort", menu: menuView, title: "sort otherwise: streams, groups or pending", keys: []string{"s"}, run: (*Desk).sort},
		{name: "chart-in", menu: menuView, title: "chart a shorter time", keys: []string{"+", "="}, run: func(d *Desk) tea.Cmd { d.panes.throughput.Zoom(true, d.data); return nil }},
		{name: "chart-out", menu: menuView, title: "chart a longer time", keys: []string{"-"}, run: func(d *Desk) tea.Cmd { d.panes.throughput.Zoom(false, d.data); return nil }},
		{name: "read", menu: menuEvent, title: "read the value under the cursor whole", keys: []string{"r"}, can: needValue, run: (*Desk).readWhole},
		{name: "copy", menu: menuEvent, title: "copy the event's payload", keys: []string{"y"}, can: needSubject, run: (*Desk).copyText},
		{name: "copy-path", menu: menuEvent, title: "copy the path of the value", keys: []string{"Y"}, can: needValue, run: (*Desk).copyPath},
		{name: "pin", menu: menuEvent, title: "pin the event in a window", keys: []string{"P"}, can: needRoomForWindow, run: (*Desk).pin},
		{name: "zoom", menu: menuWindow, title: "zoom the pane, and back", keys: []string{"z"}, hint: "zoom", run: (*Desk).zoom},
		{name: "alerts", menu: menuBus, title: "alerts: what is wrong, and where", keys: []string{"!"}, run: (*Desk).openAlerts},
		{name: "stream", menu: menuStream, title: "the stream: entries, IDs, repeats", can: needStream, run: (*Desk).openStream},
	}
}
