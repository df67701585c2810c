package layout

import "slices"

// Workspace is a layout of panes for one job.
type Workspace struct {
	Name, Key string
	// About is its purpose in a few words.
	About string
	tree  Room
	Panes []PaneID // all panes of the tree
	lower []PaneID // those in the lower half of a small screen
	// halves is the edge between the halves of a small screen.
	halves Edge
}

// NewWorkspace makes a workspace from a tree. The name of halves must be unique among all edges.
func NewWorkspace(name, key, about string, halves Edge, tree Room) Workspace {
	w := Workspace{Name: name, Key: key, About: about, tree: tree, halves: halves}
	for _, leaf := range tree.leaves() {
		w.Panes = append(w.Panes, leaf.Pane)
		if leaf.Lower {
			w.lower = append(w.lower, leaf.Pane)
		}
	}
	return w
}

// Holds reports whether a pane is in the workspace.
func (w *Workspace) Holds(p PaneID) bool { return slices.Contains(w.Panes, p) }

// Half returns the panes in the same tabbed half as the given one, which is included.
func (w *Workspace) Half(with PaneID) []PaneID {
	lower := slices.Contains(w.lower, with)
	return slices.DeleteFunc(slices.Clone(w.Panes), func(p PaneID) bool { return slices.Contains(w.lower, p) != lower })
}

// First returns the pane that is in front of a tabbed half at the start.
func (w *Workspace) First(lower bool) PaneID {
	at := slices.IndexFunc(w.Panes, func(p PaneID) bool { return slices.Contains(w.lower, p) == lower })
	return w.Panes[max(at, 0)]
}
