package simulate

import (
	"bytes"
	"iter"
	"time"

	"streamdesk/model"
)

const (
	// quiet is the number of events per second in [Simulator.Past].
	quiet = 12
	// stalledEvery is the number of workflows in [Simulator.Past] of which one stops for ever in the middle of an audit.
	stalledEvery = 100
)

// Past returns the events of a past time span, about a dozen per second whatever the later rate, each with its own past
// timestamp. A few workflows never end, as if their agent had died. Range over it once, before any other call of the
// simulator; the workflows under way at its end continue afterwards.
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

// Poisoned reports whether an event is one that no database can store.
func Poisoned(e *model.Event) bool { return bytes.Contains(e.Data, []byte(poisonGas)) }
