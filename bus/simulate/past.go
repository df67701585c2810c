package simulate

import (
	"bytes"
	"iter"
	"time"

	"streamdesk/model"
)

const (
	// quiet is how many events a second there are in [Simulator.Past].
	quiet = 12
	// stalledEvery has one in so many workflows stop in the middle of an audit in [Simulator.Past], never to be heard of again.
	stalledEvery = 100
)

// Past makes what happened from one moment to another, about a dozen events a second however many there are afterwards, each with the
// moment of its own for a timestamp. A few workflows come to no end, as those whose agent has died. It is to be ranged over once,
// before anything else is asked of the simulator, and goes on from there: what is under way then is under way.
func (s *Simulator) Past(from, to time.Time) iter.Seq[model.Event] {
	return func(yield func(model.Event) bool) {
		s.mu.Lock()
		defer s.mu.Unlock()
		crowd := len(s.underWay)
		s.underWay = s.underWay[:min(lifelike(quiet), crowd)]
		for {
			w := s.underWay[0]
			at := from.Add(w.due)
			if !at.Before(to) {
				break
			}
			if kind := w.steps[0].kind; kind == model.AuditProgress && w.number%stalledEvery == 0 {
				w.steps = w.steps[:1]
			}
			if !yield(s.next(at)) {
				break
			}
		}
		s.grow(crowd)
	}
}

// Poisoned says whether an event is one that no database can store.
func Poisoned(e *model.Event) bool { return bytes.Contains(e.Data, []byte(poisonGas)) }
