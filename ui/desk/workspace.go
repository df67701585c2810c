package desk

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/pane"
)

// workspace is a layout of panes that is made for a job.
type workspace struct {
	name, key string
	// about is what it is for, in a few words.
	about string
	tree  room
	panes []PaneID // of the tree
}

// workspaceID is a place in the list of workspaces. The first is the one that the desk begins with.
type workspaceID uint8

// is returns the workspace of that place.
func (id workspaceID) is() *workspace { return &workspaces[id] }

// holds says whether a pane has a place in the workspace.
func (id workspaceID) holds(p PaneID) bool { return slices.Contains(id.is().panes, p) }

// half are the panes that share a tabbed half with one.
func (id workspaceID) half(with PaneID) []PaneID {
	var half []PaneID
	for _, other := range id.is().panes {
		if other.spec().Lower == with.spec().Lower {
			half = append(half, other)
		}
	}
	return half
}

// first is the pane that is in front of a tabbed half at first.
func (id workspaceID) first(lower bool) PaneID {
	for _, p := range id.is().panes {
		if p.spec().Lower == lower {
			return p
		}
	}
	return id.is().panes[0]
}

// edge is the name that an edge is kept under which there is in each workspace: that of the first stands for itself.
func (id workspaceID) edge(name string) edge {
	if id == 0 {
		return edge(name)
	}
	return edge(strings.ToLower(id.is().name) + "-" + name)
}

// workspaceCalled is the workspace of a name; false for none.
func workspaceCalled(name string) (workspaceID, bool) {
	at := slices.IndexFunc(workspaces, func(w workspace) bool { return w.name == name })
	return workspaceID(max(at, 0)), at >= 0
}

// enterWorkspace goes to another workspace. What was chosen stays chosen.
func (d *Desk) enterWorkspace(to workspaceID) tea.Cmd {
	d.windows.focused = false
	d.standIn(to)
	return d.settle()
}

// standIn arranges the panes for a workspace; the event is that of a pane which has a place there, of one whose cursor is on an
// entry where there is one.
func (d *Desk) standIn(to workspaceID) {
	d.tiles.enter(to)
	d.drawn.all()
	d.takeFrom(d.tiles.focus)
	if d.subject.source == d.tiles.focus || to.holds(d.subject.source) && d.points(d.subject.source) {
		return
	}
	sources := slices.DeleteFunc(slices.Clone(to.is().panes), func(id PaneID) bool {
		_, ok := d.panes.pane(id).(pane.Subjecter)
		return !ok
	})
	if at := slices.IndexFunc(sources, d.points); at >= 0 {
		d.takeFrom(sources[at])
	} else if !to.holds(d.subject.source) && len(sources) > 0 {
		d.takeFrom(sources[0])
	}
}

// points says whether a pane's cursor is on an entry.
func (d *Desk) points(id PaneID) bool {
	s, ok := d.panes.pane(id).(pane.Subjecter)
	if ok {
		_, _, ok = s.Subject(d.data)
	}
	return ok
}
