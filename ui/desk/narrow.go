package desk

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/ui/dialog"
)

// openNarrow asks which pending entries to show.
func (d *Desk) openNarrow() tea.Cmd {
	key := d.panes.scope
	var consumers []string
	if stream := d.data.Snapshot.Stream(key.Stream); stream != nil {
		if g := stream.Group(key.Group); g != nil {
			for _, c := range g.Consumers {
				consumers = append(consumers, c.Name)
			}
		}
	}
	return d.open(dialog.NewNarrow(key.Group, consumers, d.panes.pending.Filter()), nil)
}

// narrow shows those.
func (d *Desk) narrow(to model.PendingFilter) tea.Cmd {
	d.drawn.all()
	d.panes.pending.SetFilter(to)
	return d.focusOn(PendingPane)
}
