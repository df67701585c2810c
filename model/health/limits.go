package health

import (
	"time"

	"streamdesk/model"
)

// Limits say from when on a group, or a workflow, is no longer well. A number of zero isn't judged: it makes no state and raises no alert.
type Limits struct {
	// Pending and Lag are entries; a group is [Behind] above either.
	Pending, Lag int64
	// Oldest is the age above which the oldest pending entry makes its group [Late].
	Oldest time.Duration
	// Idle is how long the oldest pending entry may be untouched: from then on its group is [Stuck].
	Idle time.Duration
	// Deliveries of the oldest pending entry, from which on its group is [Poison].
	Deliveries int64
	// StageTimes is how many times as long as usual a stage of a workflow may run, Silence how long one may of whose kind too few have
	// ended, and for how long a workflow may wait for what comes next; above either it is [Hanging].
	StageTimes int64
	Silence    time.Duration
	// NoConsumers, VanishedGroup and NeverDelivered raise their alerts. They change no state: a group that nobody reads
	// for is [NoConsumers] in any case.
	NoConsumers, VanishedGroup, NeverDelivered bool
}

// Defaults hold where the settings say nothing else. A hundred waiting entries are more than one read takes. A thousand
// pending are a tenth of what one consumer may hold: it is on its way to stopping, and there is time to look. A minute is
// twice the time after which a live consumer takes entries over. A restart and a claim explain two deliveries, hardly three. One of
// twenty stages takes longer than is usual, hardly any twice that. Five minutes are more than agents think.
var Defaults = Limits{
	Pending: 1_000, Lag: 100, Oldest: time.Minute, Idle: time.Minute, Deliveries: 3, StageTimes: 2, Silence: 5 * time.Minute,
	NoConsumers: true, VanishedGroup: true, NeverDelivered: true,
}

// Untouched says whether an entry or a consumer has been idle for longer than it may.
func (l Limits) Untouched(idle time.Duration) bool { return l.Idle > 0 && idle >= l.Idle }

// Failing says whether an entry was delivered so often that it most likely can't be processed.
func (l Limits) Failing(deliveries int64) bool { return l.Deliveries > 0 && deliveries >= l.Deliveries }

// Lagging says whether too many entries wait to be delivered; no when that isn't known.
func (l Limits) Lagging(lag model.Count) bool { return l.Lag > 0 && lag.Known && lag.N > l.Lag }

// measured are the kinds of alerts that a group's own numbers raise; the others need the snapshot before.
const measured = AlertNoConsumers + 1

// measure holds one number of the group against its limit. The state of what it returns is [KeepingUp] within the limit;
// known says whether the number is, near that it is over its limit or not far below.
func (l Limits) measure(s *model.Stream, g *model.Group, now time.Time, kind Kind) (a Alert, known, near bool) {
	a = Alert{Kind: kind, Stream: s.Key, Group: g.Name}
	switch kind {
	case AlertPending:
		near = a.count(model.Exactly(g.Pending), l.Pending, l.Pending+1, Behind)
	case AlertLag:
		if l.NoConsumers && len(g.Consumers) == 0 {
			return a, true, false // that nobody reads says it, with the same number
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

// count fills in a number that makes its group a state as soon as it reaches from, and says whether it is near its limit.
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

// oldest fills in the age and the idle time of the oldest pending entry, and says whether they are known. An age that
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

// nearly says whether a length of time is not far below its limit.
func nearly(d, limit time.Duration) bool { return limit > 0 && float64(d) >= ease*float64(limit) }
