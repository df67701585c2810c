package model

import (
	"slices"
	"strings"
)

// alertEase is the share of its limit below which a value ends its alert: one that swings around the limit doesn't
// raise it anew each time.
const alertEase = 0.9

// Review is which alerts stand in a snapshot, by stream, group and kind, and how many of them are new. Standing are
// those of the snapshot before, as Review returned them, and before is that snapshot; both are nil the first time. An alert that
// still holds keeps its Since. What the server can't tell neither raises nor ends an alert. A vanished group's alert
// ends when the group is back or its stream gone.
func (l AlertLimits) Review(standing []Alert, before, now *Snapshot) (alerts []Alert, raised int) {
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
			var was *Stream
			if before != nil {
				was = before.Stream(s.Key)
			}
			r.look(was)
		}
	}
	return r.alerts, r.raised
}

// review is a Review under way, at one stream.
type review struct {
	limits   AlertLimits
	now      *Snapshot
	stream   *Stream
	standing []Alert // the stream's
	own      []Alert // among them those that may be the group's that is looked at
	alerts   []Alert
	raised   int
}

// look reviews the stream's groups, and those that were there before.
func (r *review) look(was *Stream) {
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
		slices.SortFunc(r.alerts[first:], func(a, b Alert) int { return compareAlerts(&a, &b) })
	}
}

// group reviews one group, kind by kind in their order.
func (r *review) group(g *Group) {
	l := &r.limits
	if l.Pending > 0 {
		r.measure(AlertPending, g, Exactly(g.Pending), l.Pending, l.Pending)
	}
	if l.Lag > 0 {
		r.measure(AlertLag, g, g.Lag, l.Lag, l.Lag)
	}
	if l.Oldest > 0 {
		r.oldest(g)
	}
	if l.Deliveries > 0 {
		r.deliveries(g)
	}
	if l.NoConsumers {
		waits, known := waiting(r.stream, g)
		deserted := len(g.Consumers) == 0 && waits
		if a := r.settle(AlertNoConsumers, g.Name, known || len(g.Consumers) > 0, deserted, deserted); a != nil {
			a.Value = g.Lag
		}
	}
}

// measure raises an alert about a value over most, and lets it stand near its limit.
func (r *review) measure(kind AlertKind, g *Group, value Count, most, limit int64) *Alert {
	over := value.N > most
	near := over || float64(value.N) >= alertEase*float64(limit)
	a := r.settle(kind, g.Name, value.Known, over, near)
	if a != nil {
		a.Value, a.Limit = value, limit
	}
	return a
}

func (r *review) oldest(g *Group) {
	age, some := g.OldestAge(r.now.At)
	limit := r.limits.Oldest
	near := float64(age) >= alertEase*float64(limit)
	if a := r.settle(AlertOldest, g.Name, some || g.Pending == 0, age > limit, near); a != nil {
		a.Age, a.AgeLimit, a.Consumer = age, limit, g.Oldest.Consumer
	}
}

func (r *review) deliveries(g *Group) {
	var deliveries Count
	consumer := ""
	if g.Oldest != nil {
		deliveries, consumer = Exactly(g.Oldest.Deliveries), g.Oldest.Consumer
	} else if g.Pending == 0 {
		deliveries = Exactly(0)
	}
	if a := r.measure(AlertDeliveries, g, deliveries, r.limits.Deliveries-1, r.limits.Deliveries); a != nil {
		a.Consumer = consumer
	}
}

// neverDelivered raises an alert each time more was lost than before: what is lost stays lost, and so the alert stands until the
// group's figures are set anew or somebody puts it aside.
func (r *review) neverDelivered(was *Stream, g *Group) {
	lost, before := r.stream.NeverDelivered(g), int64(0)
	if was != nil {
		if old := was.Group(g.Name); old != nil {
			before = was.NeverDelivered(old).N
		}
	}
	if a := r.settle(AlertNeverDelivered, g.Name, lost.Known, lost.N > before, lost.N > 0); a != nil {
		a.Value = lost
	}
}

// waiting says whether entries wait to be delivered to the group, and whether that is sure.
func waiting(s *Stream, g *Group) (waits, known bool) {
	switch {
	case g.Lag.Known:
		return g.Lag.N > 0, true
	case s.Length == 0 || !g.LastDelivered.Before(s.Last):
		return false, true
	case g.LastDelivered.Before(s.First):
		return true, true
	case s.EntriesAdded.Known && s.MaxDeleted.Before(s.Last):
		return true, true // the server keeps MaxDeleted, and so the last entry is there
	default:
		return false, false
	}
}

// gone lets the alerts of groups that haven't come back stand, and raises one for each group that was there before.
// Groups are sorted on both sides.
func (r *review) gone(was *Stream) {
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
			r.settle(AlertVanished, name, true, true, true)
		}
	}
}

func (r *review) has(group string) bool {
	_, ok := slices.BinarySearchFunc(r.stream.Groups, group, func(g Group, name string) int { return strings.Compare(g.Name, name) })
	return ok
}

// stands is the alert of that kind that the group had before, nil when it had none.
func (r *review) stands(group string, kind AlertKind) *Alert {
	for i := range r.own {
		if a := &r.own[i]; a.Kind == kind && a.Group == group {
			return a
		}
	}
	return nil
}

// settle decides on an alert: over raises it, near lets it stand, and what isn't known leaves it as it was. It returns
// the alert for its numbers to be filled in, nil when there are none to fill in.
func (r *review) settle(kind AlertKind, group string, known, over, near bool) *Alert {
	old := r.stands(group, kind)
	since := r.now.At
	switch {
	case !known:
		if old != nil {
			r.alerts = append(r.alerts, *old)
		}
		return nil
	case old != nil && near:
		since = old.Since
	case over:
		r.raised++
	default:
		return nil
	}
	r.alerts = append(r.alerts, Alert{Kind: kind, Stream: r.stream.Key, Group: group, Since: since})
	return &r.alerts[len(r.alerts)-1]
}
