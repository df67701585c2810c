package pending

import (
	"streamdesk/model"
	"streamdesk/ui/live"
)

// recall shows what is recorded of the group's pending entries at a moment of the past: the oldest one.
func (p *Pane) recall(d *live.Data) {
	if d.Snapshot == nil || p.then.Equal(d.Snapshot.At) {
		return
	}
	p.then, p.asked = d.Snapshot.At, asked{}
	p.SetFilter(model.PendingFilter{})
	read := Read{Key: p.key, At: d.Snapshot.At, Whole: true}
	if s := d.Snapshot.Stream(p.key.Stream); s != nil {
		if g := s.Group(p.key.Group); g != nil && g.Oldest != nil {
			read.Rows = []model.PendingEntry{{Pending: *g.Oldest}}
		}
	}
	p.SetRows(read)
}
