package dialog

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// HelpGroup is a heading of the help with its keys.
type HelpGroup struct {
	Title string
	Keys  []HelpKey
}

// HelpKey is one line of the help.
type HelpKey struct {
	// Key is the key as the help shows it, Title is what it does.
	Key, Title string
	// Disabled is the reason why the key does nothing now; "" when it works.
	Disabled string
}

// Help lists every key, or the keys whose line contains the searched words.
type Help struct {
	sheet
	groups []HelpGroup
	search *widget.TextField // nil when there is no search
	typing bool              // the search field has the focus
}

// Sizes of the help.
const (
	widestHelp = 108
	// helpColumn is the min width of a column of keys when two of them are side by side.
	helpColumn = 44
	helpGap    = 4
)

// NewHelp returns a new dialog.
func NewHelp(groups []HelpGroup) *Help {
	d := &Help{sheet: sheet{title: "Keys", widest: widestHelp}, groups: groups}
	d.form = widget.NewForm(nil, widget.Button{ID: widget.Cancel, Label: "Close"})
	return d
}

// Update scrolls, searches on /, and closes the dialog on enter, esc, q and ?. During a search, esc only ends the search.
func (d *Help) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if d.searches(m) {
			return nil, false
		}
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

// searches handles a key of the search, and reports whether it was one.
func (d *Help) searches(m tea.KeyMsg) bool {
	switch key := m.String(); {
	case key == "/" && !d.typing:
		d.typing = true
		if d.search == nil {
			d.search = widget.NewTextField("", nil)
		}
	case key == "esc" && d.search != nil:
		d.search, d.typing = nil, false
	case d.typing && (key == "enter" || key == "up" || key == "down" || key == "tab"):
		d.typing = false
	case !d.typing || key == "ctrl+c" || !d.search.Key(m):
		return false
	}
	d.first = 0
	return true
}

// found returns the groups with the keys whose line contains every searched word.
func (d *Help) found() []HelpGroup {
	if d.search == nil {
		return d.groups
	}
	wanted := strings.Fields(strings.ToLower(d.search.Text()))
	var found []HelpGroup
	for _, g := range d.groups {
		some := HelpGroup{Title: g.Title}
		for _, k := range g.Keys {
			line := strings.ToLower(g.Title + " " + k.Key + " " + k.Title)
			if !slices.ContainsFunc(wanted, func(word string) bool { return !strings.Contains(line, word) }) {
				some.Keys = append(some.Keys, k)
			}
		}
		if len(some.Keys) > 0 {
			found = append(found, some)
		}
	}
	return found
}

// Click presses the button under the mouse.
func (d *Help) Click(x, y int) (cmd tea.Cmd, done bool) {
	return nil, d.pressedAt(x, y) == widget.Cancel
}

// Draw returns the framed box.
func (d *Help) Draw(v View) []string {
	hint := "/ search · j/k scroll · esc close"
	if d.search != nil {
		hint = "esc all keys"
	}
	return d.draw(v, "", hint, d.write)
}

// write lays out the groups in one column, or in two of about the same height when they fit.
func (d *Help) write(p *page) {
	groups := d.found()
	if d.search != nil {
		p.add(p.Key.Paint("/")+" "+d.search.Draw(p.Theme, max(p.width-2, 1), d.typing)[0], "")
	}
	width := (p.width - helpGap) / 2
	switch {
	case len(groups) == 0:
		p.add(p.Dim.Paint(widget.Cut("No key's line holds that: type fewer letters.", p.width)))
	case width < helpColumn:
		p.add(d.column(p.Theme, groups, p.width, p.tight)...)
	default:
		p.add(d.columns(p, groups, width)...)
	}
}

// columns lays out groups in two columns.
func (d *Help) columns(p *page, groups []HelpGroup, width int) []string {
	at := split(groups)
	left := d.column(p.Theme, groups[:at], width, p.tight)
	right := d.column(p.Theme, groups[at:], width, p.tight)
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

// split returns the number of groups in the left column: the smallest number with which that column has at least half of
// all lines.
func split(groups []HelpGroup) int {
	all := 0
	for _, g := range groups {
		all += len(g.Keys) + 2
	}
	left := 0
	for i, g := range groups {
		if left += len(g.Keys) + 2; left*2 >= all {
			return i + 1
		}
	}
	return len(groups)
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
			lines = append(lines, helpLines(t, k, keys, width)...)
		}
	}
	return lines
}

// helpLines returns the lines of one key, with a long title folded. A disabled key is dim and shows its reason.
func helpLines(t *theme.Theme, k HelpKey, keys, width int) []string {
	const gap = 2
	ink, title := t.Text, k.Title
	keyInk := t.Key
	if k.Disabled != "" {
		ink, keyInk, title = t.Dim, t.Dim, title+" — "+k.Disabled
	}
	lines := widget.Fold(max(width-keys-gap, 1), title)
	for i, line := range lines {
		lead := widget.Spaces(keys)
		if i == 0 {
			lead = keyInk.Paint(widget.PadLeft(widget.Clean(k.Key), keys))
		}
		lines[i] = lead + widget.Spaces(gap) + ink.Paint(line)
	}
	return lines
}
