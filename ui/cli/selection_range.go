package cli

import (
	"math"
	"strconv"
	"strings"
	"time"

	"streamdesk/model"
)

// endPoint is one end of a range of entries; the zero endPoint is open.
type endPoint struct {
	startingPoint
	last bool // it is the newer end
}

// parseEnd reads an entry ID, a time, or a length of time ago. At the newer end, what stands for a whole millisecond takes
// that in with all its entries.
func parseEnd(text string, last bool) (endPoint, error) {
	if text == "+" && last {
		return endPoint{}, nil
	}
	start, err := parseFrom(text)
	if err != nil {
		return endPoint{}, err
	}
	if _, isID := plainID(text); last && !isID && start.at != (model.Position{}) {
		start.at.Seq = math.MaxUint64
	}
	return endPoint{startingPoint: start, last: last}, nil
}

// plainID says whether a text is an ID with its sequence number.
func plainID(text string) (model.Position, bool) {
	_, seq, found := strings.Cut(text, "-")
	if _, err := strconv.ParseUint(seq, 10, 64); !found || err != nil {
		return model.Position{}, false
	}
	id, err := model.ParsePosition(text)
	return id, err == nil
}

// on is the end on the server's clock; zero when it is open.
func (e endPoint) on(now time.Time) model.Position {
	p := e.position(now)
	if e.last && e.ago > 0 {
		p.Seq = math.MaxUint64
	}
	return p
}

// bounds is the range of a selection; one that is reversed is wrong use.
func (s *selection) bounds(now time.Time) (from, to model.Position, err error) {
	from, to = s.from.on(now), s.to.on(now)
	if !to.IsZero() && to.Before(from) {
		return from, to, wrongUse("the range ends at %s, before it begins at %s: swap --from and --to", to, from)
	}
	return from, to, nil
}
