package dialog

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// HelpGroup is one heading of the help with its keys.
type HelpGroup struct {
	Title string
	Keys  []HelpKey
}

// HelpKey is one line of the help.
type HelpKey struct {
	// Key is the key as a person reads it, Title what it does.
	Key, Title string
	// Disabled says why the key does nothing now; "" when it does.
	Disabled string
}

// Help lists every key.
type Help struct {
	sheet
	groups []HelpGroup
}

// Sizes of the help.
const (
	widestHelp = 108
	// helpColumn is how wide a column of keys has to be for two of them to stand side by side.
	helpColumn = 44
	helpGap    = 4
)

// NewHelp makes the dialog.
func NewHelp(groups []HelpGroup) *Help {
	d := &Help{sheet: sheet{title: "Keys", widest: widestHelp}, groups: groups}
	d.form = widget.NewForm(nil, widget.Button{ID: widget.Cancel, Label: "Close"})
	return d
}

// Update scrolls, and closes the dialog on enter, esc, q and ?.
func (d *Help) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	switch m := msg.(type) {
	case tea.KeyMsg:
		switch m.String() {
		case "q", "?":
			return nil, true
		case " ":
			d.scroll(max(d.room-1, 1))
		default:
			return nil, d.key(m) == widget.Cancel
		}
	case tea.MouseMsg:
		d.wheel(m)
	}
	return nil, false
}

// Click presses the button under the mouse.
func (d *Help) Click(x, y int) (cmd tea.Cmd, done bool) {
	return nil, d.pressedAt(x, y) == widget.Cancel
}

// Draw is the framed box.
func (d *Help) Draw(v View) []string {
	return d.draw(v, "", "j/k scroll · esc close", func(p *page) { p.lines = d.write(p) })
}

// write lays the groups out in one column, or in two of about the same height where there is room.
func (d *Help) write(p *page) []string {
	width := (p.width - helpGap) / 2
	if width < helpColumn {
		return d.column(p.Theme, d.groups, p.width, p.tight)
	}
	split := d.split()
	left := d.column(p.Theme, d.groups[:split], width, p.tight)
	right := d.column(p.Theme, d.groups[split:], width, p.tight)
	lines := make([]string, max(len(left), len(right)))
	for i := range lines {
		var l, r string
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		lines[i] = widget.Pad(l, width+helpGap) + r
	}
	return lines
}

// split is how many groups stand in the left column so that it is the shorter one by as little as possible, or equal.
func (d *Help) split() int {
	all := 0
	for _, g := range d.groups {
		all += len(g.Keys) + 2
	}
	left := 0
	for i, g := range d.groups {
		if left += len(g.Keys) + 2; left*2 >= all {
			return i + 1
		}
	}
	return len(d.groups)
}

func (d *Help) column(t *theme.Theme, groups []HelpGroup, width int, tight bool) []string {
	keys := 0
	for _, g := range d.groups {
		for _, k := range g.Keys {
			keys = max(keys, widget.Width(widget.Clean(k.Key)))
		}
	}
	keys = min(keys, width/3)
	var lines []string
	for i, g := range groups {
		if i > 0 && !tight {
			lines = append(lines, "")
		}
		lines = append(lines, t.Strong.Paint(widget.Cut(widget.Clean(g.Title), width)))
		for _, k := range g.Keys {
			lines = append(lines, helpLine(t, k, keys, width))
		}
	}
	return lines
}

// helpLine is one key. A disabled one stays in the list, dim, with its reason.
func helpLine(t *theme.Theme, k HelpKey, keys, width int) string {
	const gap = 2
	key, title := widget.PadLeft(widget.Clean(k.Key), keys), widget.Clean(k.Title)
	room := width - keys - gap
	if k.Disabled == "" {
		return t.Key.Paint(key) + widget.Spaces(gap) + t.Text.Paint(widget.Cut(title, room))
	}
	return t.Dim.Paint(key + widget.Spaces(gap) + widget.Cut(title+" — "+widget.Clean(k.Disabled), room))
}
