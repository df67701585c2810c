package cli

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"streamdesk/bus"
	"streamdesk/model"
)

// resolve finds the streams that a person names: by key, by event type, or by a glob of either such as 'workflow.*'. Each
// is there once, in the order of their keys. A name that fits nothing is an error.
func (s *session) resolve(ctx context.Context, names []string) ([]string, error) {
	var keys, found []string
	for _, name := range names {
		if !model.HasGlob(name) {
			keys = append(keys, s.stream(name))
			continue
		}
		if found == nil {
			var err error
			if found, err = s.Discover(ctx); err != nil {
				return nil, err
			}
		}
		matches := 0
		for _, key := range found {
			if model.MatchGlob(name, key) || model.MatchGlob(name, string(model.TypeOf(key, s.Prefix()))) {
				keys = append(keys, key)
				matches++
			}
		}
		if matches == 0 {
			return nil, fmt.Errorf("no stream fits %q: %w; 'streamdesk streams' lists those there are", name, bus.ErrNoStream)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys), nil
}

// streamsNow are the streams of these keys as they stand; one that can't be read is an error.
func (s *session) streamsNow(ctx context.Context, keys []string) (model.Snapshot, error) {
	snapshot, err := s.Snapshot(ctx, keys)
	if err != nil {
		return snapshot, err
	}
	for i := range snapshot.Streams {
		if err := oneStream(&snapshot.Streams[i]); err != nil {
			return snapshot, err
		}
	}
	return snapshot, nil
}

// window is a range of entry IDs as a person gives it.
type window struct {
	from, to string
	begin    startingPoint
	end      startingPoint
}

// parse reads both ends; what makes no sense is wrong use.
func (w *window) parse() (err error) {
	if w.begin, err = parseFrom(w.from); err != nil {
		return wrongUse("--from %q: %w", w.from, err)
	}
	if w.to != "+" {
		if w.end, err = parseFrom(w.to); err != nil {
			return wrongUse("--to %q: %w", w.to, err)
		}
	}
	// A time, and an ID without its number, stand for their whole millisecond.
	if !w.end.at.IsZero() && w.end.at.Seq == 0 && !strings.HasSuffix(w.to, "-0") {
		w.end.at.Seq = math.MaxUint64
	}
	from, to := w.begin, w.end
	if !to.at.IsZero() && to.at.Before(from.at) || from.ago > 0 && to.ago > from.ago {
		return &usageError{fmt.Errorf("the range ends at %s, before it begins at %s: swap --from and --to", w.to, w.from)}
	}
	return nil
}

// all says whether it leaves nothing out.
func (w *window) all() bool { return w.begin == startingPoint{} && w.end == startingPoint{} }

var errEmptyRange = errors.New("the range is empty")

// bounds are the ends in positions, both included; a zero end is that of the stream. An end that lies before the
// beginning, as it may when one is a time and the other a length of time, is an error.
func (w *window) bounds(snapshot *model.Snapshot) (from, to model.Position, err error) {
	from, to = w.begin.position(snapshot.At), w.end.position(snapshot.At)
	if w.end.ago > 0 {
		to.Seq = math.MaxUint64
	}
	if !to.IsZero() && to.Before(from) {
		err = fmt.Errorf("%w: it ends at %s, before it begins at %s", errEmptyRange, to, from)
	}
	return from, to, err
}

// parseWhere reads a filter for entries as they come off the streams; what it can't do there is wrong use.
func parseWhere(text string) (model.Filter, error) {
	filter, err := model.ParseFilter(text)
	switch {
	case err != nil:
		return filter, wrongUse("--where: %w", err)
	case filter.AsksState():
		return filter, wrongUse("--where: state: needs the desk, which knows how entries stand; 'streamdesk pending' lists what is pending")
	default:
		return filter, nil
	}
}
