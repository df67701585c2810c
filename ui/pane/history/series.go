package history

import (
	"context"
	"math"
	"time"

	"streamdesk/bus/recording"
	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/ui/live"
)

// series is what was recorded in a window, in columns of equal time. Unknown values are NaN.
type series struct {
	window
	in, acked, lag, pending, oldest []float64
	verdicts                        []health.State
	known                           []bool // whether a moment was recorded in the column
	consumers                       map[string][]bool
	alerts                          []health.Alert
	actions                         []recording.Action
	span                            recording.Span
	err                             error
}

// perColumn is how many moments are read for a column: more don't change a picture of that width.
const perColumn = 3

// load reads a window of a recording.
func load(ctx context.Context, file recording.File, w window, limits health.Limits) series {
	s := series{window: w, consumers: map[string][]bool{}, verdicts: make([]health.State, w.columns), known: make([]bool, w.columns)}
	for _, into := range []*[]float64{&s.in, &s.acked, &s.lag, &s.pending, &s.oldest} {
		*into = make([]float64, w.columns)
		for i := range *into {
			(*into)[i] = math.NaN()
		}
	}
	s.err = s.read(ctx, file, limits)
	return s
}

func (s *series) read(ctx context.Context, file recording.File, limits health.Limits) error {
	store, err := file.Open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }() // it was only read
	if s.span, err = store.Span(ctx); err != nil {
		return err
	}
	if s.actions, err = store.Actions(ctx, s.from, s.to); err != nil {
		return err
	}
	step := max(s.to.Sub(s.from)/time.Duration(s.columns*perColumn), recording.Step)
	rates := live.NewData(0)
	var before *model.Snapshot
	var standing []health.Alert
	// Rates need a moment before the window.
	for moment, err := range store.Sampled(ctx, s.from.Add(-step), s.to, step) {
		if err != nil {
			return err
		}
		only := moment
		only.Streams = nil
		if stream := moment.Stream(s.key.Stream); stream != nil {
			only.Streams = []model.Stream{*stream}
		}
		rates.Apply(live.Batch{Snapshot: &only, SnapshotAt: only.At, Skipped: model.Exactly(0)}, only.At)
		now, _ := limits.Review(standing, before, &only)
		s.alerts = append(s.alerts, health.Ended(standing, now, only.At)...)
		standing, before = now, &only
		s.add(&only, rates, limits)
	}
	s.alerts = append(s.alerts, standing...)
	return nil
}

// add adds a moment to its column; of several the last counts, of lag and age the greatest.
func (s *series) add(moment *model.Snapshot, rates *live.Data, limits health.Limits) {
	i := s.column(moment.At)
	if i < 0 || i >= s.columns || len(moment.Streams) == 0 {
		return
	}
	stream := &moment.Streams[0]
	s.known[i] = true
	if n, known := rates.In(stream.Key); known {
		s.in[i] = n
	}
	g := stream.Group(s.key.Group)
	if g == nil {
		return
	}
	if n, known := rates.Acked(s.key); known {
		s.acked[i] = n
	}
	if g.Lag.Known {
		s.lag[i] = greater(s.lag[i], float64(g.Lag.N))
	}
	s.pending[i] = greater(s.pending[i], float64(g.Pending))
	age := 0.0
	if g.Oldest != nil {
		age = moment.At.Sub(g.Oldest.ID.Time()).Seconds()
	}
	s.oldest[i] = greater(s.oldest[i], max(age, 0))
	s.verdicts[i] = max(s.verdicts[i], health.Of(stream, g, moment.At, limits))
	for j := range g.Consumers {
		name := g.Consumers[j].Name
		if s.consumers[name] == nil {
			s.consumers[name] = make([]bool, s.columns)
		}
		s.consumers[name][i] = true
	}
}

// greater returns the greater of two values, of which the first may be NaN.
func greater(a, b float64) float64 {
	if math.IsNaN(a) || b > a {
		return b
	}
	return a
}

// column returns the column of a time, which may be outside of the window.
func (w *window) column(at time.Time) int {
	if w.columns == 0 || !w.to.After(w.from) {
		return -1
	}
	return int(math.Floor(float64(at.Sub(w.from)) / float64(w.to.Sub(w.from)) * float64(w.columns)))
}

// at returns the time at which a column ends.
func (w *window) at(column int) time.Time {
	return w.from.Add(w.to.Sub(w.from) * time.Duration(column+1) / time.Duration(w.columns))
}
