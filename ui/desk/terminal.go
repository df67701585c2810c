package desk

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model/words"
	"streamdesk/ui/desk/menubar"
	"streamdesk/ui/desk/notes"
	"streamdesk/ui/dialog"
	"streamdesk/ui/pane"
)

// copyText puts the shown payload on the clipboard.
func (d *Desk) copyText() tea.Cmd {
	return d.copied(d.shownDetail().Text(), "")
}

// copyActions are the actions of copying something else than the payload; the menu of [Desk.openCopyMenu] offers them too.
func copyActions() []*action {
	var list []*action
	for i := range pane.Copies {
		c := &pane.Copies[i]
		list = append(list, &action{
			name: "copy-" + c.Name, menu: menubar.Copy, title: "copy " + c.Title, keys: c.Keys,
			can: func(d *Desk) string {
				if why := needSubject(d); why != "" {
					return why
				}
				_, why := c.Of(d.subject.record, d.shownDetail(), d.options.Config.Trace.Of)
				return why
			},
			run: func(d *Desk) tea.Cmd {
				text, _ := c.Of(d.subject.record, d.shownDetail(), d.options.Config.Trace.Of)
				return d.copied(text, c.Title)
			},
		})
	}
	return list
}

// openCopyMenu offers what can be copied of the event.
func (d *Desk) openCopyMenu() tea.Cmd {
	items := []dialog.MenuItem{{Command: d.command(d.keys.named("copy"))}}
	items[0].Title, items[0].Key = "the payload", "y"
	for i := range pane.Copies {
		c := &pane.Copies[i]
		item := dialog.MenuItem{Command: d.command(d.keys.named("copy-" + c.Name)), Apart: len(items) == 1}
		item.Title, item.Key = c.Title, c.Key
		items = append(items, item)
	}
	d.holdSubject() // what is copied is of the event that was shown
	x, y := d.besideCursor()
	return d.open(dialog.NewMenu("Copy", items, x, y, false), nil)
}

// copied puts text on the clipboard, and says what it was and how much.
func (d *Desk) copied(text, what string) tea.Cmd {
	much := words.Bytes(len(text))
	if what != "" {
		much = what + " (" + much + ")"
	}
	d.notes.Say(notes.Good, "copied "+much+" to the clipboard (if the terminal allows OSC 52)")
	return func() tea.Msg {
		d.options.Copy(text)
		return nil
	}
}

// openPicture offers to save the screen as it is now.
func (d *Desk) openPicture() tea.Cmd {
	d.redraw()
	name := "streamdesk-" + d.now.In(d.options.Location).Format("20060102-150405") + ".svg"
	return d.open(dialog.NewPicture(strings.Split(d.drawn.frame, "\n"), d.looks.Theme.Dark, name, d.options.Save), nil)
}
