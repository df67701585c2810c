// Package health judges consumer groups and workflows. The panes, the alerts, doctor, the metrics and the commands all
// use it with the same [Limits], so they use the same word for the same group at the same moment. It has no input of
// its own and no clock: it judges a [model.Snapshot] by that snapshot's own time. Start reading at [Of] and [Limits].
package health

import (
	"cmp"
	"strings"
	"time"

	"streamdesk/model"
	"streamdesk/model/sorting"
)

// State is the state of a group, in a word.
type State uint8

// States of a group, the worst last.
const (
	// KeepingUp: none of the group's numbers is over its limit.
	KeepingUp State = iota
	// LagUnknown: entries may wait, but their number is unknown.
	LagUnknown
	// Paused: a person has paused the group. Nothing is expected of it, so no other number but [Poison] is judged.
	Paused
	// Behind: too many entries wait to be delivered, or are delivered and not acknowledged.
	Behind
	// Late: the oldest pending entry is too old, though not idle for too long.
	Late
	// Poison: the oldest pending entry was delivered so often that its handler most likely fails each time.
	Poison
	// Stuck: nobody has touched the oldest pending entry for too long.
	Stuck
	// NoConsumers: there are entries to process and no consumers.
	NoConsumers
)

// String returns the state as shown in panes, lists, JSON and metrics.
func (s State) String() string {
	switch s {
	case KeepingUp:
		return "keeping up"
	case LagUnknown:
		return "lag unknown"
	case Paused:
		return "paused"
	case Behind:
		return "behind"
	case Late:
		return "late"
	case Poison:
		return "poison"
	case Stuck:
		return "stuck"
	case NoConsumers:
		return "no consumers"
	default:
		return "unknown"
	}
}

// Of returns the state of one of the stream's groups at a moment of the server's clock: the worst state of its signs.
// It never gets better when a number gets worse.
func Of(s *model.Stream, g *model.Group, now time.Time, l Limits) State {
	worst := KeepingUp
	if lagUnknown(s, g) {
		worst = LagUnknown
	}
	if g.PausedFor() != nil {
		worst = Paused
	}
	for kind := range measured {
		sign, _, _ := l.measure(s, g, now, kind)
		worst = max(worst, sign.State)
	}
	return worst
}

// Worst returns the worst state of the stream's groups; [KeepingUp] when it has none.
func Worst(s *model.Stream, now time.Time, l Limits) State {
	worst := KeepingUp
	for i := range s.Groups {
		worst = max(worst, Of(s, &s.Groups[i], now, l))
	}
	return worst
}

// Trouble is [Worst] where a group that a person has paused counts as one that keeps up: nothing is wrong with it.
func Trouble(s *model.Stream, now time.Time, l Limits) State {
	worst := KeepingUp
	for i := range s.Groups {
		if state := Of(s, &s.Groups[i], now, l); state != Paused {
			worst = max(worst, state)
		}
	}
	return worst
}

// Signs returns alerts for all numbers of the group that are over their limits, the worst first. Since isn't set.
func Signs(s *model.Stream, g *model.Group, now time.Time, l Limits) []Alert {
	var signs []Alert
	for kind := range measured {
		if sign, _, _ := l.measure(s, g, now, kind); sign.State > KeepingUp {
			signs = append(signs, sign)
		}
	}
	sorting.By(signs, func(a, b *Alert) int { return cmp.Compare(b.State, a.State) })
	return signs
}

// Why explains the state that [Of] returns, with the numbers and their limits, the worst first: "delivered 13 times
// (limit 3); oldest pending 1h24m (limit 1m00s)"; of a paused group who paused it comes first. It is empty when the
// group keeps up.
func Why(s *model.Stream, g *model.Group, now time.Time, l Limits) string {
	signs := Signs(s, g, now, l)
	reasons := make([]string, 0, len(signs)+1)
	pause := g.PausedFor()
	if pause != nil {
		reasons = append(reasons, PauseReason(pause, now))
	}
	for i := range signs {
		reasons = append(reasons, signs[i].Reason())
	}
	if len(signs) == 0 && pause == nil && lagUnknown(s, g) {
		reasons = append(reasons, "how many entries wait isn't known")
	}
	return strings.Join(reasons, "; ")
}

// lagUnknown reports whether entries may wait that nobody has counted.
func lagUnknown(s *model.Stream, g *model.Group) bool {
	return !g.Lag.Known && s.Length > 0 && g.LastDelivered.Before(s.Last)
}

// waiting reports whether entries wait to be delivered to the group, and whether that is known.
func waiting(s *model.Stream, g *model.Group) (waits, known bool) {
	switch {
	case g.Lag.Known:
		return g.Lag.N > 0, true
	case s.Length == 0 || !g.LastDelivered.Before(s.Last):
		return false, true
	case g.LastDelivered.Before(s.First):
		return true, true
	case s.EntriesAdded.Known && s.MaxDeleted.Before(s.Last):
		return true, true // the server reports MaxDeleted, so the last entry is there
	default:
		return false, false
	}
}
