package doctor

import (
	"streamdesk/model"
	"streamdesk/model/health"
)

// paused finds groups that a person has paused, one finding for all streams of a group.
func (d *diagnosis) paused() []Finding {
	var found []Finding
	seen := make(map[string]bool)
	d.eachGroup(func(_ *model.Stream, g *model.Group) {
		p := g.PausedFor()
		if p == nil || seen[g.Name] {
			return
		}
		seen[g.Name] = true
		f := Finding{
			Severity: Info, Group: g.Name, Message: "the group is paused " + health.PauseReason(p, d.Second.At),
			Why:  "Its consumers read nothing new on any stream until then, so nothing else is expected of it.",
			Mend: "nothing has to be done, or end it: " + d.desk("resume", g.Name),
		}
		if p.Until.IsZero() {
			f.Severity = Warning
			f.Why = "Its consumers read nothing new on any stream, and it doesn't end by itself: its key has no expiry."
			f.Mend = "end it: " + d.desk("resume", g.Name)
		}
		found = append(found, f)
	})
	return found
}
