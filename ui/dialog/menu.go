package dialog

import (
	"slices"
	"strings"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// Anchored is a dialog that has its own place on the screen instead of the middle.
type Anchored interface {
	// Place returns the upper left corner, in cells, of a box with the given size on a screen with the given size.
	Place(width, height, screenWidth, screenHeight int) (x, y int)
}

// MenuItem is one line of a [Menu].
type MenuItem struct {
	Command
	// Apart draws a line above the item.
	Apart bool
}

// NextMenu is the message with which a menu of the bar asks for its neighbour: By is 1 for the right one, -1 for the left.
type NextMenu struct{ By int }

// Menu offers actions at a place on the screen: below a word of the menu bar, or at the mouse pointer.
type Menu struct {
	title string
	items []MenuItem
	x, y  int
	bar   bool
	at    int
	sight widget.Sight // of the lines, as last drawn
	unused
}

// Sizes of a menu.
const (
	// widestMenu is the max width. It cuts reasons but no titles, because the registry's titles are shorter.
	widestMenu = 64
	// menuMargin is the width around an item's text: the cursor before it, a space after it.
	menuMargin = 3
	// menuGap is the min distance between an item's title and its key.
	menuGap = 2
	// menuFrame is the size of the frame in each direction.
	menuFrame = 2
)

// NewMenu returns a new menu with its upper left corner at x, y if it fits there. bar says that it is a menu of the bar, which
// sends [NextMenu] on the left and right keys.
func NewMenu(title string, items []MenuItem, x, y int, bar bool) *Menu {
	return &Menu{title: title, items: items, x: x, y: y, bar: bar}
}

// Title implements [Dialog].
func (d *Menu) Title() string { return d.title }

// Place implements [Anchored]. A menu that would stick out of the screen moves as far as needed.
func (d *Menu) Place(width, height, screenWidth, screenHeight int) (x, y int) {
	return max(min(d.x, screenWidth-width), 0), max(min(d.y, screenHeight-height), 0)
}

// Update moves the cursor and runs items: enter runs the item under the cursor, an item's own key runs that item. Any other
// letter moves the cursor to the next title that begins with it.
func (d *Menu) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return d.key(msg.String())
	case tea.MouseMsg:
		Wheeled(msg, d.move)
	}
	return nil, false
}

func (d *Menu) key(key string) (cmd tea.Cmd, done bool) {
	switch key {
	case "esc", "f10", "ctrl+c":
		return nil, true
	case "up", "shift+tab":
		d.move(-1)
	case "down", "tab":
		d.move(1)
	case "home", "pgup":
		d.at = 0
	case "end", "pgdown":
		d.at = max(len(d.items)-1, 0)
	case "left":
		return d.neighbour(-1)
	case "right":
		return d.neighbour(1)
	case "enter", " ":
		return d.choose(d.at)
	default:
		return d.letter(key)
	}
	return nil, false
}

// neighbour asks for the next or previous menu of the bar, which replaces this one.
func (d *Menu) neighbour(by int) (cmd tea.Cmd, done bool) {
	if !d.bar {
		d.unused.key = map[int]string{-1: "left", 1: "right"}[by]
		return nil, false
	}
	return func() tea.Msg { return NextMenu{By: by} }, false
}

// letter runs the item with that key. If there is none, it moves the cursor to the next title that begins with the key.
func (d *Menu) letter(key string) (cmd tea.Cmd, done bool) {
	for i := range d.items {
		for own := range strings.FieldsSeq(d.items[i].Key) {
			if own == key {
				d.at = i
				return d.choose(i)
			}
		}
	}
	for step := 1; step <= len(d.items); step++ {
		i := (d.at + step) % len(d.items)
		if first, _ := utf8.DecodeRuneInString(d.items[i].Title); strings.EqualFold(string(first), key) {
			d.at = i
			return nil, false
		}
	}
	d.unused.key = key
	return nil, false
}

