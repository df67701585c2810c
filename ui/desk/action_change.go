package desk

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
)

// kindAction is the action of a kind of change, with its key and its short form in the hint line, either of which may be empty.
func kindAction(kind *change.Kind, key, hint string) *action {
	a := &action{
		name: kind.Name, menu: menuEvent, title: kind.Action, hint: hint, change: true, can: needTarget,
		run: func(d *Desk) tea.Cmd { return d.openChange(kind) },
	}
	if key != "" {
		a.keys = []string{key}
	}
	return a
}

// only has the action done only where can gives no reason against it.
func (a *action) only(can func(*Desk) string) *action {
	a.can = can
	return a
}

// changeActions are the actions of changing.
func changeActions() []*action {
	return []*action{
		{name: "mark", menu: menuEvent, title: "mark the pending entry", keys: []string{" "}, can: needPendingPane, run: func(d *Desk) tea.Cmd { d.panes.pending.Mark(d.data); return nil }},
		{name: "mark-all", menu: menuEvent, title: "mark every pending entry shown, or none", keys: []string{"a"}, can: needPendingPane, run: func(d *Desk) tea.Cmd { d.panes.pending.MarkAll(); return nil }},
		kindAction(&change.Ack, "A", "ack"),
		kindAction(&change.Claim, "C", "claim"),
		{name: "republish", menu: menuEvent, title: "republish as a new entry", keys: []string{"R"}, hint: "republish", change: true, can: needTarget, run: (*Desk).openRepublish},
		kindAction(&change.DeadLetter, "D", "").only(needPendingEntry),
		kindAction(&change.Delete, "X", ""),
		kindAction(&change.AckDelete, "B", ""),
		{name: "trim", menu: menuStream, title: "trim the stream", keys: []string{"T"}, change: true, can: needStream, run: (*Desk).openTrim},
		{name: "set-group-id", menu: menuGroup, title: "set the group's ID: deliver again, or skip", keys: []string{"S"}, change: true, can: needGroup, run: (*Desk).openSetID},
		{name: "dead-letters", menu: menuStream, title: "dead letters: look, requeue, delete", keys: []string{"L"}, can: needStream, run: (*Desk).openDeadLetters},
		{name: "create-group", menu: menuStream, title: "create a group on the stream", change: true, can: needStream, run: (*Desk).openCreateGroup},
		{name: "destroy-group", menu: menuGroup, title: "destroy the group", change: true, can: needGroup, run: (*Desk).openDestroyGroup},
		{name: "delete-consumer", menu: menuGroup, title: "delete a consumer of the group", change: true, can: needConsumer, run: (*Desk).openDeleteConsumer},
		{name: "inject", menu: menuBus, title: "inject an event", keys: []string{"i"}, hint: "inject", change: true, run: (*Desk).openInject},
		{name: "inject-file", menu: menuEvent, title: "inject a file of events, one JSON object a line", keys: []string{"I"}, change: true, run: (*Desk).openBatch},
		{name: "edit", menu: menuEvent, title: "edit this event and inject it", keys: []string{"e"}, change: true, can: needSubject, run: (*Desk).openEdit},
	}
}
