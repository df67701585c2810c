package flowmap

import (
	"math"

	"streamdesk/model"
	"streamdesk/model/words"
)

// total is a sum of numbers of which some may be unknown.
type total struct {
	sum            float64
	known, partial bool // partial: at least one isn't known, or is an estimate
}

// rate adds a rate; NaN is unknown.
func (t *total) rate(perSecond float64) {
	if math.IsNaN(perSecond) {
		t.partial = true
		return
	}
	t.sum, t.known = t.sum+perSecond, true
}

// count adds a count.
func (t *total) count(c model.Count) {
	t.partial = t.partial || !c.Known || c.Estimated
	if c.Known {
		t.sum, t.known = t.sum+float64(c.N), true
	}
}

// perSecond returns the sum as a rate, with a "~" when it is partial; "?" when nothing is known.
func (t *total) perSecond() string {
	switch {
	case !t.known:
		return "?"
	case t.partial:
		return "~" + words.Rate(t.sum)
	default:
		return words.Rate(t.sum)
	}
}

// number returns the sum as a number, as [words.ShortCount] writes it.
func (t *total) number() string {
	return words.ShortCount(model.Count{N: int64(t.sum), Known: t.known, Estimated: t.partial})
}
