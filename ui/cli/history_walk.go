package cli

import (
	"context"
	"iter"
	"math"
	"slices"
	"time"

	"streamdesk/bus/recording"
	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/ui/live"
)

// history is a walk through a recording: what a stream or a group was, judged moment by moment as the desk judges it.
type history struct {
	store    *recording.Store
	limits   health.Limits
	from, to time.Time
	every    time.Duration // the min time between two moments; 0 for all
	name     string        // a group, unless isStream
	key      string        // the key of the stream, if isStream
	isStream bool
	zone     *time.Location

	alerts []health.Alert // those that stand
	before *model.Snapshot
	last   time.Time
}

// judged is a moment, with what the desk makes of it and the alerts that began and ended with it.
type judged struct {
	*live.Data
	began, ended []health.Alert
}

// hasStream reports whether the recording had the stream in the range.
func (h *history) hasStream(ctx context.Context) (bool, error) {
	for _, err := range h.store.Stream(ctx, h.key, h.from, h.to) {
		return err == nil, err
	}
	return false, nil
}

// moments walks through the moments. Of each, only the streams that matter are judged: in ninety days there are many.
func (h *history) moments(ctx context.Context) iter.Seq2[*judged, error] {
	return func(yield func(*judged, error) bool) {
		data := live.NewData(1)
		data.Limits = h.limits
		for moment, err := range h.store.Moments(ctx, h.from, h.to) {
			if err != nil {
				yield(nil, err)
				return
			}
			if moment.At.Sub(h.last) < h.every {
				continue
			}
			h.last = moment.At
			moment.Streams = slices.DeleteFunc(moment.Streams, func(s model.Stream) bool {
				return h.isStream && s.Key != h.key || !h.isStream && s.Group(h.name) == nil && !h.had(s.Key)
			})
			data.Apply(live.Batch{Snapshot: &moment, SnapshotAt: moment.At, Skipped: model.Exactly(0), Healthy: true}, moment.At)
			j := judged{Data: data}
			j.began, j.ended = h.review(&moment)
			if !yield(&j, nil) {
				return
			}
		}
	}
}

// had reports whether the moment before has a stream: a group that vanishes is then seen to.
func (h *history) had(key string) bool {
	s := (*model.Stream)(nil)
	if h.before != nil {
		s = h.before.Stream(key)
	}
	return s != nil && s.Group(h.name) != nil
}

// review returns the alerts that a moment raises and ends.
func (h *history) review(now *model.Snapshot) (began, ended []health.Alert) {
	standing, _ := h.limits.Review(h.alerts, h.before, now)
	ours := func(a *health.Alert) bool { return h.isStream || a.Group == h.name }
	for i := range standing {
		a := &standing[i]
		if ours(a) && !slices.ContainsFunc(h.alerts, func(b health.Alert) bool { return a.Same(&b) }) {
			began = append(began, *a)
		}
	}
	over := health.Ended(h.alerts, standing, now.At)
	for i := range over {
		if ours(&over[i]) {
			ended = append(ended, over[i])
		}
	}
	h.alerts, h.before = standing, now
	return began, ended
}

// orNaN returns a rate, or NaN when it is unknown.
func orNaN(perSecond float64, known bool) float64 {
	if !known {
		return math.NaN()
	}
	return perSecond
}

// streamRows returns the row of the stream at a moment.
func (h *history) streamRows(j *judged) []streamHistory {
	s := j.Snapshot.Stream(h.key)
	if s == nil {
		return nil
	}
	row := streamHistory{recording.StreamPoint{At: j.Snapshot.At, Stream: *s}, judgedMoment{in: orNaN(j.In(h.key)), acked: math.NaN(), zone: h.zone}}
	if row.judged = row.readable(); row.judged {
		row.verdict = health.Worst(s, j.Snapshot.At, h.limits)
	}
	return []streamHistory{row}
}

// groupRows returns the rows of the group at a moment, one for each of its streams.
func (h *history) groupRows(j *judged) []groupHistory {
	var rows []groupHistory
	for i := range j.Snapshot.Streams {
		s := &j.Snapshot.Streams[i]
		g := s.Group(h.name)
		if g == nil {
			continue
		}
		rows = append(rows, groupHistory{recording.GroupPoint{At: j.Snapshot.At, Stream: s.Key, Group: *g}, judgedMoment{
			in: orNaN(j.In(s.Key)), acked: orNaN(j.Acked(live.GroupKey{Stream: s.Key, Group: g.Name})), verdict: j.Health(s, g), judged: true, zone: h.zone,
		}})
	}
	return rows
}
