package health

import (
	"slices"
	"strings"
	"time"

	"streamdesk/model"
	"streamdesk/model/sorting"
)

// ease is the fraction of its limit below which a value ends its alert. A value that swings around the limit doesn't
// raise the alert anew each time.
const ease = 0.9

// Review returns the alerts that stand in a snapshot, sorted by stream, group and kind, and the number of new ones.
// standing holds the alerts that Review returned for the previous snapshot, before; both are nil the first time. An
// alert that still holds keeps its Since and Began. Unknown numbers neither raise nor end an alert. A vanished group's
// alert ends when the group is back or its stream is gone.
func (l Limits) Review(standing []Alert, before, now *model.Snapshot) (alerts []Alert, raised int) {
	r := review{limits: l, now: now}
	if len(standing) > 0 {
		r.alerts = make([]Alert, 0, len(standing)+1)
	}
	for i := range now.Streams {
		s := &now.Streams[i]
		for len(standing) > 0 && standing[0].Stream < s.Key {
			standing = standing[1:] // its stream is gone
		}
		n := 0
		for n < len(standing) && standing[n].Stream == s.Key {
			n++
		}
		r.stream, r.standing, standing = s, standing[:n], standing[n:]
		switch {
		case s.Problem != "":
			r.alerts = append(r.alerts, r.standing...)
		case !s.Missing:
			var was *model.Stream
			if before != nil {
				was = before.Stream(s.Key)
			}
			r.look(was)
		}
	}
	return r.alerts, r.raised
}

// Ended returns the alerts in before that aren't in standing, ended at a moment. Both are sorted as Review returns
// them.
func Ended(before, standing []Alert, at time.Time) []Alert {
	var ended []Alert
	for i := range before {
		for len(standing) > 0 && compareAlerts(&standing[0], &before[i]) < 0 {
			standing = standing[1:]
		}
		if len(standing) == 0 || !standing[0].Same(&before[i]) {
			a := before[i]
			a.Ended = at
			ended = append(ended, a)
		}
	}
	return ended
}

// review is the state of a Review for one stream.
type review struct {
	limits   Limits
	now      *model.Snapshot
	stream   *model.Stream
	standing []Alert // the stream's
	own      []Alert // those among them that may belong to the current group
	alerts   []Alert
	raised   int
}

// look reviews the stream's groups, and those that were there before.
func (r *review) look(was *model.Stream) {
	first := len(r.alerts)
	ahead := r.standing
	for i := range r.stream.Groups {
		g := &r.stream.Groups[i]
		for len(ahead) > 0 && ahead[0].Group < g.Name {
			ahead = ahead[1:]
		}
		n := 0
		for n < len(ahead) && ahead[n].Group == g.Name {
			n++
		}
		r.own, ahead = ahead[:n], ahead[n:]
		r.group(g)
		if r.limits.NeverDelivered {
			r.neverDelivered(was, g)
		}
	}
	if r.limits.VanishedGroup {
		r.gone(was)
		sorting.By(r.alerts[first:], compareAlerts)
	}
}

// group reviews one group, kind by kind in order.
func (r *review) group(g *model.Group) {
	for kind := range measured {
		if kind == AlertNoConsumers && !r.limits.NoConsumers {
			continue
		}
		a, known, near := r.limits.measure(r.stream, g, r.now.At, kind)
		r.settle(a, known, a.State > KeepingUp, near)
	}
}

// neverDelivered raises an alert each time more entries were lost than before. Lost entries stay lost, so the alert
// stands until the group's figures are reset or somebody dismisses it.
func (r *review) neverDelivered(was *model.Stream, g *model.Group) {
	lost, before := r.stream.NeverDelivered(g), int64(0)
	if was != nil {
		if old := was.Group(g.Name); old != nil {
			before = was.NeverDelivered(old).N
		}
	}
	a := Alert{Kind: AlertNeverDelivered, Stream: r.stream.Key, Group: g.Name, Value: lost}
	r.settle(a, lost.Known, lost.N > before, lost.N > 0)
}

// gone keeps the alerts of groups that are still missing, and raises one for each group that has vanished since the
// previous snapshot. Groups are sorted on both sides.
func (r *review) gone(was *model.Stream) {
	r.own = r.standing
	for i := range r.standing {
		if a := &r.standing[i]; a.Kind == AlertVanished && !r.has(a.Group) {
			r.alerts = append(r.alerts, *a)
		}
	}
	if was == nil || was.Problem != "" {
		return
	}
	groups := r.stream.Groups
	for i := range was.Groups {
		name := was.Groups[i].Name
		for len(groups) > 0 && groups[0].Name < name {
			groups = groups[1:]
		}
		if (len(groups) == 0 || groups[0].Name != name) && r.stands(name, AlertVanished) == nil {
			r.settle(Alert{Kind: AlertVanished, Stream: r.stream.Key, Group: name}, true, true, true)
		}
	}
}

func (r *review) has(group string) bool {
	_, ok := slices.BinarySearchFunc(r.stream.Groups, group, func(g model.Group, name string) int { return strings.Compare(g.Name, name) })
	return ok
}

// stands returns the alert of that kind that the group had before; nil when it had none.
func (r *review) stands(group string, kind Kind) *Alert {
	for i := range r.own {
		if a := &r.own[i]; a.Kind == kind && a.Group == group {
			return a
		}
	}
	return nil
}

// settle decides on an alert: over raises it, near keeps it, and an unknown number leaves it as it was.
func (r *review) settle(a Alert, known, over, near bool) {
	old := r.stands(a.Group, a.Kind)
	a.Since = r.now.At
	a.Began = a.Since.Add(-a.over())
	switch {
	case !known:
		if old == nil {
			return
		}
		a = *old
	case old != nil && near:
		a.Since, a.Began = old.Since, old.Began
	case over:
		r.raised++
	default:
		return
	}
	r.alerts = append(r.alerts, a)
}