// move moves the cursor up or down, and wraps around at the ends.
func (d *Menu) move(by int) {
	if n := len(d.items); n > 0 {
		d.at = (d.at + by + n) % n
	}
}

// choose runs an item. For a disabled item it does nothing.
func (d *Menu) choose(i int) (cmd tea.Cmd, done bool) {
	if i < 0 || i >= len(d.items) || d.items[i].Disabled != "" {
		return nil, false
	}
	chosen := Chosen{Name: d.items[i].Name}
	return func() tea.Msg { return chosen }, true
}

// Click runs the item that was pressed.
func (d *Menu) Click(_, y int) (cmd tea.Cmd, done bool) {
	rows := d.rows()
	line, ok := d.sight.At(y - 1)
	if !ok || line >= len(rows) || rows[line] < 0 {
		return nil, false
	}
	d.at = rows[line]
	return d.choose(d.at)
}

// rows returns the menu's lines: the index of an item, or -1 for a separator.
func (d *Menu) rows() []int {
	rows := make([]int, 0, len(d.items))
	for i := range d.items {
		if d.items[i].Apart && i > 0 {
			rows = append(rows, -1)
		}
		rows = append(rows, i)
	}
	return rows
}

// Draw implements [Dialog].
func (d *Menu) Draw(v View) []string {
	rows := d.rows()
	box := widget.Box{
		Width: min(v.Width, d.width()), Height: min(v.Height, len(rows)+menuFrame), Title: widget.Clean(d.title),
		Edge: v.Theme.Accent, TitleInk: v.Theme.Strong,
	}
	width, height := box.Inner()
	if height < 1 || width < 1 {
		return nil
	}
	d.sight.Fit(max(slices.Index(rows, d.at), 0), len(rows), height)
	box.Place = d.sight.Place(0)
	lines := make([]string, 0, height)
	for _, i := range rows[d.sight.First:d.sight.End()] {
		if i < 0 {
			lines = append(lines, v.Theme.Faint.Paint(strings.Repeat("─", width)))
			continue
		}
		lines = append(lines, menuLine(v.Theme, &d.items[i].Command, width, i == d.at))
	}
	if below := len(rows) - d.sight.End(); below > 0 {
		box.Footer = v.Theme.Dim.Paint("↓ more")
	} else if d.sight.First > 0 {
		box.Footer = v.Theme.Dim.Paint("↑ more")
	}
	if c := &d.items[d.at].Command; c.Disabled != "" && widget.Width(menuText(c)) > menuRoom(c, width) {
		box.Footer = v.Theme.Warn.Paint(widget.Clean(c.Disabled)) // the reason doesn't fit on its line
	}
	return box.Draw(lines)
}

// width returns the menu's outer width, which fits its longest item.
func (d *Menu) width() int {
	longest := widget.Width(d.title) + menuFrame
	for i := range d.items {
		c := &d.items[i].Command
		longest = max(longest, widget.Width(menuText(c))+widget.Width(c.Key)+menuGap+menuMargin)
	}
	return min(longest+menuFrame, widestMenu)
}

// menuText returns an item's title, with the reason when it is disabled.
func menuText(c *Command) string {
	if c.Disabled == "" {
		return widget.Clean(c.Title)
	}
	return widget.Clean(c.Title + " — " + c.Disabled)
}

// menuRoom returns the width for an item's text.
func menuRoom(c *Command, width int) int { return max(width-menuMargin-widget.Width(c.Key)-menuGap, 0) }

func menuLine(t *theme.Theme, c *Command, width int, current bool) string {
	cursor, ink, key := " ", t.Text, t.Key
	if current {
		cursor = "▸"
	}
	if c.Disabled != "" {
		ink, key = t.Dim, t.Dim
	}
	room := menuRoom(c, width)
	w := widget.NewLineWriter(width, current)
	w.Put(t.Accent, cursor+" ")
	w.Put(ink, widget.Pad(menuText(c), room))
	w.Put(key, widget.Spaces(menuGap)+widget.Clean(c.Key))
	w.Fill(t.Text)
	return w.String()
}
