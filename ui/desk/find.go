package desk

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/desk/notes"
	"streamdesk/ui/pane"
	"streamdesk/ui/pane/find"
	"streamdesk/ui/widget"
)

// searched returns the search in what keys go to, and its rows; nil when it has none to search.
func (d *Desk) searched() (*find.Search, pane.Rows) {
	searcher, ok := d.focused().(pane.Searcher)
	if !ok {
		return nil, pane.Rows{}
	}
	s := &d.panes.finds[d.tiles.Focus]
	if w := d.windows.Current(); w != nil {
		s = &w.Find
	}
	return s, searcher.Rows(d.known())
}

// find starts the typing of a text that is searched for among the focused pane's rows.
func (d *Desk) find() tea.Cmd {
	s, rows := d.searched()
	s.Begin(&rows)
	return nil
}

// findNext goes to the next hit, or the one before. Without a search, the next is what it was before there were any: the narrowing of
// what is pending.
func (d *Desk) findNext(later bool) tea.Cmd {
	s, rows := d.searched()
	switch {
	case s != nil && s.On():
		pane.Hold(d.focused())
		s.Next(later, &rows, d.now)
	case later:
		return d.perform(d.keys.named("narrow"))
	default:
		d.notes.Say(notes.Warn, "nothing is searched for here: "+d.keys.first(d.keys.named("find"))+" does")
	}
	return nil
}

func needRows(d *Desk) string {
	if _, ok := d.focused().(pane.Searcher); !ok {
		return "this pane has no rows"
	}
	return ""
}

// fitFind counts the hits of a pane's search.
func (d *Desk) fitFind(s *find.Search, p pane.Pane) {
	if searcher, ok := p.(pane.Searcher); ok && s.On() {
		rows := searcher.Rows(d.known())
		s.Fit(&rows, d.now)
	}
}

// marked returns the box of a pane with the hits of its search marked.
func (d *Desk) marked(s *find.Search, p pane.Pane, v *pane.View, frame *pane.Frame, box widget.Box) widget.Box {
	if searcher, ok := p.(pane.Searcher); ok && s.On() {
		rows := searcher.Rows(d.known())
		box.Hits, box.Footer = s.Mark(frame, &rows, v.Theme), s.Foot(v.Theme, v.Width-2)
	}
	return box
}
