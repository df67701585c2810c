package health

import "streamdesk/model"

// Consumer returns the state of one of the group's consumers: [Poison] when the group's oldest pending entry is its own and was
// delivered too often, [Stuck] when it holds entries and nobody has touched them, or the consumer itself hasn't asked for more,
// for too long. One that holds nothing keeps up, whatever its idle time is.
func Consumer(g *model.Group, c *model.Consumer, l Limits) State {
	if c.Pending == 0 {
		return KeepingUp
	}
	worst := KeepingUp
	if l.Untouched(c.Idle) {
		worst = Stuck
	}
	if oldest := g.Oldest; oldest != nil && oldest.Consumer == c.Name {
		if l.Failing(oldest.Deliveries) {
			worst = max(worst, Poison)
		}
		if l.Untouched(oldest.Idle) {
			worst = max(worst, Stuck)
		}
	}
	return worst
}
