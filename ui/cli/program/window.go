package program

import (
	"math"
	"strconv"
	"strings"
	"time"

	"streamdesk/model"
)

// Window is a range of entry IDs that a person gives.
type Window struct {
	From, To string
	begin    model.Start
	End      model.Start // includes the whole millisecond, unless it is an ID with a sequence number
}

// Parse parses both ends: entry IDs, times, times of day, or ages. Invalid ends are wrong use.
func (w *Window) Parse() (err error) {
	if w.begin, err = model.ParseStart(w.From); err != nil {
		return WrongUse("--from %q: %w", w.From, err)
	}
	if w.To != "+" {
		if w.End, err = model.ParseStart(w.To); err != nil {
			return WrongUse("--to %q: %w", w.To, err)
		}
	}
	if !w.End.At.IsZero() && !hasSequence(w.To) {
		w.End.At.Seq = math.MaxUint64
	}
	if from, to := w.begin, w.End; !to.At.IsZero() && to.At.Before(from.At) || from.Ago > 0 && to.Ago > from.Ago {
		return w.reversed()
	}
	return nil
}

// hasSequence reports whether text is an ID with a sequence number.
func hasSequence(text string) bool {
	_, seq, found := strings.Cut(text, "-")
	if _, err := strconv.ParseUint(seq, 10, 64); !found || err != nil {
		return false
	}
	_, err := model.ParsePosition(text)
	return err == nil
}

func (w *Window) reversed() error {
	return WrongUse("the range ends at %s, before it begins at %s: swap --from and --to", w.To, w.From)
}

// All reports whether the range includes everything.
func (w *Window) All() bool { return w.begin == model.Start{} && w.End == model.Start{} }

// Bounds returns both ends as positions on the server's clock, both included. A time of day is in the zone of now. A zero end means the end of the stream.
// When one end is a time and the other an age, only now shows whether they are reversed; that is wrong use.
func (w *Window) Bounds(now time.Time) (from, to model.Position, err error) {
	from, to = w.begin.Position(now), w.End.Position(now)
	if w.End.Ago > 0 || w.End.Clock != "" {
		to.Seq = math.MaxUint64
	}
	if !to.IsZero() && to.Before(from) {
		err = w.reversed()
	}
	return from, to, err
}
