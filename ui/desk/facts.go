package desk

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/dialog"
)

func needServer(d *Desk) string {
	if d.own.Server.Name == "" && d.own.Server.Withheld == "" {
		return "the server hasn't answered yet"
	}
	return ""
}

func (d *Desk) openServer() tea.Cmd {
	o := &d.options
	at := dialog.Place{Profile: o.Profile, Environment: o.Environment, Address: o.Address, Prefix: o.prefix(), Embedded: o.Embedded}
	return d.open(dialog.NewServer(at, &d.own.Server), nil)
}

func (d *Desk) openStream() tea.Cmd {
	key := d.panes.scope.Stream
	return d.open(dialog.NewStream(key, d.data.Snapshot.Stream(key), d.shownNow()), nil)
}

// needExamine returns why the bus can't be examined; empty when it can.
func needExamine(d *Desk) string {
	switch {
	case d.past.Active():
		return d.thatWasThen()
	case d.options.Examine == nil:
		return "there is no server to look at: this is a recording"
	}
	return ""
}

func (d *Desk) openDoctor() tea.Cmd {
	return d.open(dialog.NewDoctor(d.env(), d.options.Examine, d.unchangeable()))
}
