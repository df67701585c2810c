package desk

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/desk/layout"
	"streamdesk/ui/desk/notes"
	"streamdesk/ui/pane"
)

// workspaceCalled returns the workspace with a name; the first one and false if there is none.
func workspaceCalled(name string) (*layout.Workspace, bool) {
	at := slices.IndexFunc(workspaces, func(w layout.Workspace) bool { return w.Name == name })
	return &workspaces[max(at, 0)], at >= 0
}

// enterWorkspace goes to another workspace. The selections remain.
func (d *Desk) enterWorkspace(to *layout.Workspace) tea.Cmd {
	d.windows.Focused = false
	d.scopeOutside()
	d.standIn(to)
	return d.settle()
}

// standIn arranges the panes for a workspace. The subject then comes from a pane of that workspace, if possible from one whose
// cursor is on an entry.
func (d *Desk) standIn(to *layout.Workspace) {
	d.tiles.Enter(to)
	d.drawn.all()
	d.takeFrom(d.tiles.Focus)
	if d.subject.source == d.tiles.Focus || to.Holds(d.subject.source) && d.points(d.subject.source) {
		return
	}
	sources := slices.DeleteFunc(slices.Clone(to.Panes), func(id layout.PaneID) bool {
		_, ok := d.panes.pane(id).(pane.Subjecter)
		return !ok
	})
	if at := slices.IndexFunc(sources, d.points); at >= 0 {
		d.takeFrom(sources[at])
	} else if !to.Holds(d.subject.source) && len(sources) > 0 {
		d.takeFrom(sources[0])
	}
}

// points reports whether a pane's cursor is on an entry.
func (d *Desk) points(id layout.PaneID) bool {
	s, ok := d.panes.pane(id).(pane.Subjecter)
	if ok {
		_, _, ok = s.Subject(d.data)
	}
	return ok
}

// resize changes the width or the height of the focused pane or pinned event.
func (d *Desk) resize(columns, rows int) tea.Cmd {
	if d.windows.Current() != nil {
		d.windows.Resize(columns*layout.ColumnStep, rows*layout.RowStep, d.tiles.Layout.Body())
		return nil
	}
	d.tiles.Resize(columns, rows)
	d.drawn.all()
	return nil
}

// needEdge returns a function that returns why the focused pane can't be resized on any of these sides; empty if it can.
func needEdge(sides ...layout.Direction) func(*Desk) string {
	return func(d *Desk) string {
		if d.windows.Current() != nil {
			return ""
		}
		return d.tiles.NoEdge(sides...)
	}
}

// needTile returns why the focused pane can't be zoomed; empty if it can.
func needTile(d *Desk) string {
	if d.windows.Current() == nil && !d.tiles.In.Holds(d.tiles.Focus) {
		return layout.HasAll
	}
	return ""
}

func (d *Desk) resetLayout() tea.Cmd {
	d.tiles.Reset()
	d.drawn.all()
	d.notes.Say(notes.Good, "every pane has its usual size")
	return nil
}
