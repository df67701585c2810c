package ui

import (
	tea "github.com/charmbracelet/bubbletea"
)

// seeActions are the actions of seeing.
func seeActions() []*action {
	return []*action{
		{name: "filter", title: "filter the events", keys: []string{"/"}, hint: "filter", run: (*Desk).openFilter},
		{name: "workflow", title: "open this event's workflow", keys: []string{"w"}, hint: "workflow", can: needWorkflow, run: (*Desk).openWorkflow},
		{name: "workflow-next", title: "the workflow's next event", keys: []string{"o"}, can: needCourse, run: func(d *Desk) tea.Cmd { return d.nextOfWorkflow(true) }},
		{name: "workflow-previous", title: "the workflow's event before", keys: []string{"O"}, can: needCourse, run: func(d *Desk) tea.Cmd { return d.nextOfWorkflow(false) }},
		{name: "follow", title: "follow the newest event", keys: []string{"f"}, hint: "follow", run: (*Desk).follow},
		{name: "pause", title: "pause the screen (not the bus)", keys: []string{"p"}, hint: "pause", run: (*Desk).pause},
		{name: "view", title: "event as JSON, raw, fields", keys: []string{"v"}, run: func(d *Desk) tea.Cmd { d.detail.NextView(); return nil }},
		{name: "sort", title: "sort the streams otherwise", keys: []string{"s"}, run: func(d *Desk) tea.Cmd { d.streams.NextSort(d.data); return nil }},
		{name: "chart-in", title: "chart a shorter time", keys: []string{"+", "="}, run: func(d *Desk) tea.Cmd { d.throughput.Zoom(true); return nil }},
		{name: "chart-out", title: "chart a longer time", keys: []string{"-"}, run: func(d *Desk) tea.Cmd { d.throughput.Zoom(false); return nil }},
		{name: "copy", title: "copy the event's payload", keys: []string{"y"}, can: needSubject, run: (*Desk).copyText},
		{name: "zoom", title: "zoom the pane, and back", keys: []string{"z"}, hint: "zoom", run: (*Desk).zoom},
		{name: "alerts", title: "alerts: what is wrong, and where", keys: []string{"!"}, run: (*Desk).openAlerts},
	}
}
