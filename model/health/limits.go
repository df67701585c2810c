package health

import (
	"time"

	"streamdesk/model"
)

// Limits are the thresholds by which groups and workflows are judged. A limit of zero turns its check off: it sets no
// state and raises no alert.
type Limits struct {
	// Pending and Lag are numbers of entries; above either, a group is [Behind].
	Pending, Lag int64
	// Oldest is the age above which the oldest pending entry makes its group [Late].
	Oldest time.Duration
	// Idle is the idle time of the oldest pending entry from which its group is [Stuck].
	Idle time.Duration
	// Deliveries is the number of deliveries of the oldest pending entry from which its group is [Poison].
	Deliveries int64
	// StageTimes is the max run time of a workflow's stage, as a multiple of the usual time. Silence is the max run
	// time of a stage whose usual time isn't known, and the max time a workflow waits for its next step. Above either,
	// the workflow is [Hanging].
	StageTimes int64
	Silence    time.Duration
	// NoConsumers, VanishedGroup and NeverDelivered turn on their alerts. They change no state: a group without
	// consumers is [NoConsumers] in any case.
	NoConsumers, VanishedGroup, NeverDelivered bool
}

// Defaults are the default limits. A hundred waiting entries are more than one read returns. A thousand pending are a
// tenth of what one consumer may hold: it is about to stop, and there is time to look. A minute is twice the time after
// which a live consumer claims entries. A restart and a claim explain two deliveries, hardly three. One of twenty
// stages takes longer than usual, hardly any twice that. Agents think for less than five minutes.
var Defaults = Limits{
	Pending: 1_000, Lag: 100, Oldest: time.Minute, Idle: time.Minute, Deliveries: 3, StageTimes: 2, Silence: 5 * time.Minute,
	NoConsumers: true, VanishedGroup: true, NeverDelivered: true,
}

// Untouched reports whether an entry or a consumer has been idle for too long.
func (l Limits) Untouched(idle time.Duration) bool { return l.Idle > 0 && idle >= l.Idle }

// Failing reports whether an entry was delivered so often that it most likely can't be processed.
func (l Limits) Failing(deliveries int64) bool { return l.Deliveries > 0 && deliveries >= l.Deliveries }

// Lagging reports whether too many entries wait to be delivered; false when that isn't known.
func (l Limits) Lagging(lag model.Count) bool { return l.Lag > 0 && lag.Known && lag.N > l.Lag }

// measured is the number of alert kinds that a group's own numbers raise. The others need the previous snapshot.
const measured = AlertNoConsumers + 1

// measure compares one number of the group with its limit. The state of the returned alert is [KeepingUp] within the
// limit. known reports whether the number is known, near whether it is over its limit or slightly below.
func (l Limits) measure(s *model.Stream, g *model.Group, now time.Time, kind Kind) (a Alert, known, near bool) {
	a = Alert{Kind: kind, Stream: s.Key, Group: g.Name}
	if kind != AlertDeliveries && g.PausedFor() != nil {
		return a, true, false // it waits because a person wants it to
	}
	switch kind {
	case AlertPending:
		near = a.count(model.Exactly(g.Pending), l.Pending, l.Pending+1, Behind)
	case AlertLag:
		if l.NoConsumers && len(g.Consumers) == 0 {
			return a, true, false // AlertNoConsumers already reports the same number
		}
		near = a.count(g.Lag, l.Lag, l.Lag+1, Behind)
	case AlertOldest:
		known = l.oldest(&a, g, now)
		return a, known, a.State > KeepingUp || nearly(a.Age, l.Oldest) || nearly(a.Idle, l.Idle)
	case AlertDeliveries:
		deliveries := model.Count{Known: g.Pending == 0}
		if g.Oldest != nil {
			deliveries, a.Entry, a.Consumer = model.Exactly(g.Oldest.Deliveries), g.Oldest.ID, g.Oldest.Consumer
		}
		near = a.count(deliveries, l.Deliveries, l.Deliveries, Poison)
	case AlertNoConsumers:
		waits, sure := waiting(s, g)
		a.Value = g.Lag
		if near = len(g.Consumers) == 0 && (waits || g.Pending > 0); near {
			a.State = NoConsumers
		}
		return a, sure || near || len(g.Consumers) > 0, near
	case AlertVanished, AlertNeverDelivered:
	}
	return a, a.Value.Known, near
}

// count sets a number and, from the value from on, the state. It reports whether the number is near its limit.
func (a *Alert) count(value model.Count, limit, from int64, state State) (near bool) {
	a.Value, a.Limit = value, limit
	if limit <= 0 || !value.Known {
		return false
	}
	if value.N >= from {
		a.State = state
	}
	return a.State > KeepingUp || float64(value.N) >= ease*float64(limit)
}

// oldest sets the age and the idle time of the oldest pending entry, and reports whether they are known. An age that
// the ID doesn't tell is 0.
func (l Limits) oldest(a *Alert, g *model.Group, now time.Time) (known bool) {
	a.AgeLimit, a.IdleLimit = l.Oldest, l.Idle
	if g.Oldest == nil {
		return g.Pending == 0
	}
	a.Age, _ = g.OldestAge(now)
	a.Idle, a.Entry, a.Consumer = g.Oldest.Idle, g.Oldest.ID, g.Oldest.Consumer
	switch {
	case l.Untouched(a.Idle):
		a.State = Stuck
	case l.Oldest > 0 && a.Age > l.Oldest:
		a.State = Late
	}
	return true
}

// nearly reports whether a duration is above its limit or slightly below.
func nearly(d, limit time.Duration) bool { return limit > 0 && float64(d) >= ease*float64(limit) }
