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
	clients []model.Client
	rows    browse
	asked   int // the newest question's number
	asking  bool
	trouble string
	at      time.Time // of the last answer
	seek    seek
	unused
}

// NewConnections returns a new dialog, and the command that asks the server. own says how the desk's own connection is.
func NewConnections(env Env, own string, list ListClients) (*Connections, tea.Cmd) {
	d := &Connections{env: env, own: own, list: list}
	cmd := d.look()
	return d, cmd
}

// listed is the answer of the server.
type listed struct {
	of      *Connections
	number  int
	clients []model.Client
	at      time.Time
	err     error
}

func (d *Connections) look() tea.Cmd {
	d.asked++
	d.asking, d.trouble = true, ""
	answer := listed{of: d, number: d.asked}
	parent, list, now := d.env.Ctx, d.list, d.env.Now
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(parent, lookTimeout)
		defer cancel()
		answer.clients, answer.err = list(ctx)
		answer.at = now()
		return answer
	}
}

// take shows the answer. The cursor stays on its connection.
func (d *Connections) take(m *listed) {
	if m.of != d || m.number != d.asked {
		return
	}
	d.asking = false
	if m.err != nil {
		d.trouble = "the server doesn't say who is connected: " + explain(m.err)
		return
	}
	slices.SortStableFunc(m.clients, func(a, b model.Client) int { return cmp.Compare(a.Idle, b.Idle) })
	at := 0
	if d.rows.at < len(d.clients) {
		was := &d.clients[d.rows.at]
		at = slices.IndexFunc(m.clients, func(c model.Client) bool { return c.Address == was.Address && c.Server == was.Server })
	}
	d.clients, d.at = m.clients, m.at
	d.rows.at = max(at, 0)
}

// Title implements [Dialog].
func (*Connections) Title() string { return "Connections" }

// Update moves the cursor, and takes the server's answers.
func (d *Connections) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	switch m := msg.(type) {
	case listed:
		d.take(&m)
	case tea.KeyMsg:
		if d.seek.searches(m, d.searched()) {
			return nil, false
		}
		return d.press(m.String())
	case tea.MouseMsg:
		Wheeled(m, func(by int) { d.rows.move(by*wheelStep, len(d.clients)) })
	}
	return nil, false
}

func (d *Connections) press(key string) (cmd tea.Cmd, done bool) {
	switch {
	case d.rows.key(key, len(d.clients)):
	case key == "esc" || key == "q" || key == "enter" || key == "ctrl+c":
		return nil, true
	case key == "r" && !d.asking:
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
	return pane.Rows{
		Len: len(d.clients), At: d.rows.at,
		Text: func(row int) string {
			return aboutClient(&d.clients[row]) + "\n" + widget.Clean(d.clients[row].Command)
		},
		Go: func(row int) { d.rows.at = row },
	}
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
	box := widget.Box{
		Width: min(v.Width, widestConnections), Height: min(v.Height, max(len(d.clients), 1)+aroundConnections), Title: d.Title(), Note: d.note(v),
		Footer: v.Theme.Dim.Paint(widget.Cut("y copy the address · r look again · / search · esc close", v.Width-4)),
		Edge:   v.Theme.Accent, TitleInk: v.Theme.Strong, NoteInk: v.Theme.Dim,
	}
	width, _ := box.Inner()
	inner := max(width-4, 1)
	lines := []string{"  " + v.Theme.Text.Paint(widget.Cut(widget.Clean(d.own), inner)), ""}
	switch {
	case d.trouble != "":
		lines = append(lines, indented(painted(v.Theme.Bad, widget.Fold(inner, "✗ "+widget.Clean(d.trouble))))...)
		box.Height = min(v.Height, len(lines)+2)
		return box.Draw(lines)
	case len(d.clients) == 0:
		return box.Draw(append(lines, "  "+v.Theme.Dim.Paint("Asking the server …")))
	case box.Height <= aroundConnections:
		return box.Draw(lines)
	}
	d.rows.sight.Fit(d.rows.at, len(d.clients), box.Height-aroundConnections)
	box.Place = d.rows.sight.Place(len(lines) + 1)
	table := widget.Table{Columns: connectionColumns, Theme: v.Theme, Sorted: -1}
	widths := table.Widths(width)
	lines = append(lines, table.Head(widths))
	for i := d.rows.sight.First; i < d.rows.sight.End(); i++ {
		lines = append(lines, table.Line(widths, widget.Row{Cells: clientCells(v, &d.clients[i]), Current: i == d.rows.at, Focused: true}))
	}
	d.seek.mark(&box, lines, d.searched(), v)
	return box.Draw(append(lines, "", "  "+v.Theme.Dim.Paint(widget.Cut(aboutClient(&d.clients[d.rows.at]), inner))))
}

// note returns how many are connected, and when that was so.
func (d *Connections) note(v View) string {
	switch {
	case d.asking:
		return "looking …"
	case d.trouble != "":
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
