package cli

import (
	"math"
	"strconv"
	"strings"
	"time"

	"streamdesk/model"
)

// window is a range of entry IDs as a person gives it.
type window struct {
	from, to string
	begin    model.Start
	end      model.Start // takes in the whole millisecond, unless it is an ID with its sequence number
}

// parse reads both ends: entry IDs, times, or lengths of time ago. What makes no sense is wrong use.
func (w *window) parse() (err error) {
	if w.begin, err = model.ParseStart(w.from); err != nil {
		return wrongUse("--from %q: %w", w.from, err)
	}
	if w.to != "+" {
		if w.end, err = model.ParseStart(w.to); err != nil {
			return wrongUse("--to %q: %w", w.to, err)
		}
	}
	if !w.end.At.IsZero() && !hasSequence(w.to) {
		w.end.At.Seq = math.MaxUint64
	}
	if from, to := w.begin, w.end; !to.At.IsZero() && to.At.Before(from.At) || from.Ago > 0 && to.Ago > from.Ago {
		return w.reversed()
	}
	return nil
}

// hasSequence says whether a text is an ID with its sequence number.
func hasSequence(text string) bool {
	_, seq, found := strings.Cut(text, "-")
	if _, err := strconv.ParseUint(seq, 10, 64); !found || err != nil {
		return false
	}
	_, err := model.ParsePosition(text)
	return err == nil
}

func (w *window) reversed() error {
	return wrongUse("the range ends at %s, before it begins at %s: swap --from and --to", w.to, w.from)
}

// all says whether it leaves nothing out.
func (w *window) all() bool { return w.begin == model.Start{} && w.end == model.Start{} }

// bounds are the ends in positions on the server's clock, both included; a zero end is that of the stream. An end that lies
// before the beginning, as it only shows now when one is a time and the other a length of time, is wrong use.
func (w *window) bounds(now time.Time) (from, to model.Position, err error) {
	from, to = w.begin.Position(now), w.end.Position(now)
	if w.end.Ago > 0 {
		to.Seq = math.MaxUint64
	}
	if !to.IsZero() && to.Before(from) {
		err = w.reversed()
	}
	return from, to, err
}
