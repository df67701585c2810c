package layout

import "slices"

// Workspace is a layout of panes that is made for a job.
type Workspace struct {
	Name, Key string
	// About is what it is for, in a few words.
	About string
	tree  Room
	Panes []PaneID // of the tree
	lower []PaneID // those of them that stand in the lower half of a small screen
	// halves is the edge between the halves of a small screen.
	halves Edge
}

// NewWorkspace makes a workspace of a tree. The edge's name is one that no other has.
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

// Holds says whether a pane has a place in the workspace.
func (w *Workspace) Holds(p PaneID) bool { return slices.Contains(w.Panes, p) }

// Half are the panes that share a tabbed half with one.
func (w *Workspace) Half(with PaneID) []PaneID {
	lower := slices.Contains(w.lower, with)
	return slices.DeleteFunc(slices.Clone(w.Panes), func(p PaneID) bool { return slices.Contains(w.lower, p) != lower })
}

// First is the pane that is in front of a tabbed half at first.
func (w *Workspace) First(lower bool) PaneID {
	at := slices.IndexFunc(w.Panes, func(p PaneID) bool { return slices.Contains(w.lower, p) == lower })
	return w.Panes[max(at, 0)]
}
