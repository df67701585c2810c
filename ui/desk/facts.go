package desk

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
	"streamdesk/model/words"
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

// needLive returns why the server can't be asked for what is so now only; empty when it can.
func needLive(d *Desk) string {
	switch {
	case d.past.Active():
		return d.thatWasThen()
	case !d.options.Closed.IsZero():
		return "there is no server to look at: this is a recording"
	}
	return ""
}

// openConnections lists who is connected to the server.
func (d *Desk) openConnections() tea.Cmd {
	own := "this desk: " + d.options.Profile + " at " + d.options.Address
	if p99, _ := d.own.RoundTripP99(time.Minute); p99 > 0 {
		own += " · answers within " + words.Took(p99) + " (99 of 100 in the last minute)"
	}
	if d.own.Trouble != nil {
		own += " · " + troubleText(d.own.Trouble, d.options.Address)
	}
	return d.open(dialog.NewConnections(d.env(), own, d.options.Bus.Reader().Clients))
}

// openScheduled lists the events that are scheduled.
func (d *Desk) openScheduled() tea.Cmd {
	return d.open(dialog.NewScheduled(d.env(), d.options.Bus.Reader().Scheduled, d.unchangeable()))
}

func (d *Desk) openStream() tea.Cmd {
	key := d.panes.scope.Stream
	return d.open(dialog.NewStream(key, d.data.Snapshot.Stream(key), change.RetentionOf(d.options.Retention, key), d.shownNow()), nil)
}

// needExamine returns why the bus can't be examined; empty when it can.
func needExamine(d *Desk) string {
	if why := needLive(d); why != "" || d.options.Examine != nil {
		return why
	}
	return "this desk has nothing to look with" // a program that shows the desk has set no Examine
}

func (d *Desk) openDoctor() tea.Cmd {
	return d.open(dialog.NewDoctor(d.env(), d.options.Examine, d.unchangeable()))
}
