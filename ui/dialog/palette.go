package dialog

import (
	"cmp"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/sahilm/fuzzy"

	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// Command is one line of the palette.
type Command struct {
	// Name identifies the command in [Chosen]; Title is the text shown; Key is its key.
	Name, Title, Key string
	// Disabled is the reason why it can't be run now; "" when it can.
	Disabled string
}

// Chosen is the message that the palette sends when a command was chosen.
type Chosen struct{ Name string }

// Palette finds a command by a few letters of its title.
type Palette struct {
	commands []Command
	read     func(text string) (Command, bool)
	listed   int   // how many of the commands are listed; another one was read
	found    []int // indexes of commands, best match first
	typed    *widget.TextField
	at       int
	sight    widget.Sight // as last drawn
	unused
}

// Sizes of the palette.
const (
	widestPalette  = 72
	highestPalette = 18
	paletteHead    = 3 // the frame's edge, the field and a blank line
	leastPalette   = 5 // frame, field, a blank line, one command
)

// NewPalette returns a new dialog. read returns the command that a typed text is by itself, such as "at 03:12", and may be nil.
func NewPalette(commands []Command, read func(text string) (Command, bool)) *Palette {
	d := &Palette{commands: commands, read: read, listed: len(commands), typed: widget.NewTextField("", nil)}
	d.find()
	return d
}

// Title implements [Dialog].
func (*Palette) Title() string { return "Commands" }

// Update passes keys to the field, and runs the command under the cursor on enter. For a disabled command, enter does nothing.
func (d *Palette) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	if m, ok := msg.(tea.MouseMsg); ok {
		Wheeled(m, func(by int) { d.at = max(min(d.at+by, len(d.found)-1), 0) })
	}
	key, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil, false
	}
	switch key.String() {
	case "esc", "ctrl+c":
		return nil, true
	case "up", "ctrl+p", "shift+tab":
		d.at = max(d.at-1, 0)
	case "down", "ctrl+n", "tab":
		d.at = max(min(d.at+1, len(d.found)-1), 0)
	case "enter":
		if len(d.found) == 0 || d.commands[d.found[d.at]].Disabled != "" {
			return nil, false
		}
		chosen := Chosen{Name: d.commands[d.found[d.at]].Name}
		return func() tea.Msg { return chosen }, true
	default:
		if d.typed.Key(key) {
			d.find()
		} else {
			d.unused.key = key.String()
		}
	}
	return nil, false
}

// Click runs the command that was clicked. A disabled one only gets the cursor.
func (d *Palette) Click(_, y int) (cmd tea.Cmd, done bool) {
	at, ok := d.sight.At(y - paletteHead)
	if !ok || at >= len(d.found) {
		return nil, false
	}
	d.at = at
	return d.Update(tea.KeyMsg{Type: tea.KeyEnter})
}

// find searches for the typed text. An empty text finds every command, in the original order.
func (d *Palette) find() {
	d.at, d.sight.First, d.found = 0, 0, d.found[:0]
	text := strings.TrimSpace(d.typed.Text())
	if text == "" {
		for i := range d.commands {
			d.found = append(d.found, i)
		}
		return
	}
	d.commands = d.commands[:d.listed]
	titles := make([]string, len(d.commands))
	for i, c := range d.commands {
		titles[i] = c.Title + " " + c.Name
	}
	for _, m := range fuzzy.Find(text, titles) {
		d.found = append(d.found, m.Index)
	}
	// Enabled commands go before disabled ones, and titles that begin with the text before others; else best match first.
	slices.SortStableFunc(d.found, func(a, b int) int {
		return cmp.Compare(rank(d.commands[a], text), rank(d.commands[b], text))
	})
	if d.read != nil {
		if c, ok := d.read(text); ok {
			d.commands = append(d.commands, c)
			d.found = slices.Insert(d.found, 0, d.listed)
		}
	}
}

// rank returns a lower number for a command that is more likely meant.
func rank(c Command, text string) (rank int) {
	if c.Disabled != "" {
		rank = 2
	}
	if !strings.HasPrefix(strings.ToLower(c.Title), strings.ToLower(text)) {
		rank++
	}
	return rank
}

// Draw implements [Dialog].
func (d *Palette) Draw(v View) []string {
	box := widget.Box{
		Width: min(v.Width, widestPalette), Height: min(v.Height, highestPalette), Title: d.Title(),
		Footer: "↑↓ choose · enter do · esc close", Edge: v.Theme.Accent, TitleInk: v.Theme.Strong,
	}
	if box.Height < leastPalette {
		return nil
	}
	width, height := box.Inner()
	lines := make([]string, 0, height)
	lines = append(lines, " "+v.Theme.Key.Paint("›")+" "+d.typed.Draw(v.Theme, max(width-4, 1), true)[0], "")
	if len(d.found) == 0 {
		lines[1] = "   " + v.Theme.Bad.Paint(widget.Cut("✗ No command is called that: type fewer letters.", width-3))
	}
	d.sight.Fit(d.at, len(d.found), height-len(lines))
	box.Place = d.sight.Place(len(lines))
	for i := d.sight.First; i < d.sight.End(); i++ {
		lines = append(lines, paletteLine(v.Theme, d.commands[d.found[i]], width, i == d.at))
	}
	if d.at < len(d.found) {
		if c := d.commands[d.found[d.at]]; c.Disabled != "" && widget.Width(paletteText(c)) > paletteRoom(width) {
			box.Footer = v.Theme.Warn.Paint(widget.Clean(c.Disabled)) // the reason doesn't fit on its line
		}
	}
	return box.Draw(lines)
}

// Widths around a command's title: its key, and a margin at each side.
const (
	paletteKey    = 10
	paletteMargin = 2
)

// paletteRoom returns the width for a command's text.
func paletteRoom(width int) int { return width - paletteKey - 2*paletteMargin }

// paletteText returns a command's title, with the reason when it is disabled.
func paletteText(c Command) string {
	if c.Disabled == "" {
		return widget.Clean(c.Title)
	}
	return widget.Clean(c.Title) + " — " + widget.Clean(c.Disabled)
}

// paletteLine returns the line of a command: its title, the reason when it is disabled, its key.
func paletteLine(t *theme.Theme, c Command, width int, current bool) string {
	cursor, ink := "  ", t.Text
	if current {
		cursor = "▸ "
	}
	if c.Disabled != "" {
		ink = t.Dim
	}
	return t.Accent.On(current, cursor) + ink.On(current, widget.Pad(paletteText(c), paletteRoom(width))) +
		t.Key.On(current, widget.PadLeft(widget.Clean(c.Key), paletteKey)) + t.Text.On(current, widget.Spaces(paletteMargin))
}
