package dialog

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/model/sorting"
	"streamdesk/model/words"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// ListClients returns the connections to the server (CLIENT LIST).
type ListClients func(ctx context.Context) ([]model.Client, error)

// Connections lists who is connected to the server, the most recently active first, and above that how this desk's own connection
// is.
type Connections struct {
	env     Env
	own     string
	list    ListClients
	asked   inquiry[[]model.Client]
	clients []model.Client
	at      time.Time // of the last answer
	rows    listing
	unused
}

// NewConnections returns a new dialog, and the command that asks the server. own says how the desk's own connection is.
func NewConnections(env Env, own string, list ListClients) (*Connections, tea.Cmd) {
	d := &Connections{env: env, own: own, list: list}
	cmd := d.look()
	return d, cmd
}

func (d *Connections) look() tea.Cmd { return d.asked.ask(&d.env, lookTimeout, d.list) }

// take shows the answer. The cursor stays on its connection.
func (d *Connections) take(clients []model.Client, at time.Time) {
	sorting.By(clients, func(a, b *model.Client) int { return cmp.Compare(a.Idle, b.Idle) })
	row := 0
	if d.rows.at < len(d.clients) {
		was := &d.clients[d.rows.at]
		row = slices.IndexFunc(clients, func(c model.Client) bool { return c.Address == was.Address && c.Server == was.Server })
	}
	d.clients, d.at = clients, at
	d.rows.at = max(row, 0)
}

// Title implements [Dialog].
func (*Connections) Title() string { return "Connections" }

// Update moves the cursor, and takes the server's answers.
func (d *Connections) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	if a, mine := d.asked.take(msg, "the server doesn't say who is connected"); mine {
		if a != nil {
			d.take(a.value, a.at)
		}
		return nil, false
	}
	switch key := d.rows.handle(msg, d.searched()); {
	case key == "esc" || key == "q" || key == "enter" || key == "ctrl+c":
		return nil, true
	case key == "r" && !d.asked.asking:
		return d.look(), false
	case key == "y" && d.rows.at < len(d.clients):
		text := Copy{Text: d.clients[d.rows.at].Address, What: "the address"}
		return func() tea.Msg { return text }, false
	default:
		d.unused.key = key
	}
	return nil, false
}

// searched returns the connections for a search.
func (d *Connections) searched() pane.Rows {
	return d.rows.rows(len(d.clients), func(row int) string {
		return aboutClient(&d.clients[row]) + "\n" + widget.Clean(d.clients[row].Command)
	})
}

// Click puts the cursor on a row.
func (d *Connections) Click(_, y int) (cmd tea.Cmd, done bool) {
	const head = 4 // the frame's edge, the own connection, a blank line, the column titles
	d.rows.click(y-head, len(d.clients))
	return nil, false
}

// connectionColumns are the list's columns. A narrow screen drops the memory first, then the library, the database and the age.
var connectionColumns = []widget.Column{
	{Title: "NAME", Min: 8, Max: 18, Keep: 7},
	{Title: "ADDRESS", Min: 15, Max: 22, Keep: 8},
	{Title: "LAST COMMAND", Min: 12, Max: 18, Keep: 6},
	{Title: "IDLE", Min: 6, Max: 6, Right: true, Keep: 5},
	{Title: "AGE", Min: 6, Max: 6, Right: true, Keep: 3},
	{Title: "USER", Min: 8, Max: 16, Keep: 4},
	{Title: "DB", Min: 3, Max: 3, Right: true, Keep: 2},
	{Title: "LIBRARY", Min: 14, Max: 30, Keep: 1},
	{Title: "MEMORY", Min: 7, Max: 7, Right: true, Keep: 0},
}

// Sizes of the list.
const (
	widestConnections = 130
	// aroundConnections is the number of lines around the rows: the frame, the own connection, a blank line, the head, a blank line,
	// and what the row under the cursor leaves out.
	aroundConnections = 7
)

// Draw implements [Dialog].
func (d *Connections) Draw(v View) []string {
	box := listBox(v, d.Title(), d.note(v), "y copy the address · r look again · / search · esc close",
		widestConnections, max(len(d.clients), 1)+aroundConnections)
	width, _ := box.Inner()
	inner := max(width-4, 1)
	lines := []string{"  " + v.Theme.Text.Paint(widget.Cut(widget.Clean(d.own), inner)), ""}
	switch {
	case d.asked.trouble != "":
		lines = append(lines, indented(painted(v.Theme.Bad, widget.Fold(inner, "✗ "+widget.Clean(d.asked.trouble))))...)
		box.Height = min(v.Height, len(lines)+2)
		return box.Draw(lines)
	case len(d.clients) == 0:
		return box.Draw(append(lines, "  "+v.Theme.Dim.Paint("Asking the server …")))
	case box.Height <= aroundConnections:
		return box.Draw(lines)
	}
	lines = d.rows.draw(v, &box, lines, box.Height-aroundConnections, connectionColumns, d.searched(),
		func(row int) []widget.Cell { return clientCells(v, &d.clients[row]) })
	return box.Draw(append(lines, "", "  "+v.Theme.Dim.Paint(widget.Cut(aboutClient(&d.clients[d.rows.at]), inner))))
}

// note returns how many are connected, and when that was so.
func (d *Connections) note(v View) string {
	switch {
	case d.asked.asking:
		return "looking …"
	case d.asked.trouble != "":
		return ""
	}
	blocked := 0
	for i := range d.clients {
		if d.clients[i].Blocked {
			blocked++
		}
	}
	text := words.Grouped(int64(len(d.clients)))
	if blocked > 0 {
		text += " · " + words.Grouped(int64(blocked)) + " wait for entries"
	}
	return text + " · " + d.at.In(v.Location).Format("15:04:05")
}

func clientCells(v View, c *model.Client) []widget.Cell {
	th := v.Theme
	command, idle := c.Command, "<1s"
	if c.Idle > 0 {
		idle = words.Age(c.Idle)
	}
	if c.Blocked {
		command += " (waits)"
	}
	return []widget.Cell{
		{Text: cmp.Or(c.Name, "-"), Ink: th.Text},
		{Text: c.Address, Ink: th.Text},
		{Text: command, Ink: th.Text},
		{Text: idle, Ink: th.Text},
		{Text: words.Age(c.Age), Ink: th.Dim},
		{Text: cmp.Or(c.User, "?"), Ink: th.Text},
		{Text: strconv.FormatInt(c.Database, 10), Ink: th.Dim},
		{Text: cmp.Or(c.Library, "?"), Ink: th.Dim},
		{Text: bytesOf(c.Memory), Ink: th.Dim},
	}
}

// aboutClient returns the row in full, because its cells may be cut.
func aboutClient(c *model.Client) string {
	parts := []string{c.Address}
	if c.Server != "" {
		parts[0] += " to " + c.Server
	}
	if c.Replica {
		parts = append(parts, "a replica")
	}
	for _, part := range []string{c.Name, c.User, c.Library} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return widget.Clean(strings.Join(parts, " · "))
}
